/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <stdio.h>
#include <string.h>

#include "client/raw.h"
#include "support/expect.h"
#include "support/run.h"

/*
 * A session that the other side binds, and whose user wants to send something at once. Some clients
 * take the first thing they read for the answer to the request that binds.
 */
struct world {
	struct pair pair;
	struct script script;
	char path[64]; /* the script's */
	char seen[64]; /* the first letters of what it gets after the SEND that binds, or codes */
	bool raw;      /* the user makes no session, and writes a chunk himself */
	struct msrp_transport *transport;
	bool completed;
};

static void note(struct script *s, const struct msrp_message *m)
{
	struct world *w = s->data;
	size_t at = strlen(w->seen);

	if (s->n_requests == 1 && m->is_request)
		return; /* ours, which it does not answer */
	if (m->is_request)
		snprintf(w->seen + at, sizeof(w->seen) - at, "%c", m->method_name.p[0]);
	else
		snprintf(w->seen + at, sizeof(w->seen) - at, "%u", m->status);
}

static void write_chunk(struct msrp_transport *transport)
{
	struct msrp_make_chunk_options options = { .content_type = "text/plain",
						   .data = "hello",
						   .len = 5 };
	struct msrp_chunk *chunk;

	ck_assert_int_eq(msrp_transport_make_chunk(transport, &options, &chunk), 0);
	ck_assert_int_eq(msrp_transport_write_chunk(transport, chunk, NULL, NULL), 0);
	msrp_chunk_free(chunk);
}

static void on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct world *w = arg;
	struct side *s = &w->pair.caller;

	ck_assert_msg(!err, "%s", why);
	w->completed = true;
	if (w->raw) {
		w->transport = transport;
		write_chunk(transport);
		return;
	}
	side_on_completed(s, err, why, transport);
	ck_assert_int_eq(msrp_session_send(s->session, "hello", 5, NULL, NULL), 0);
	ck_assert_int_eq(msrp_session_set_nickname(s->session, "al", NULL, NULL), 0);
}

static void start(struct world *w, bool raw)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .session_id = "l0cal" };
	struct side *s = &w->pair.caller;

	*w = (struct world){ .raw = raw };
	pair_init(&w->pair, WITH_TCP, NULL);
	script_init(&w->script, &w->pair.loop, note, w);
	snprintf(w->path, sizeof(w->path), "msrp://127.0.0.1:%u/r3m0te;tcp",
		 script_port(&w->script));
	ck_assert_int_eq(msrp_connector_direct_new(w->pair.context, &s->connector), 0);
	ck_assert_int_eq(msrp_connector_prepare(s->connector, &local, side_on_prepared, s), 0);
	PAIR_RUN_UNTIL(&w->pair, s->path);
	ck_assert_int_eq(msrp_connector_complete(s->connector, w->path, on_completed, w), 0);
	PAIR_RUN_UNTIL(&w->pair, w->script.n_requests == 1);
}

static void done(struct world *w)
{
	msrp_transport_free(w->transport);
	script_done(&w->script);
	pair_done(&w->pair);
}

/* Sends each octet separately. */
static void send_slowly(struct world *w, const char *text)
{
	for (; *text; text++) {
		script_send(&w->script, (char[]){ *text, '\0' });
		for (int i = 0; i < 3; i++)
			uv_run(&w->pair.loop, UV_RUN_NOWAIT);
	}
}

static const struct {
	const char *what;
	const char *method;
	const char *rest; /* of the request, after From-Path */
	const char *want; /* begins with the answer, if there is one */
} binders[] = {
	{ "an empty SEND", "SEND", "Message-ID: m1xx\r\n", "200" },
	{ "a SEND with a message", "SEND",
	  "Message-ID: m1xx\r\nContent-Type: text/plain\r\n\r\nhi\r\n", "200" },
	{ "a SEND with an empty line", "SEND", "Message-ID: m1xx\r\n\r\n\r\n", "200" },
	{ "a SEND that is refused", "SEND",
	  "Message-ID: m1xx\r\nContent-Type: image/x\r\n\r\nhi\r\n", "415" },
	{ "a NICKNAME", "NICKNAME", "Use-Nickname: \"x\"\r\n", "501" },
	{ "a SEND that wants no answer", "SEND", "Message-ID: m1xx\r\nFailure-Report: no\r\n", "" },
	{ "a SEND with a message that wants no answer", "SEND",
	  "Message-ID: m1xx\r\nFailure-Report: no\r\nContent-Type: text/plain\r\n\r\nhi\r\n", "" },
};

static void check(int i, bool raw, bool slowly, size_t n_requests)
{
	static const char *const types[] = { "text/*", NULL };
	struct world w;
	char text[512];

	start(&w, raw);
	w.pair.caller.accept_types = types;
	snprintf(text, sizeof(text),
		 "MSRP abcd %s\r\nTo-Path: %s\r\nFrom-Path: %s\r\n%s-------abcd$\r\n",
		 binders[i].method, w.pair.caller.path, w.path, binders[i].rest);
	if (slowly)
		send_slowly(&w, text);
	else
		script_send(&w.script, text);
	PAIR_RUN_UNTIL(&w.pair, w.script.n_requests == 1 + n_requests &&
				    strlen(w.seen) >= strlen(binders[i].want) + n_requests);
	ck_assert(w.completed);
	ck_assert_msg(strncmp(w.seen, binders[i].want, strlen(binders[i].want)) == 0, "%s: %s",
		      binders[i].what, w.seen);
	done(&w);
}

START_TEST(answer_goes_before_all_that_is_said)
{
	check(_i, false, false, 2);
}
END_TEST

START_TEST(answer_goes_first_when_the_request_comes_slowly)
{
	check(_i, false, true, 2);
}
END_TEST

/*
 * This also applies to users who write chunks themselves; but a SEND with a body is theirs to
 * answer.
 */
START_TEST(answer_to_an_empty_send_goes_before_what_is_written)
{
	check(0, true, _i, 1);
}
END_TEST

/* Neither is lost with the connection if the request never ends. */
START_TEST(what_is_held_back_ends_with_the_session)
{
	struct world w;
	struct side *s = &w.pair.caller;
	char text[512];

	start(&w, false);
	snprintf(text, sizeof(text),
		 "MSRP abcd SEND\r\nTo-Path: %s\r\nFrom-Path: %s\r\nMessage-ID: m1xx\r\n"
		 "Content-Type: text/plain\r\n\r\nhi",
		 s->path, w.path);
	script_send(&w.script, text);
	PAIR_RUN_UNTIL(&w.pair, w.completed);
	net_conn_close(w.script.net);
	PAIR_RUN_UNTIL(&w.pair, s->closed);
	ck_assert_int_eq(s->closed_err, MSRP_ERROR_CLOSED);
	ck_assert_str_eq(w.seen, "");
	done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/binding");
	TCase *tcase = tcase_create("binding");

	tcase_add_loop_test(tcase, answer_goes_before_all_that_is_said, 0, SUPPORT_COUNT(binders));
	tcase_add_loop_test(tcase, answer_goes_first_when_the_request_comes_slowly, 0,
			    SUPPORT_COUNT(binders));
	tcase_add_loop_test(tcase, answer_to_an_empty_send_goes_before_what_is_written, 0, 2);
	tcase_add_test(tcase, what_is_held_back_ends_with_the_session);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
