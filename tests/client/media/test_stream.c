/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>

#include "client/memory_file.h"
#include "client/script.h"
#include "client/stream_end.h"
#include "support/expect.h"
#include "support/run.h"

/* Two streams, or a stream called by a plain session. */
struct world {
	struct pair pair;
	struct stream_end caller;
	struct stream_end callee;
};

static void world_start(struct world *w, int transport)
{
	pair_init(&w->pair, transport, NULL);
	stream_end_of(&w->caller, &w->pair.caller);
	stream_end_of(&w->callee, &w->pair.callee);
	pair_connect(&w->pair, transport);
}

static void world_start_half(struct world *w)
{
	pair_init(&w->pair, WITH_TCP, NULL);
	stream_end_of(&w->caller, &w->pair.caller);
	pair_connect(&w->pair, WITH_TCP);
}

static void world_done(struct world *w)
{
	ck_assert_ptr_null(msrp_stream_free(w->caller.stream));
	ck_assert_ptr_null(msrp_stream_free(w->callee.stream));
	pair_done(&w->pair);
}

static void run_until_closed(struct world *w, int caller_err, int callee_err)
{
	PAIR_RUN_UNTIL(&w->pair, w->caller.closed && w->callee.closed);
	ck_assert_msg(w->caller.closed_err == caller_err, "caller: %s", w->caller.why);
	ck_assert_msg(w->callee.closed_err == callee_err, "callee: %s", w->callee.why);
}

/* ---- octets ---- */

static const uint64_t sizes[] = { 0, 1, 2048, 2049, 64 * 1024, 64 * 1024 + 1, 3 * MIB + 5 };

START_TEST(octets_go_both_ways)
{
	struct world w = { .caller.to_write = sizes[_i], .callee.to_write = sizes[_i] / 2 };

	world_start(&w, _i % N_TRANSPORTS);
	w.caller.end_after = w.callee.end_after = true;
	stream_end_write(&w.caller, 0);
	stream_end_write(&w.callee, 0);
	run_until_closed(&w, 0, 0);
	ck_assert_uint_eq(w.callee.received, sizes[_i]);
	ck_assert_uint_eq(w.caller.received, sizes[_i] / 2);
	ck_assert_uint_eq(w.caller.n_ended, 1);
	ck_assert_uint_eq(w.callee.n_ended, 1);
	world_done(&w);
}
END_TEST

/* If an octet waited for others, or for an answer, this would run into the time-out. */
START_TEST(octet_goes_at_once)
{
	struct world w = { .callee.echo = true };

	world_start(&w, _i);
	for (uint64_t i = 1; i <= 2000; i++) {
		stream_end_write(&w.caller, 1);
		PAIR_RUN_UNTIL(&w.pair, w.caller.received == i);
	}
	world_done(&w);
}
END_TEST

enum {
	BULK = 100 * MIB,
	/* The buffers of this machine's sockets, and ours. */
	UNDER_WAY_MAX = 16 * MIB,
};

static uint64_t under_way(const struct stream_end *from, const struct stream_end *to)
{
	return from->written - to->received;
}

START_TEST(bulk_goes_both_ways_in_bounded_memory)
{
	struct world w = {
		.caller = { .pause_every = 3 * MIB, .end_after = true },
		.callee = { .pause_every = 5 * MIB, .end_after = true },
	};

	world_start(&w, _i);
	stream_end_write(&w.caller, BULK);
	stream_end_write(&w.callee, BULK);
	while (!w.caller.closed || !w.callee.closed) {
		uv_run(&w.pair.loop, UV_RUN_ONCE);
		ck_assert_uint_lt(under_way(&w.caller, &w.callee), UNDER_WAY_MAX);
		ck_assert_uint_lt(under_way(&w.callee, &w.caller), UNDER_WAY_MAX);
		if (w.caller.paused)
			stream_end_resume(&w.caller);
		if (w.callee.paused)
			stream_end_resume(&w.callee);
	}
	run_until_closed(&w, 0, 0);
	ck_assert_uint_eq(w.caller.received, BULK);
	ck_assert_uint_eq(w.callee.received, BULK);
	ck_assert_uint_gt(w.caller.n_writable, 0);
	world_done(&w);
}
END_TEST

START_TEST(who_does_not_read_stops_the_writer)
{
	struct world w = { .callee.pause_every = 1 };
	uint64_t before;

	world_start(&w, _i);
	stream_end_write(&w.caller, BULK);
	do { /* until the sockets are full and nothing moves */
		before = w.caller.written;
		for (int i = 0; i < 200; i++)
			uv_run(&w.pair.loop, UV_RUN_NOWAIT);
	} while (w.caller.written != before);
	ck_assert(w.callee.paused);
	ck_assert_uint_le(w.callee.received, 64 * 1024);
	ck_assert_uint_lt(w.caller.written, UNDER_WAY_MAX);
	/* The other direction is as it was. */
	stream_end_write(&w.callee, 1000);
	PAIR_RUN_UNTIL(&w.pair, w.caller.received == 1000);
	w.callee.pause_every = 0;
	stream_end_resume(&w.callee);
	PAIR_RUN_UNTIL(&w.pair, w.callee.received == BULK);
	world_done(&w);
}
END_TEST

/* ---- ends ---- */

START_TEST(one_direction_ends_and_the_other_goes_on)
{
	struct world w = { .caller.end_after = true };

	world_start(&w, _i);
	stream_end_write(&w.caller, 10);
	PAIR_RUN_UNTIL(&w.pair, w.callee.n_ended);
	ck_assert_uint_eq(w.callee.received, 10);
	for (int i = 1; i <= 3; i++) {
		stream_end_write(&w.callee, MIB);
		PAIR_RUN_UNTIL(&w.pair, w.caller.received == (uint64_t)i * MIB);
	}
	ck_assert(!w.caller.closed && !w.callee.closed);
	w.callee.end_after = true;
	stream_end_write(&w.callee, 0);
	run_until_closed(&w, 0, 0);
	world_done(&w);
}
END_TEST

START_TEST(aborted_stream_is_no_ended_one)
{
	struct world w = { 0 };

	world_start(&w, _i);
	stream_end_write(&w.caller, sizes[_i]);
	stream_end_write(&w.callee, sizes[_i]);
	msrp_stream_abort(w.caller.stream);
	run_until_closed(&w, -ECANCELED, MSRP_ERROR_ABORTED);
	ck_assert_uint_eq(w.caller.n_ended + w.callee.n_ended, 0);
	msrp_stream_abort(w.caller.stream);
	world_done(&w);
}
END_TEST

START_TEST(who_does_not_read_cannot_keep_an_abort_waiting)
{
	struct world w = { .callee.pause_every = 1 };
	uint64_t before;

	world_start(&w, _i);
	stream_end_write(&w.caller, BULK);
	do {
		before = w.caller.written;
		for (int i = 0; i < 200; i++)
			uv_run(&w.pair.loop, UV_RUN_NOWAIT);
	} while (w.caller.written != before);
	msrp_stream_abort(w.caller.stream);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed);
	ck_assert_int_eq(w.caller.closed_err, -ECANCELED);
	world_done(&w);
}
END_TEST

START_TEST(peer_that_is_gone_is_no_end)
{
	struct world w = { 0 };

	world_start(&w, _i);
	stream_end_write(&w.caller, MIB);
	PAIR_RUN_UNTIL(&w.pair, w.callee.received > 0);
	w.callee.stream = msrp_stream_free(w.callee.stream);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed);
	ck_assert_int_ne(w.caller.closed_err, 0);
	ck_assert_uint_eq(w.caller.n_ended, 0);
	world_done(&w);
}
END_TEST

START_TEST(peer_that_goes_before_its_own_end_is_told)
{
	struct world w = { .caller.end_after = true };

	world_start(&w, _i);
	stream_end_write(&w.caller, 5);
	PAIR_RUN_UNTIL(&w.pair, w.callee.n_ended);
	w.callee.stream = msrp_stream_free(w.callee.stream);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed);
	ck_assert_int_eq(w.caller.closed_err, MSRP_ERROR_CLOSED);
	world_done(&w);
}
END_TEST

static const char *const places[] = { "data", "ended", "writable", "closed" };

START_TEST(stream_may_be_freed_wherever_it_is_called_from)
{
	struct world w = { .caller.free_in = places[_i], .callee.end_after = true };

	world_start(&w, WITH_TCP);
	stream_end_write(&w.caller, 8 * MIB);
	stream_end_write(&w.callee, 100);
	if (w.caller.stream)
		PAIR_RUN_UNTIL(&w.pair,
			       w.caller.n_ended || w.caller.received || w.caller.n_writable);
	if (w.caller.stream && w.caller.free_in == places[3])
		msrp_stream_abort(w.caller.stream);
	PAIR_RUN_UNTIL(&w.pair, !w.caller.stream);
	PAIR_RUN_UNTIL(&w.pair, w.callee.closed);
	world_done(&w);
}
END_TEST

START_TEST(nothing_is_written_after_the_end)
{
	struct world w = { 0 };
	size_t taken;

	world_start(&w, WITH_TCP);
	ck_assert_int_eq(msrp_stream_end(w.caller.stream), 0);
	ck_assert_int_eq(msrp_stream_end(w.caller.stream), -EPIPE);
	ck_assert_int_eq(msrp_stream_write(w.caller.stream, "x", 1, &taken), -EPIPE);
	msrp_stream_abort(w.callee.stream);
	ck_assert_int_eq(msrp_stream_write(w.callee.stream, "x", 1, &taken), -EPIPE);
	ck_assert_int_eq(msrp_stream_end(w.callee.stream), -EPIPE);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed && w.callee.closed);
	ck_assert_int_eq(msrp_stream_write(w.caller.stream, "x", 1, &taken), -EPIPE);
	world_done(&w);
}
END_TEST

/* ---- what others see and send ---- */

/* RFC 4975 7.1: one message, of which each chunk but the last has '+'. */
START_TEST(direction_is_one_message)
{
	struct world w = { .caller.options.content_type = MSRP_DESKTOP_TYPE };
	struct side *s = &w.pair.callee;

	world_start_half(&w);
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
	world_done(&w);
}
END_TEST

START_TEST(messages_of_known_length_are_pieces)
{
	struct msrp_send_options options = { .content_type = MSRP_DESKTOP_TYPE };
	struct world w = { .caller.options.content_type = MSRP_DESKTOP_TYPE };

	world_start_half(&w);
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
	world_done(&w);
}
END_TEST

START_TEST(other_types_are_refused)
{
	struct world w = { 0 };
	struct msrp_send_options options;

	world_start_half(&w);
	options = side_options(&w.pair.callee);
	ck_assert_int_eq(msrp_session_send(w.pair.callee.session, "x", 1, &options, NULL), 0);
	PAIR_RUN_UNTIL(&w.pair, w.pair.callee.n_responses);
	ck_assert_int_eq(w.pair.callee.response, 415);
	ck_assert(!w.caller.closed);
	world_done(&w);
}
END_TEST

START_TEST(refused_stream_is_aborted)
{
	struct world w = { 0 };

	world_start_half(&w);
	w.pair.callee.begin_result = 413;
	stream_end_write(&w.caller, sizes[_i] + 1);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed);
	ck_assert_int_eq(w.caller.closed_err, MSRP_ERROR_ABORTED);
	ck_assert(strstr(w.caller.why, "413"));
	world_done(&w);
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

static void send_chunk(struct world *w, struct script *script, const char *remote,
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

static void connect_to_script(struct world *w, struct script *script, const char *remote)
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
	struct world w = { .caller.options.keep_alive_ms = 10 };
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
	world_done(&w);
}
END_TEST

START_TEST(stream_is_without_holes)
{
	struct world w = { 0 };
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
	world_done(&w);
}
END_TEST

static void make_wrong(struct side *s, struct msrp_transport *transport)
{
	static const struct msrp_stream_callbacks none;
	struct msrp_stream_options options = { .content_type = "text/plain\r\nX: y" };
	struct stream_end *e = s->data;

	ck_assert_int_eq(msrp_stream_new(transport, NULL, NULL, e, &e->stream), -EINVAL);
	ck_assert_int_eq(msrp_stream_new(transport, NULL, &none, e, &e->stream), -EINVAL);
	ck_assert_int_eq(msrp_stream_new(NULL, NULL, &stream_end_callbacks, e, &e->stream),
			 -EINVAL);
	ck_assert_int_eq(msrp_stream_new(transport, &options, &stream_end_callbacks, e, &e->stream),
			 -EINVAL);
}

START_TEST(what_makes_no_sense_is_invalid)
{
	struct world w = { 0 };

	pair_init(&w.pair, WITH_TCP, NULL);
	stream_end_of(&w.caller, &w.pair.caller);
	w.pair.caller.make = make_wrong;
	pair_connect(&w.pair, WITH_TCP);
	ck_assert_ptr_null(w.caller.stream);
	world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/stream");
	TCase *octets = tcase_create("octets");
	TCase *ends = tcase_create("ends");
	TCase *others = tcase_create("others");
	int n_sizes = SUPPORT_COUNT(sizes);

	tcase_set_timeout(octets, 120);
	tcase_add_loop_test(octets, octets_go_both_ways, 0, n_sizes);
	tcase_add_loop_test(octets, octet_goes_at_once, 0, N_TRANSPORTS);
	tcase_add_loop_test(octets, bulk_goes_both_ways_in_bounded_memory, 0, N_TRANSPORTS);
	tcase_add_loop_test(octets, who_does_not_read_stops_the_writer, 0, N_TRANSPORTS);
	suite_add_tcase(suite, octets);
	tcase_set_timeout(ends, 60);
	tcase_add_loop_test(ends, one_direction_ends_and_the_other_goes_on, 0, N_TRANSPORTS);
	tcase_add_loop_test(ends, aborted_stream_is_no_ended_one, 0, n_sizes);
	tcase_add_loop_test(ends, who_does_not_read_cannot_keep_an_abort_waiting, 0, N_TRANSPORTS);
	tcase_add_loop_test(ends, peer_that_is_gone_is_no_end, 0, N_TRANSPORTS);
	tcase_add_loop_test(ends, peer_that_goes_before_its_own_end_is_told, 0, N_TRANSPORTS);
	tcase_add_loop_test(ends, stream_may_be_freed_wherever_it_is_called_from, 0,
			    SUPPORT_COUNT(places));
	tcase_add_test(ends, nothing_is_written_after_the_end);
	suite_add_tcase(suite, ends);
	tcase_set_timeout(others, 30);
	tcase_add_test(others, direction_is_one_message);
	tcase_add_test(others, messages_of_known_length_are_pieces);
	tcase_add_test(others, other_types_are_refused);
	tcase_add_loop_test(others, refused_stream_is_aborted, 0, n_sizes);
	tcase_add_test(others, idle_stream_finds_out_that_the_other_side_is_gone);
	tcase_add_loop_test(others, stream_is_without_holes, 0, SUPPORT_COUNT(faults));
	tcase_add_test(others, what_makes_no_sense_is_invalid);
	suite_add_tcase(suite, others);
	return support_run(suite);
}
