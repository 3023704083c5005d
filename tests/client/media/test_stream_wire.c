/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>

#include "client/memory_file.h"
#include "client/script.h"
#include "client/stream_end.h"
#include "support/expect.h"
#include "support/run.h"

/* ---- what others see and send ---- */

/* RFC 4975 7.1: one message, of which each chunk but the last has '+'. */
START_TEST(direction_is_one_message)
{
	struct stream_pair w = { .caller.options.content_type = MSRP_DESKTOP_TYPE };
	struct side *s = &w.pair.callee;

	stream_pair_start_half(&w);
	stream_end_write(&w.caller, 3);
	PAIR_RUN_UNTIL(&w.pair, s->in.len == 3);
	stream_end_write(&w.caller, 4);
	PAIR_RUN_UNTIL(&w.pair, s->in.len == 7);
	ck_assert_uint_eq(s->n_complete, 0);
	w.caller.end_after = true;
	stream_end_write(&w.caller, 0);
	PAIR_RUN_UNTIL(&w.pair, s->n_complete);
	ck_assert_str_eq(s->flags, "++$");
	ck_assert_str_eq(s->content_type, "application/x-rfb");
	stream_pair_done(&w);
}
END_TEST

START_TEST(messages_of_known_length_are_pieces)
{
	struct msrp_send_options options = { .content_type = MSRP_DESKTOP_TYPE };
	struct stream_pair w = { .caller.options.content_type = MSRP_DESKTOP_TYPE };

	stream_pair_start_half(&w);
	/* It gets back what it wrote, because all patterns are the same. */
	stream_end_write(&w.caller, 9);
	PAIR_RUN_UNTIL(&w.pair, w.pair.callee.in.len == 9);
	for (size_t at = 0; at < 9; at += 3)
		ck_assert_int_eq(msrp_session_send(w.pair.callee.session,
						   buf_data(&w.pair.callee.in) + at, 3, &options,
						   NULL),
				 0);
	PAIR_RUN_UNTIL(&w.pair, w.caller.received == 9);
	ck_assert_uint_eq(w.caller.n_ended, 0);
	ck_assert(!w.caller.closed);
	stream_pair_done(&w);
}
END_TEST

START_TEST(other_types_are_refused)
{
	struct stream_pair w = { 0 };
	struct msrp_send_options options;

	stream_pair_start_half(&w);
	options = side_options(&w.pair.callee);
	ck_assert_int_eq(msrp_session_send(w.pair.callee.session, "x", 1, &options, NULL), 0);
	PAIR_RUN_UNTIL(&w.pair, w.pair.callee.n_responses);
	ck_assert_int_eq(w.pair.callee.response, 415);
	ck_assert(!w.caller.closed);
	stream_pair_done(&w);
}
END_TEST

/* ---- what must not be ---- */

/* Chunks "ID RANGE BODY FLAG" that end a stream with an error. */
static const struct {
	const char *what;
	const char *chunks[3];
} faults[] = {
	{ "a hole", { "m1xx 1-3/* abc +", "m1xx 5-6/* ef +" } },
	{ "octets that come again", { "m1xx 1-3/* abc +", "m1xx 3-4/* cd +" } },
	{ "an end behind a hole", { "m1xx 1-3/* abc +", "m1xx 9-8/*  $" } },
	{ "a message within another", { "m1xx 1-3/* abc +", "m2xx 1-2/* xx +" } },
	{ "more after the end", { "m1xx 1-3/* abc $", "m2xx 1-2/* xx +" } },
};

static void on_message(struct script *s, const struct msrp_message *m)
{
	if (m->is_request && m->method == MSRP_SEND)
		script_respond(s, m, 200, "");
}

static void send_chunk(struct stream_pair *w, struct script *script, const char *remote,
		       const char *chunk)
{
	char text[1024], id[8], range[16], body[16] = "", flag;

	if (sscanf(chunk, "%7s %15s %15s %c", id, range, body, &flag) != 4) {
		flag = body[0];
		body[0] = '\0';
	}
	snprintf(text, sizeof(text),
		 "MSRP abcd SEND\r\nTo-Path: %s\r\nFrom-Path: %s\r\nMessage-ID: %s\r\n"
		 "Byte-Range: %s\r\nContent-Type: %s\r\n\r\n%s\r\n-------abcd%c\r\n",
		 w->pair.caller.path, remote, id, range, MSRP_STREAM_TYPE, body, flag);
	script_send(script, text);
}

static void connect_to_script(struct stream_pair *w, struct script *script, const char *remote)
{
	struct msrp_local_uri local = { .host = "127.0.0.1" };
	struct side *s = &w->pair.caller;

	w->caller.any = true;
	stream_end_of(&w->caller, s);
	ck_assert_int_eq(msrp_connector_direct_new(w->pair.context, &s->connector), 0);
	ck_assert_int_eq(msrp_connector_prepare(s->connector, &local, side_on_prepared, s), 0);
	PAIR_RUN_UNTIL(&w->pair, s->path);
	ck_assert_int_eq(msrp_connector_complete(s->connector, remote, side_on_completed, s), 0);
	PAIR_RUN_UNTIL(&w->pair, s->bound);
}

/* Answers no keep-alive before the third. */
static void on_keep_alive(struct script *s, const struct msrp_message *m)
{
	size_t *n = s->data;
	bool is_one = false;

	for (size_t i = 0; i < m->n_headers; i++)
		is_one |= slice_equal(m->header[i].line, SLICE("Keep-Alive: yes"));
	if (!is_one) {
		on_message(s, m);
		return;
	}
	ck_assert(!m->has_body && m->failure_report == MSRP_FAILURE_PARTIAL);
	if (++*n == 3)
		script_respond(s, m, 481, "");
}

START_TEST(idle_stream_finds_out_that_the_other_side_is_gone)
{
	struct stream_pair w = { .caller.options.keep_alive_ms = 10 };
	struct script script;
	char remote[64];
	size_t n = 0;

	pair_init(&w.pair, WITH_TCP, NULL);
	script_init(&script, &w.pair.loop, on_keep_alive, &n);
	snprintf(remote, sizeof(remote), "msrp://127.0.0.1:%u/r3m0te;tcp", script_port(&script));
	connect_to_script(&w, &script, remote);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed);
	ck_assert_int_eq(w.caller.closed_err, MSRP_ERROR_KEEP_ALIVE);
	ck_assert_uint_eq(n, 3);
	script_done(&script);
	stream_pair_done(&w);
}
END_TEST

START_TEST(stream_is_without_holes)
{
	struct stream_pair w = { 0 };
	struct script script;
	char remote[64];

	pair_init(&w.pair, WITH_TCP, NULL);
	script_init(&script, &w.pair.loop, on_message, NULL);
	snprintf(remote, sizeof(remote), "msrp://127.0.0.1:%u/r3m0te;tcp", script_port(&script));
	connect_to_script(&w, &script, remote);
	for (size_t i = 0; i < 2; i++)
		send_chunk(&w, &script, remote, faults[_i].chunks[i]);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed);
	ck_assert_msg(w.caller.closed_err == MSRP_ERROR_PROTOCOL, "%s", faults[_i].what);
	ck_assert_uint_eq(w.caller.received, 3);
	script_done(&script);
	stream_pair_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/stream_wire");
	TCase *others = tcase_create("others");

	tcase_set_timeout(others, 30);
	tcase_add_test(others, direction_is_one_message);
	tcase_add_test(others, messages_of_known_length_are_pieces);
	tcase_add_test(others, other_types_are_refused);
	tcase_add_test(others, idle_stream_finds_out_that_the_other_side_is_gone);
	tcase_add_loop_test(others, stream_is_without_holes, 0, SUPPORT_COUNT(faults));
	suite_add_tcase(suite, others);
	return support_run(suite);
}
