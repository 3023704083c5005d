/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/pair.h"
#include "support/expect.h"
#include "support/run.h"

enum { MIB = 1024 * 1024 };

static void assert_in(const struct side *s, const void *want, size_t len)
{
	ck_assert_uint_eq(s->in.len, len);
	ck_assert(len == 0 || memcmp(buf_data(&s->in), want, len) == 0);
}

START_TEST(message_arrives_and_is_answered)
{
	struct msrp_send_options options;
	char id[MSRP_MESSAGE_ID_SIZE];
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	options = side_options(&p.caller);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &options, id), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses && p.callee.n_complete);
	ck_assert_int_eq(p.caller.response, 200);
	assert_in(&p.callee, "hello", 5);
	ck_assert_str_eq(p.callee.content_type, "text/plain");
	ck_assert_str_eq(p.callee.flags, "$");
	ck_assert_uint_ge(strlen(id), 4);
	ck_assert_uint_eq(p.caller.n_delivered, 0);
	pair_done(&p);
}
END_TEST

START_TEST(both_ends_know_their_paths)
{
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	ck_assert_str_eq(msrp_session_local_path(p.caller.session), p.caller.path);
	ck_assert_str_eq(msrp_session_remote_path(p.caller.session), p.callee.path);
	ck_assert_str_eq(msrp_session_local_path(p.callee.session), p.callee.path);
	ck_assert_str_eq(msrp_session_remote_path(p.callee.session), p.caller.path);
	pair_done(&p);
}
END_TEST

static const struct {
	enum msrp_failures failures;
	bool report;
	int response; /* that must come at once; 0: none within the test */
} wishes[] = {
	{ MSRP_FAILURES_YES, false, 200 },
	{ MSRP_FAILURES_YES, true, 200 },
	{ MSRP_FAILURES_NO, false, 200 },
	{ MSRP_FAILURES_NO, true, 200 },
	{ MSRP_FAILURES_PARTIAL, false, 200 },
	{ MSRP_FAILURES_PARTIAL, true, 200 },
};

START_TEST(reports_come_as_they_were_asked_for)
{
	struct msrp_context_options context = { .response_timeout_ms = 50 };
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, WITH_TCP, &context);
	pair_connect(&p, WITH_TCP);
	options = side_options(&p.caller);
	options.failures = wishes[_i].failures;
	options.success_report = wishes[_i].report;
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &options, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses && p.callee.n_complete &&
				   p.caller.n_delivered == wishes[_i].report);
	ck_assert_int_eq(p.caller.response, wishes[_i].response);
	ck_assert_int_eq(p.caller.delivered, wishes[_i].report ? 200 : 0);
	pair_done(&p);
}
END_TEST

static const struct {
	const char *accept[4];
	const char *type;
	int want;
} types[] = {
	{ { "*" }, "application/x-any", 200 },
	{ { "text/plain" }, "text/plain", 200 },
	{ { "text/plain" }, "Text/Plain; charset=utf-8", 200 },
	{ { "text/plain" }, "text/html", 415 },
	{ { "text/*" }, "text/html", 200 },
	{ { "text/*" }, "textual/html", 415 },
	{ { "image/png", "message/*" }, "message/cpim", 200 },
	{ { NULL }, "text/plain", 415 },
};

START_TEST(only_accepted_types_are_passed_on)
{
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	p.callee.accept_types = types[_i].accept;
	pair_connect(&p, WITH_TCP);
	options = side_options(&p.caller);
	options.content_type = types[_i].type;
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &options, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	ck_assert_int_eq(p.caller.response, types[_i].want);
	ck_assert_uint_eq(p.callee.n_begun, types[_i].want == 200);
	pair_done(&p);
}
END_TEST

START_TEST(receiver_can_refuse)
{
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	options = side_options(&p.caller);
	*(_i ? &p.callee.data_result : &p.callee.begin_result) = 413;
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &options, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	ck_assert_int_eq(p.caller.response, 413);
	ck_assert_uint_eq(p.callee.n_complete, 0);
	ck_assert_uint_eq(p.callee.n_aborted, _i); /* only what was begun is ended */
	pair_done(&p);
}
END_TEST

START_TEST(bad_headers_are_not_sent)
{
	struct msrp_send_options type = { .content_type = "text/plain\r\nX: y" };
	struct msrp_send_options id = { .message_id = "a b" };
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, &type, NULL), -EINVAL);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, &id, NULL), -EINVAL);
	pair_done(&p);
}
END_TEST

/* ---- files ---- */

struct memory_file {
	uint8_t *bytes;
	size_t len;
	size_t n_read;
	int err;
};

/* Of all byte values, with things in it that look like the end of a chunk. */
static struct memory_file make_file(size_t len)
{
	static const char trap[] = "\r\n-------abcdefgh$\r\n";
	struct memory_file f = { .bytes = malloc(len + 1), .len = len };
	uint32_t state = 1;

	for (size_t i = 0; i < len; i++) {
		state = state * 1664525 + 1013904223;
		f.bytes[i] = (uint8_t)(state >> 24);
	}
	for (size_t at = 1000; at + sizeof(trap) < len; at += 4096)
		memcpy(f.bytes + at, trap, sizeof(trap));
	return f;
}

static int read_memory(void *arg, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len)
{
	struct memory_file *f = arg;
	size_t left = f->len - (size_t)offset;

	ck_assert_uint_eq(offset, f->n_read);
	if (f->err)
		return f->err;
	*ret_len = left < size ? left : size;
	memcpy(bytes, f->bytes + offset, *ret_len);
	f->n_read += *ret_len;
	return 0;
}

static struct msrp_outgoing_file *send_memory(struct side *s, struct memory_file *f, size_t size,
					      uint64_t chunk_size)
{
	struct msrp_file_options options = {
		.send = side_options(s),
		.name = "a \"name\"\r\n",
		.chunk_size = chunk_size,
		.read = read_memory,
		.read_arg = f,
	};
	struct msrp_outgoing_file *file;

	options.send.success_report = true;
	ck_assert_int_eq(msrp_outgoing_file_new(-1, size, &options, &file), 0);
	ck_assert_int_eq(msrp_session_send_file(s->session, file), 0);
	return file;
}

static const struct {
	int transport;
	size_t len;
	uint64_t chunk_size;
} files[] = {
	{ WITH_TCP, 4 * MIB + 1, 0 },	 { WITH_TLS, 4 * MIB + 1, 0 },
	{ WITH_TCP, MIB, 2048 },	 { WITH_TLS, MIB + 77, 2048 },
	{ WITH_TCP, 3 * MIB, 100 * 1000 }, { WITH_TCP, 1000, 7 },
	{ WITH_TCP, 1, 0 },		 { WITH_TCP, 0, 0 },
	{ WITH_TCP, 2048, 2048 },	 { WITH_TCP, 2049, 0 },
};

START_TEST(file_arrives_as_it_was)
{
	struct memory_file f = make_file(files[_i].len);
	struct pair p;

	pair_init(&p, files[_i].transport, NULL);
	pair_connect(&p, files[_i].transport);
	send_memory(&p.caller, &f, f.len, files[_i].chunk_size);
	PAIR_RUN_UNTIL(&p, p.caller.n_delivered);
	ck_assert_int_eq(p.caller.response, 200);
	ck_assert_int_eq(p.caller.delivered, 200);
	ck_assert_uint_eq(p.callee.n_complete, 1);
	ck_assert_str_eq(p.callee.disposition, "attachment; filename=\"a \\\"name\\\"\"");
	ck_assert_str_eq(p.callee.content_type, "application/octet-stream");
	assert_in(&p.callee, f.bytes, f.len);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(message_passes_a_file)
{
	struct memory_file f = make_file(8 * MIB);
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	options = side_options(&p.caller);
	send_memory(&p.caller, &f, f.len, 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_data > 0);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, &options, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_complete == 1);
	ck_assert_uint_lt(f.n_read, f.len); /* the file was cut for it */
	PAIR_RUN_UNTIL(&p, p.caller.n_delivered);
	ck_assert_uint_eq(p.callee.n_complete, 2);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(who_stops_reading_stops_the_sender)
{
	struct memory_file f = make_file(32 * MIB);
	size_t before;
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	send_memory(&p.caller, &f, f.len, 0);
	msrp_session_set_reading(p.callee.session, false);
	do { /* until the sockets are full and nothing moves */
		before = f.n_read;
		for (int i = 0; i < 200; i++)
			uv_run(&p.loop, UV_RUN_NOWAIT);
	} while (f.n_read != before);
	ck_assert_uint_lt(f.n_read, f.len);
	msrp_session_set_reading(p.callee.session, true);
	PAIR_RUN_UNTIL(&p, p.caller.n_delivered);
	assert_in(&p.callee, f.bytes, f.len);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(cancelled_file_ends_with_a_hash)
{
	struct memory_file f = make_file(32 * MIB);
	struct msrp_outgoing_file *file;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	file = send_memory(&p.caller, &f, f.len, 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_data > 0);
	ck_assert_uint_gt(msrp_outgoing_file_sent(file), 0);
	msrp_outgoing_file_cancel(file);
	ck_assert_int_eq(p.caller.response, -ECANCELED);
	PAIR_RUN_UNTIL(&p, p.callee.n_aborted == 1);
	ck_assert_uint_lt(p.callee.in.len, f.len);
	ck_assert_uint_eq(p.callee.n_complete, 0);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(file_that_cannot_be_read_is_aborted)
{
	struct memory_file f = make_file(MIB);
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	f.err = _i ? -EIO : 0;
	send_memory(&p.caller, &f, 2 * MIB, 0); /* it is half as long as was said */
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	ck_assert_int_eq(p.caller.response, _i ? -EIO : -ENODATA);
	ck_assert_uint_eq(p.caller.n_delivered, 0);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(refused_file_is_not_sent_to_its_end)
{
	struct memory_file f = make_file(32 * MIB);
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	p.callee.data_result = 413;
	send_memory(&p.caller, &f, f.len, 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	ck_assert_int_eq(p.caller.response, 413);
	ck_assert_uint_lt(f.n_read, f.len);
	ck_assert_uint_eq(p.callee.n_data, 1);
	ck_assert_uint_eq(p.callee.n_aborted, 1);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

/* ---- the end ---- */

START_TEST(shutdown_sends_what_is_queued)
{
	struct memory_file f = make_file(2 * MIB);
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	options = side_options(&p.caller);
	send_memory(&p.caller, &f, f.len, 0);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, &options, NULL), 0);
	msrp_session_shutdown(p.caller.session);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "y", 1, &options, NULL), -EPIPE);
	PAIR_RUN_UNTIL(&p, p.caller.closed && p.callee.closed);
	ck_assert_int_eq(p.caller.closed_err, 0);
	ck_assert_int_eq(p.callee.closed_err, MSRP_ERROR_CLOSED);
	ck_assert_uint_eq(p.callee.n_complete, 2);
	ck_assert_uint_eq(p.caller.n_responses, 2);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(killed_peer_is_told_to_the_other)
{
	struct memory_file f = make_file(32 * MIB);
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	send_memory(&p.caller, &f, f.len, 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_data > 0);
	p.callee.session = msrp_session_free(p.callee.session);
	PAIR_RUN_UNTIL(&p, p.caller.closed);
	ck_assert_int_ne(p.caller.closed_err, 0);
	ck_assert_uint_eq(p.caller.n_responses, 1);
	ck_assert_int_eq(p.caller.response, -ECANCELED);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(killed_sender_aborts_what_it_sent)
{
	struct memory_file f = make_file(32 * MIB);
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	send_memory(&p.caller, &f, f.len, 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_data > 0);
	p.caller.session = msrp_session_free(p.caller.session);
	ck_assert_int_eq(p.caller.response, -ECANCELED);
	PAIR_RUN_UNTIL(&p, p.callee.closed);
	ck_assert_uint_eq(p.callee.n_aborted, 1);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

static int free_in_data(void *arg, struct msrp_incoming *message, uint64_t offset,
			const uint8_t *bytes, size_t len)
{
	struct side *s = arg;

	s->n_data++;
	s->session = msrp_session_free(s->session);
	return 0;
}

static int accept_begin(void *arg, struct msrp_incoming *message)
{
	return 0;
}

static int accept_end(void *arg, struct msrp_incoming *message, char flag)
{
	return 0;
}

static void ignore_closed(void *arg, int err, const char *why)
{
	ck_abort_msg("a callback of a session that was freed");
}

static void complete_to_free(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	static const struct msrp_session_callbacks callbacks = {
		.begin = accept_begin,
		.data = free_in_data,
		.end = accept_end,
		.closed = ignore_closed,
	};
	struct side *s = arg;

	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(msrp_session_new(transport, NULL, &callbacks, s, &s->session), 0);
}

START_TEST(session_can_be_freed_in_its_own_callback)
{
	struct msrp_local_uri local = { .host = "127.0.0.1" };
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	msrp_acceptor_direct_new(p.context, &p.callee.connector);
	msrp_connector_direct_new(p.context, &p.caller.connector);
	msrp_connector_prepare(p.callee.connector, &local, side_on_prepared, &p.callee);
	msrp_connector_prepare(p.caller.connector, &local, side_on_prepared, &p.caller);
	PAIR_RUN_UNTIL(&p, p.caller.path && p.callee.path);
	msrp_connector_complete(p.callee.connector, NULL, complete_to_free, &p.callee);
	msrp_connector_complete(p.caller.connector, p.callee.path, side_on_completed, &p.caller);
	PAIR_RUN_UNTIL(&p, p.caller.session && p.callee.session);
	ck_assert_str_eq(msrp_session_remote_path(p.callee.session), p.caller.path);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, NULL, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.caller.closed);
	ck_assert_uint_eq(p.callee.n_data, 1);
	ck_assert_ptr_null(p.callee.session);
	pair_done(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/session");
	TCase *messages = tcase_create("messages");
	TCase *outgoing = tcase_create("files");
	TCase *ends = tcase_create("ends");

	tcase_add_loop_test(messages, message_arrives_and_is_answered, 0, N_TRANSPORTS);
	tcase_add_loop_test(messages, both_ends_know_their_paths, 0, N_TRANSPORTS);
	tcase_add_loop_test(messages, reports_come_as_they_were_asked_for, 0, SUPPORT_COUNT(wishes));
	tcase_add_loop_test(messages, only_accepted_types_are_passed_on, 0, SUPPORT_COUNT(types));
	tcase_add_loop_test(messages, receiver_can_refuse, 0, 2);
	tcase_add_test(messages, bad_headers_are_not_sent);
	suite_add_tcase(suite, messages);

	tcase_set_timeout(outgoing, 60);
	tcase_add_loop_test(outgoing, file_arrives_as_it_was, 0, SUPPORT_COUNT(files));
	tcase_add_test(outgoing, message_passes_a_file);
	tcase_add_loop_test(outgoing, who_stops_reading_stops_the_sender, 0, N_TRANSPORTS);
	tcase_add_test(outgoing, cancelled_file_ends_with_a_hash);
	tcase_add_loop_test(outgoing, file_that_cannot_be_read_is_aborted, 0, 2);
	tcase_add_test(outgoing, refused_file_is_not_sent_to_its_end);
	suite_add_tcase(suite, outgoing);

	tcase_add_loop_test(ends, shutdown_sends_what_is_queued, 0, N_TRANSPORTS);
	tcase_add_loop_test(ends, killed_peer_is_told_to_the_other, 0, N_TRANSPORTS);
	tcase_add_loop_test(ends, killed_sender_aborts_what_it_sent, 0, N_TRANSPORTS);
	tcase_add_test(ends, session_can_be_freed_in_its_own_callback);
	suite_add_tcase(suite, ends);
	return support_run(suite);
}
