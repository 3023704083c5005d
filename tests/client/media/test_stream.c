/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>

#include "client/memory_file.h"
#include "client/stream_end.h"
#include "support/expect.h"
#include "support/run.h"

static void run_until_closed(struct stream_pair *w, int caller_err, int callee_err)
{
	PAIR_RUN_UNTIL(&w->pair, w->caller.closed && w->callee.closed);
	ck_assert_msg(w->caller.closed_err == caller_err, "caller: %s", w->caller.why);
	ck_assert_msg(w->callee.closed_err == callee_err, "callee: %s", w->callee.why);
}

/* ---- octets ---- */

static const uint64_t sizes[] = { 0, 1, 2048, 2049, 64 * 1024, 64 * 1024 + 1, 3 * MIB + 5 };

START_TEST(octets_go_both_ways)
{
	struct stream_pair w = { .caller.to_write = sizes[_i], .callee.to_write = sizes[_i] / 2 };

	stream_pair_start(&w, _i % N_TRANSPORTS);
	w.caller.end_after = w.callee.end_after = true;
	stream_end_write(&w.caller, 0);
	stream_end_write(&w.callee, 0);
	run_until_closed(&w, 0, 0);
	ck_assert_uint_eq(w.callee.received, sizes[_i]);
	ck_assert_uint_eq(w.caller.received, sizes[_i] / 2);
	ck_assert_uint_eq(w.caller.n_ended, 1);
	ck_assert_uint_eq(w.callee.n_ended, 1);
	stream_pair_done(&w);
}
END_TEST

/* If an octet waited for others, or for an answer, this would run into the time-out. */
START_TEST(octet_goes_at_once)
{
	struct stream_pair w = { .callee.echo = true };

	stream_pair_start(&w, _i);
	for (uint64_t i = 1; i <= 2000; i++) {
		stream_end_write(&w.caller, 1);
		PAIR_RUN_UNTIL(&w.pair, w.caller.received == i);
	}
	stream_pair_done(&w);
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
	struct stream_pair w = {
		.caller = { .pause_every = 3 * MIB, .end_after = true },
		.callee = { .pause_every = 5 * MIB, .end_after = true },
	};

	stream_pair_start(&w, _i);
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
	stream_pair_done(&w);
}
END_TEST

START_TEST(who_does_not_read_stops_the_writer)
{
	struct stream_pair w = { .callee.pause_every = 1 };
	uint64_t before;

	stream_pair_start(&w, _i);
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
	stream_pair_done(&w);
}
END_TEST

/* ---- ends ---- */

START_TEST(one_direction_ends_and_the_other_goes_on)
{
	struct stream_pair w = { .caller.end_after = true };

	stream_pair_start(&w, _i);
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
	stream_pair_done(&w);
}
END_TEST

START_TEST(aborted_stream_is_no_ended_one)
{
	struct stream_pair w = { 0 };

	stream_pair_start(&w, _i);
	stream_end_write(&w.caller, sizes[_i]);
	stream_end_write(&w.callee, sizes[_i]);
	msrp_stream_abort(w.caller.stream);
	run_until_closed(&w, -ECANCELED, MSRP_ERROR_ABORTED);
	ck_assert_uint_eq(w.caller.n_ended + w.callee.n_ended, 0);
	msrp_stream_abort(w.caller.stream);
	stream_pair_done(&w);
}
END_TEST

START_TEST(who_does_not_read_cannot_keep_an_abort_waiting)
{
	struct stream_pair w = { .callee.pause_every = 1 };
	uint64_t before;

	stream_pair_start(&w, _i);
	stream_end_write(&w.caller, BULK);
	do {
		before = w.caller.written;
		for (int i = 0; i < 200; i++)
			uv_run(&w.pair.loop, UV_RUN_NOWAIT);
	} while (w.caller.written != before);
	msrp_stream_abort(w.caller.stream);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed);
	ck_assert_int_eq(w.caller.closed_err, -ECANCELED);
	stream_pair_done(&w);
}
END_TEST

START_TEST(peer_that_is_gone_is_no_end)
{
	struct stream_pair w = { 0 };

	stream_pair_start(&w, _i);
	stream_end_write(&w.caller, MIB);
	PAIR_RUN_UNTIL(&w.pair, w.callee.received > 0);
	w.callee.stream = msrp_stream_free(w.callee.stream);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed);
	ck_assert_int_ne(w.caller.closed_err, 0);
	ck_assert_uint_eq(w.caller.n_ended, 0);
	stream_pair_done(&w);
}
END_TEST

START_TEST(peer_that_goes_before_its_own_end_is_told)
{
	struct stream_pair w = { .caller.end_after = true };

	stream_pair_start(&w, _i);
	stream_end_write(&w.caller, 5);
	PAIR_RUN_UNTIL(&w.pair, w.callee.n_ended);
	w.callee.stream = msrp_stream_free(w.callee.stream);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed);
	ck_assert_int_eq(w.caller.closed_err, MSRP_ERROR_CLOSED);
	stream_pair_done(&w);
}
END_TEST

static const char *const places[] = { "data", "ended", "writable", "closed" };

START_TEST(stream_may_be_freed_wherever_it_is_called_from)
{
	struct stream_pair w = { .caller.free_in = places[_i], .callee.end_after = true };

	stream_pair_start(&w, WITH_TCP);
	stream_end_write(&w.caller, 8 * MIB);
	stream_end_write(&w.callee, 100);
	if (w.caller.stream)
		PAIR_RUN_UNTIL(&w.pair,
			       w.caller.n_ended || w.caller.received || w.caller.n_writable);
	if (w.caller.stream && w.caller.free_in == places[3])
		msrp_stream_abort(w.caller.stream);
	PAIR_RUN_UNTIL(&w.pair, !w.caller.stream);
	PAIR_RUN_UNTIL(&w.pair, w.callee.closed);
	stream_pair_done(&w);
}
END_TEST

START_TEST(nothing_is_written_after_the_end)
{
	struct stream_pair w = { 0 };
	size_t taken;

	stream_pair_start(&w, WITH_TCP);
	ck_assert_int_eq(msrp_stream_end(w.caller.stream), 0);
	ck_assert_int_eq(msrp_stream_end(w.caller.stream), -EPIPE);
	ck_assert_int_eq(msrp_stream_write(w.caller.stream, "x", 1, &taken), -EPIPE);
	msrp_stream_abort(w.callee.stream);
	ck_assert_int_eq(msrp_stream_write(w.callee.stream, "x", 1, &taken), -EPIPE);
	ck_assert_int_eq(msrp_stream_end(w.callee.stream), -EPIPE);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed && w.callee.closed);
	ck_assert_int_eq(msrp_stream_write(w.caller.stream, "x", 1, &taken), -EPIPE);
	stream_pair_done(&w);
}
END_TEST

START_TEST(refused_stream_is_aborted)
{
	struct stream_pair w = { 0 };

	stream_pair_start_half(&w);
	w.pair.callee.begin_result = 413;
	stream_end_write(&w.caller, sizes[_i] + 1);
	PAIR_RUN_UNTIL(&w.pair, w.caller.closed);
	ck_assert_int_eq(w.caller.closed_err, MSRP_ERROR_ABORTED);
	ck_assert(strstr(w.caller.why, "413"));
	stream_pair_done(&w);
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
	struct stream_pair w = { 0 };

	pair_init(&w.pair, WITH_TCP, NULL);
	stream_end_of(&w.caller, &w.pair.caller);
	w.pair.caller.make = make_wrong;
	pair_connect(&w.pair, WITH_TCP);
	ck_assert_ptr_null(w.caller.stream);
	stream_pair_done(&w);
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
	tcase_add_loop_test(others, refused_stream_is_aborted, 0, n_sizes);
	tcase_add_test(others, what_makes_no_sense_is_invalid);
	suite_add_tcase(suite, others);
	return support_run(suite);
}
