/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/call.h"
#include "support/expect.h"
#include "support/run.h"

/* Headers that the user adds to messages and files. */

struct world {
	struct call call;
	char head[512]; /* names of the headers of the SEND that came, in their order */
	char value[64]; /* of X-Other */
};

static void on_message(struct script *s, const struct msrp_message *m)
{
	struct call *c = s->data;
	struct world *w = c->data;

	w->head[0] = '\0';
	for (size_t i = 0; i < m->n_headers; i++) {
		struct slice name = m->header[i].name;

		strncat(w->head, (const char *)name.p, name.len);
		strcat(w->head, " ");
		if (slice_equal(name, SLICE("X-Other")))
			snprintf(w->value, sizeof(w->value), "%" SLICE_FMT,
				 SLICE_ARG(m->header[i].value));
	}
	script_respond(s, m, 200, "");
}

static void world_start(struct world *w)
{
	w->call.on_message = on_message;
	w->call.data = w;
	call_start(&w->call, NULL, NULL, NULL);
	PAIR_RUN_UNTIL(&w->call.pair, w->call.pair.caller.session);
}

static struct msrp_header *header_new(const char *name, const char *value)
{
	struct msrp_header *header;

	ck_assert_int_eq(msrp_header_new(name, value, &header), 0);
	return header;
}

/* Those of MIME come last, whatever the order of the user's (RFC 4975 section 9). */
START_TEST(headers_of_mime_come_last)
{
	struct msrp_header *id = header_new("Content-ID", "<a@b>");
	struct msrp_header *other = header_new("X-Other", "some value");
	const struct msrp_header *headers[] = { id, other };
	struct world w = { 0 };
	struct side *s = &w.call.pair.caller;
	struct msrp_send_options options;

	world_start(&w);
	options = side_options(s);
	options.headers = headers;
	options.n_headers = 2;
	ck_assert_int_eq(msrp_session_send(s->session, "x", 1, &options, NULL), 0);
	msrp_header_free(id); /* they were copied */
	msrp_header_free(other);
	PAIR_RUN_UNTIL(&w.call.pair, s->n_responses);
	ck_assert_int_eq(s->response, 200);
	ck_assert_str_eq(w.head, "Message-ID Byte-Range X-Other Content-ID Content-Type ");
	ck_assert_str_eq(w.value, "some value");
	call_done(&w.call);
}
END_TEST

static int read_x(void *arg, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len)
{
	memset(bytes, 'x', size);
	*ret_len = size;
	return 0;
}

START_TEST(files_have_headers_too)
{
	struct msrp_header *other = header_new("X-Other", "y");
	const struct msrp_header *headers[] = { other };
	struct msrp_file_options options = { .name = "n", .read = read_x };
	struct msrp_outgoing_file *file;
	struct world w = { 0 };
	struct side *s = &w.call.pair.caller;

	world_start(&w);
	options.send = side_options(s);
	options.send.headers = headers;
	options.send.n_headers = 1;
	ck_assert_int_eq(msrp_outgoing_file_new(-1, 5, &options, &file), 0);
	msrp_header_free(other);
	ck_assert_int_eq(msrp_session_send_file(s->session, file), 0);
	PAIR_RUN_UNTIL(&w.call.pair, s->n_responses);
	ck_assert_str_eq(w.head, "Message-ID Byte-Range X-Other Content-Disposition Content-Type ");
	call_done(&w.call);
}
END_TEST

static const char *const own[] = {
	"To-Path",	  "From-Path",	    "Message-ID",   "Byte-Range",
	"Success-Report", "failure-report", "Content-Type",
};

START_TEST(headers_of_the_session_are_not_the_users)
{
	struct msrp_header *header = header_new(own[_i], "yes");
	const struct msrp_header *headers[] = { header };
	struct msrp_send_options options = { .headers = headers, .n_headers = 1 };
	struct msrp_file_options file_options = { .send = options };
	struct msrp_outgoing_file *file;
	struct world w = { 0 };

	world_start(&w);
	ck_assert_int_eq(msrp_session_send(w.call.pair.caller.session, "x", 1, &options, NULL),
			 -EINVAL);
	ck_assert_int_eq(msrp_outgoing_file_new(-1, 5, &file_options, &file), -EINVAL);
	msrp_header_free(header);
	call_done(&w.call);
}
END_TEST

START_TEST(name_of_a_file_is_said_once)
{
	struct msrp_header *header = header_new("content-disposition", "render");
	const struct msrp_header *headers[] = { header };
	struct msrp_file_options options = { .send = { .headers = headers, .n_headers = 1 } };
	struct msrp_outgoing_file *file;

	ck_assert_int_eq(msrp_outgoing_file_new(-1, 5, &options, &file), 0);
	ck_assert_ptr_null(msrp_outgoing_file_free(file));
	options.name = "n";
	ck_assert_int_eq(msrp_outgoing_file_new(-1, 5, &options, &file), -EINVAL);
	msrp_header_free(header);
}
END_TEST

START_TEST(headers_have_a_limit)
{
	enum { MOST = 58, LARGE = 3000 };
	char value[LARGE + 1];
	struct msrp_header *small = header_new("X-Other", "y");
	struct msrp_header *large;
	const struct msrp_header *headers[MOST + 1];
	struct msrp_send_options options = { .headers = headers };
	struct world w = { 0 };
	struct side *s = &w.call.pair.caller;

	memset(value, 'v', LARGE);
	value[LARGE] = '\0';
	large = header_new("X-Large", value);
	for (int i = 0; i <= MOST; i++)
		headers[i] = small;
	world_start(&w);
	options.n_headers = MOST + 1;
	ck_assert_int_eq(msrp_session_send(s->session, "x", 1, &options, NULL), -ENOBUFS);
	options = side_options(s);
	options.headers = headers;
	options.n_headers = MOST;
	options.success_report = true;
	ck_assert_int_eq(msrp_session_send(s->session, "x", 1, &options, NULL), 0);
	PAIR_RUN_UNTIL(&w.call.pair, s->n_responses);
	ck_assert_int_eq(s->response, 200);
	headers[0] = headers[1] = headers[2] = large;
	options.n_headers = 3;
	ck_assert_int_eq(msrp_session_send(s->session, "x", 1, &options, NULL), -ENOBUFS);
	msrp_header_free(small);
	msrp_header_free(large);
	call_done(&w.call);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/outgoing_headers");
	TCase *tcase = tcase_create("headers");

	tcase_add_test(tcase, headers_of_mime_come_last);
	tcase_add_test(tcase, files_have_headers_too);
	tcase_add_loop_test(tcase, headers_of_the_session_are_not_the_users, 0, SUPPORT_COUNT(own));
	tcase_add_test(tcase, name_of_a_file_is_said_once);
	tcase_add_test(tcase, headers_have_a_limit);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
