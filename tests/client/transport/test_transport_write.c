/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/raw.h"
#include "client/transport/transport.h"
#include "net/connection/connection_state.h"
#include "net/context_state.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

/* ---- making ---- */

#define START(id)	   "MSRP " id " SEND\r\n" PATHS
#define PATHS		   "To-Path: @\r\nFrom-Path: " RAW_PATH "\r\n"
#define MESSAGE(id, range) "Message-ID: " id "\r\nByte-Range: " range "\r\n"
#define BODY		   "Content-Type: a/b\r\n\r\nhello\r\n"

/* New ids are shown as "*", and the other end's path as "@". */
static const struct {
	const char *what;
	struct msrp_make_chunk_options options;
	const char *want; /* NULL: -EINVAL */
} made[] = {
	{ "nothing is said", { 0 }, START("*") MESSAGE("*", "1-0/0") "-------*$\r\n" },
	{ "data",
	  { .data = "hello", .len = 5, .content_type = "a/b" },
	  START("*") MESSAGE("*", "1-5/5") BODY "-------*$\r\n" },
	{ "ids",
	  { .transaction_id = "aaaa", .message_id = "m1xx" },
	  START("aaaa") MESSAGE("m1xx", "1-0/0") "-------aaaa$\r\n" },
	{ "the first part of a message",
	  { .data = "hello", .len = 5, .content_type = "a/b", .length = 10 },
	  START("*") MESSAGE("*", "1-5/10") BODY "-------*+\r\n" },
	{ "the last part",
	  { .data = "hello", .len = 5, .content_type = "a/b", .start = 6, .length = 10 },
	  START("*") MESSAGE("*", "6-10/10") BODY "-------*$\r\n" },
	{ "the last part, of which nothing else is said",
	  { .data = "hello", .len = 5, .content_type = "a/b", .start = 6 },
	  START("*") MESSAGE("*", "6-10/10") BODY "-------*$\r\n" },
	{ "no end",
	  { .data = "hello", .len = 5, .content_type = "a/b", .end = MSRP_TOTAL_UNKNOWN },
	  START("*") MESSAGE("*", "1-*/5") BODY "-------*$\r\n" },
	{ "no length",
	  { .data = "hello", .len = 5, .content_type = "a/b", .length = MSRP_TOTAL_UNKNOWN },
	  START("*") MESSAGE("*", "1-5/*") BODY "-------*+\r\n" },
	{ "an end of its own",
	  { .data = "hello", .len = 5, .content_type = "a/b", .end = 7, .length = 7 },
	  START("*") MESSAGE("*", "1-7/7") BODY "-------*$\r\n" },
	{ "a flag",
	  { .data = "hello", .len = 5, .content_type = "a/b", .contflag = '#' },
	  START("*") MESSAGE("*", "1-5/5") BODY "-------*#\r\n" },
	{ "another method",
	  { .method = "PING", .message_id = "m1xx" },
	  "MSRP * PING\r\n" PATHS MESSAGE("m1xx", "1-0/0") "-------*$\r\n" },
	{ "a response",
	  { .transaction_id = "aaaa", .code = 413, .comment = "Stop it" },
	  "MSRP aaaa 413 Stop it\r\n" PATHS "-------aaaa$\r\n" },
	{ "both a request and a response", { .method = "SEND", .code = 200 }, NULL },
	{ "a response with data", { .code = 200, .data = "x", .len = 1 }, NULL },
	{ "no data although there is some", { .len = 5 }, NULL },
	{ "a flag that is none", { .contflag = '!' }, NULL },
	{ "a method that is none", { .method = "send" }, NULL },
	{ "a code that is none", { .code = 99 }, NULL },
	{ "a transaction id that is none", { .transaction_id = "a b" }, NULL },
	{ "a message id that is none", { .message_id = "a b" }, NULL },
	{ "a message that ends before it begins", { .start = 10, .end = 8 }, NULL },
	{ "a message shorter than its part", { .data = "hello", .len = 5, .length = 4 }, NULL },
	{ "a message shorter than its part, whose end is not told",
	  { .data = "hello", .len = 5, .end = MSRP_TOTAL_UNKNOWN, .length = 4 },
	  NULL },
	{ "a place beyond all numbers", { .start = UINT64_MAX, .data = "x", .len = 1 }, NULL },
	{ "a header within a type", { .content_type = "a/b\r\nX-Y: z" }, NULL },
};

/* Replaces every LONG by SHORT. */
static void replace(char *text, const char *longer, const char *shorter)
{
	char *at;

	while ((at = strstr(text, longer))) {
		memcpy(at, shorter, strlen(shorter));
		memmove(at + strlen(shorter), at + strlen(longer), strlen(at + strlen(longer)) + 1);
	}
}

static void expect_chunk(const struct raw_world *w, const struct msrp_chunk *chunk,
			 const struct msrp_make_chunk_options *o, const char *want)
{
	char *text;
	size_t len;

	ck_assert_int_eq(msrp_chunk_encode(chunk, &text, &len), 0);
	if (!o->transaction_id)
		replace(text, msrp_chunk_transaction_id(chunk), "*");
	if (!o->message_id && !o->code)
		replace(text, msrp_chunk_message_id(chunk), "*");
	replace(text, w->path, "@");
	ck_assert_str_eq(text, want);
	free(text);
}

START_TEST(chunk_is_made_of_what_is_said_and_what_the_transport_knows)
{
	const struct msrp_make_chunk_options *o = &made[_i].options;
	struct msrp_chunk *chunk = NULL;
	struct raw_world w;
	int err;

	raw_world_init(&w);
	err = msrp_transport_make_chunk(w.raw.transport, o, &chunk);
	ck_assert_msg(err == (made[_i].want ? 0 : -EINVAL), "%s: %d", made[_i].what, err);
	if (!err)
		expect_chunk(&w, chunk, o, made[_i].want);
	msrp_chunk_free(chunk);
	raw_world_done(&w);
}
END_TEST

static int make_and_free(const void *arg)
{
	struct msrp_transport *const *transport = arg;
	struct msrp_make_chunk_options options = { .data = "x", .len = 1, .content_type = "a/b" };
	struct msrp_chunk *chunk;
	int err = msrp_transport_make_chunk(*transport, &options, &chunk);

	if (!err)
		msrp_chunk_free(chunk);
	return err;
}

START_TEST(chunk_is_made_or_there_is_no_memory)
{
	struct raw_world w;

	raw_world_init(&w);
	ck_assert_uint_gt(support_oom_each(make_and_free, &w.raw.transport), 10);
	raw_world_done(&w);
}
END_TEST

/* ---- writing ---- */

static struct msrp_chunk *make_hello(struct raw *r)
{
	struct msrp_make_chunk_options options = {
		.data = "hello",
		.len = 5,
		.content_type = "text/plain",
	};
	struct msrp_chunk *chunk;

	ck_assert_int_eq(msrp_transport_make_chunk(r->transport, &options, &chunk), 0);
	return chunk;
}

static void answer(struct raw *r, struct msrp_chunk *chunk)
{
	const char *comment;

	if (!msrp_chunk_method(chunk))
		return;
	ck_assert_int_eq(msrp_transport_check_incoming_send(r->transport, chunk, &comment), 0);
	ck_assert_int_eq(
	    msrp_transport_write_response(r->transport, chunk, 200, NULL, raw_on_written, r), 0);
}

START_TEST(two_talk_by_chunks)
{
	struct msrp_chunk *chunk;
	struct raw_pair p;

	raw_pair_init(&p, _i);
	raw_pair_connect(&p, _i);
	p.caller.on_chunk = answer;
	p.callee.on_chunk = answer;
	chunk = make_hello(&p.caller);
	ck_assert_int_eq(
	    msrp_transport_write_chunk(p.caller.transport, chunk, raw_on_written, &p.caller), 0);
	msrp_chunk_free(chunk);
	ck_assert_uint_eq(p.caller.n_written, 0);
	chunk = make_hello(&p.callee);
	ck_assert_int_eq(msrp_transport_write_chunk(p.callee.transport, chunk, NULL, NULL), 0);
	msrp_chunk_free(chunk);
	PAIR_RUN_UNTIL(&p.pair, p.caller.n == 2 && p.callee.n == 2);
	ck_assert_uint_eq(p.caller.n_written, 2);
	ck_assert_uint_eq(p.callee.n_written, 1);
	ck_assert_int_eq(p.caller.written_err, 0);
	ck_assert_ptr_nonnull(strstr(p.caller.log, "200 - $0.\n"));
	ck_assert_ptr_nonnull(strstr(p.caller.log, "SEND 1-5/5 $0.\n"));
	raw_pair_done(&p);
}
END_TEST

START_TEST(what_was_written_before_the_shutdown_arrives)
{
	struct msrp_chunk *chunk;
	struct raw_pair p;

	raw_pair_init(&p, _i);
	raw_pair_connect(&p, _i);
	chunk = make_hello(&p.caller);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(msrp_transport_write_chunk(p.caller.transport, chunk,
							    raw_on_written, &p.caller),
				 0);
	ck_assert_int_eq(msrp_transport_shutdown(p.caller.transport), 0);
	ck_assert_int_eq(msrp_transport_write_chunk(p.caller.transport, chunk, NULL, NULL), -EPIPE);
	ck_assert_int_eq(msrp_transport_shutdown(p.caller.transport), -EPIPE);
	msrp_chunk_free(chunk);
	PAIR_RUN_UNTIL(&p.pair, p.callee.ended && p.caller.ended);
	ck_assert_uint_eq(p.callee.n, 3);
	ck_assert_int_eq(p.callee.err, MSRP_ERROR_CLOSED);
	ck_assert_uint_eq(p.caller.n_written, 3);
	ck_assert_int_eq(p.caller.written_err, 0);
	ck_assert_int_eq(p.caller.err, 0);
	raw_pair_done(&p);
}
END_TEST

START_TEST(nobody_is_told_of_what_was_written_after_the_transport_is_freed)
{
	struct msrp_chunk *chunk;
	struct raw_pair p;

	raw_pair_init(&p, WITH_TCP);
	raw_pair_connect(&p, WITH_TCP);
	chunk = make_hello(&p.caller);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(msrp_transport_write_chunk(p.caller.transport, chunk,
							    raw_free_on_written, &p.caller),
				 0);
	msrp_chunk_free(chunk);
	PAIR_RUN_UNTIL(&p.pair, p.callee.ended);
	ck_assert_uint_eq(p.caller.n_written, 1);
	raw_pair_done(&p);
}
END_TEST

static void ignore_chunk(void *arg, int err, const char *why, struct msrp_chunk *chunk)
{
	msrp_chunk_free(chunk);
}

START_TEST(who_waits_is_told_that_it_was_closed)
{
	static uint8_t bytes[MSRP_READ_MAX];
	struct raw_pair p;
	size_t n = 0;

	memset(bytes, 'x', sizeof(bytes));
	raw_pair_init(&p, WITH_TCP);
	p.callee.n_wanted = 0;
	raw_pair_connect(&p, WITH_TCP);
	/* Too much waits: that is an error, and the earlier data is still there. */
	while (msrp_transport_write(p.caller.transport, bytes, sizeof(bytes), raw_on_written,
				    &p.caller) == 0)
		n++;
	ck_assert_uint_ge(n, 16);
	ck_assert_int_eq(msrp_transport_write(p.caller.transport, bytes, 1, NULL, NULL), -ENOBUFS);
	p.callee.transport = msrp_transport_free(p.callee.transport);
	PAIR_RUN_UNTIL(&p.pair, p.caller.ended);
	ck_assert_uint_eq(p.caller.n_written, n);
	ck_assert_int_ne(p.caller.written_err, 0);
	ck_assert_int_eq(msrp_transport_write(p.caller.transport, bytes, 1, NULL, NULL), -EPIPE);
	ck_assert_int_eq(msrp_transport_read_chunk(p.caller.transport, 0, ignore_chunk, NULL),
			 -EPIPE);
	raw_pair_done(&p);
}
END_TEST

START_TEST(writing_goes_well_or_there_is_no_memory)
{
	struct raw_pair p;
	size_t n_sent = 0;
	bool struck = true;

	raw_pair_init(&p, WITH_TCP);
	raw_pair_connect(&p, WITH_TCP);
	p.callee.on_chunk = NULL;
	for (size_t n = 0; struck; n++) {
		struct msrp_chunk *chunk = make_hello(&p.caller);
		int errs[2];

		support_oom_start(n, false);
		errs[0] = msrp_transport_write_chunk(p.caller.transport, chunk, raw_on_written,
						     &p.caller);
		errs[1] = msrp_transport_write_response(p.caller.transport, chunk, 200, NULL,
							raw_on_written, &p.caller);
		struck = support_oom_struck();
		support_oom_stop();
		msrp_chunk_free(chunk);
		for (int i = 0; i < 2; i++) {
			ck_assert(errs[i] == 0 || (struck && errs[i] == -ENOMEM));
			n_sent += !errs[i];
		}
		/* Data that was refused leaves no trace in the rest. */
		PAIR_RUN_UNTIL(&p.pair, p.callee.n == n_sent && p.caller.n_written == n_sent);
	}
	ck_assert(!p.callee.ended);
	raw_pair_done(&p);
}
END_TEST

/* ---- misuse ---- */

static int refuse(void *arg, struct msrp_incoming *message)
{
	return 403;
}

static void on_closed(void *arg, int err, const char *why)
{
}

static const struct msrp_session_callbacks callbacks = { .begin = refuse, .closed = on_closed };

START_TEST(transport_is_for_a_session_or_for_chunks)
{
	struct msrp_session *session;
	struct msrp_chunk *chunk;
	struct raw_pair p;

	raw_pair_init(&p, WITH_TCP);
	p.callee.n_wanted = 0;
	raw_pair_connect(&p, WITH_TCP);
	ck_assert_int_eq(msrp_session_new(p.caller.transport, NULL, &callbacks, NULL, &session),
			 -EALREADY);
	ck_assert_int_eq(msrp_transport_read_chunk(p.caller.transport, 0, ignore_chunk, NULL),
			 -EALREADY);
	chunk = make_hello(&p.callee);
	ck_assert_int_eq(msrp_transport_write_chunk(p.callee.transport, chunk, NULL, NULL), 0);
	ck_assert_int_eq(msrp_session_new(p.callee.transport, NULL, &callbacks, NULL, &session), 0);
	ck_assert_int_eq(msrp_transport_write_chunk(p.callee.transport, chunk, NULL, NULL),
			 -EALREADY);
	ck_assert_int_eq(
	    msrp_transport_write_response(p.callee.transport, chunk, 200, NULL, NULL, NULL),
	    -EALREADY);
	ck_assert_int_eq(msrp_transport_write(p.callee.transport, "x", 1, NULL, NULL), -EALREADY);
	ck_assert_int_eq(msrp_transport_read_chunk(p.callee.transport, 0, ignore_chunk, NULL),
			 -EALREADY);
	PAIR_RUN_UNTIL(&p.pair, p.caller.n == 1);
	msrp_chunk_free(chunk);
	msrp_session_free(session);
	p.callee.transport = NULL;
	raw_pair_done(&p);
}
END_TEST

START_TEST(closed_transport_is_for_no_session)
{
	struct msrp_session *session;
	struct raw_pair p;

	raw_pair_init(&p, WITH_TCP);
	p.callee.n_wanted = 0;
	raw_pair_connect(&p, WITH_TCP);
	p.caller.transport = msrp_transport_free(p.caller.transport);
	while (msrp_transport_write(p.callee.transport, "x", 1, NULL, NULL) == 0)
		uv_run(&p.pair.loop, UV_RUN_ONCE);
	ck_assert_int_eq(msrp_session_new(p.callee.transport, NULL, &callbacks, NULL, &session),
			 -EPIPE);
	raw_pair_done(&p);
}
END_TEST

START_TEST(nothing_is_no_transport_and_no_chunk)
{
	struct msrp_chunk *untyped, *response, *chunk = NULL;
	const char *comment;
	struct raw_world w;
	struct msrp_transport *t;

	raw_world_init(&w);
	t = w.raw.transport;
	ck_assert_int_eq(msrp_transport_make_chunk(NULL, NULL, &chunk), -EINVAL);
	ck_assert_int_eq(msrp_transport_write(NULL, "x", 1, NULL, NULL), -EINVAL);
	ck_assert_int_eq(msrp_transport_shutdown(NULL), -EINVAL);
	ck_assert_int_eq(msrp_transport_write(t, NULL, 1, NULL, NULL), -EINVAL);
	ck_assert_int_eq(msrp_transport_write_chunk(t, NULL, NULL, NULL), -EINVAL);
	ck_assert_int_eq(msrp_transport_write_response(t, NULL, 200, NULL, NULL, NULL), -EINVAL);
	ck_assert_int_eq(msrp_transport_read_chunk(NULL, 0, ignore_chunk, NULL), -EINVAL);
	ck_assert_int_eq(msrp_transport_read_chunk(t, 0, NULL, NULL), -EINVAL);
	ck_assert_int_eq(msrp_transport_check_incoming_send(t, NULL, &comment), -EINVAL);
	msrp_transport_make_chunk(t, &(struct msrp_make_chunk_options){ .data = "x", .len = 1 },
				  &untyped);
	ck_assert_int_eq(msrp_transport_write_chunk(t, untyped, NULL, NULL), -EINVAL);
	ck_assert_int_eq(msrp_transport_write_response(t, untyped, 99, NULL, NULL, NULL), -EINVAL);
	ck_assert_int_eq(msrp_transport_write_response(t, untyped, 200, "a\nb", NULL, NULL),
			 -EINVAL);
	msrp_transport_make_chunk(t, &(struct msrp_make_chunk_options){ .code = 200 }, &response);
	ck_assert_int_eq(msrp_transport_write_response(t, response, 200, NULL, NULL, NULL),
			 -EINVAL);
	msrp_chunk_free(untyped);
	msrp_chunk_free(response);
	raw_world_done(&w);
}
END_TEST

/* The connection alone would report it too early. */
static void on_in_the_socket(void *arg, int err, const char *why)
{
	struct raw *r = arg;
	const struct net_conn *conn = r->transport->link->net;

	ck_assert_int_eq(err, 0);
	ck_assert_uint_eq(conn->transport->output.rest.len, 0);
	ck_assert_uint_eq(conn->context->out.len, 0);
	r->n_written++;
}

START_TEST(written_is_told_when_the_socket_has_it)
{
	struct msrp_make_chunk_options options = { .content_type = "text/plain",
						   .data = "hello",
						   .len = 5 };
	struct msrp_chunk *chunk;
	struct raw_pair p;

	raw_pair_init(&p, _i);
	raw_pair_connect(&p, _i);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(msrp_transport_make_chunk(p.caller.transport, &options, &chunk),
				 0);
		ck_assert_int_eq(msrp_transport_write_chunk(p.caller.transport, chunk,
							    on_in_the_socket, &p.caller),
				 0);
		msrp_chunk_free(chunk);
	}
	PAIR_RUN_UNTIL(&p.pair, p.caller.n_written == 3 && p.callee.n == 3);
	raw_pair_done(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/transport_write");
	TCase *making = tcase_create("making");
	TCase *writing = tcase_create("writing");
	TCase *misuse = tcase_create("misuse");

	tcase_add_loop_test(making, written_is_told_when_the_socket_has_it, 0, N_TRANSPORTS);
	tcase_add_loop_test(making, chunk_is_made_of_what_is_said_and_what_the_transport_knows, 0,
			    SUPPORT_COUNT(made));
	tcase_add_test(making, chunk_is_made_or_there_is_no_memory);
	suite_add_tcase(suite, making);

	tcase_set_timeout(writing, 60);
	tcase_add_loop_test(writing, two_talk_by_chunks, 0, N_TRANSPORTS);
	tcase_add_loop_test(writing, what_was_written_before_the_shutdown_arrives, 0, N_TRANSPORTS);
	tcase_add_test(writing, nobody_is_told_of_what_was_written_after_the_transport_is_freed);
	tcase_add_test(writing, who_waits_is_told_that_it_was_closed);
	tcase_add_test(writing, writing_goes_well_or_there_is_no_memory);
	suite_add_tcase(suite, writing);

	tcase_add_test(misuse, transport_is_for_a_session_or_for_chunks);
	tcase_add_test(misuse, closed_transport_is_for_no_session);
	tcase_add_test(misuse, nothing_is_no_transport_and_no_chunk);
	suite_add_tcase(suite, misuse);
	return support_run(suite);
}
