/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "msrp/conn.h"
#include "msrp/lane.h"
#include "support/expect.h"
#include "support/rig.h"
#include "support/run.h"

START_TEST(a_short_chunk_leaves_as_it_came)
{
	struct rig *rig = rig_new();
	char want[512];
	const uint8_t *out;
	size_t len;

	rig_set_range(rig, 0, 101, 105, 500);
	rig_open(rig, 0, 0);
	rig_write(rig, 0, 5);
	rig_end(rig, 0, '+');
	len = msrp_conn_pull(&rig->conn, &out);
	snprintf(want, sizeof(want),
		 "MSRP %s SEND\r\n"
		 "To-Path: msrp://b.example.com:1/s;tcp\r\n"
		 "From-Path: msrp://a.example.com:1/s;tcp\r\n"
		 "Message-ID: m0\r\n"
		 "Byte-Range: 101-105/500\r\n"
		 "Content-Type: text/plain\r\n"
		 "\r\n"
		 "@@@@@\r\n"
		 "-------%s+\r\n",
		 rig->flow[0].piece[0].piece.id, rig->flow[0].piece[0].piece.id);
	ck_assert_uint_eq(len, strlen(want));
	for (size_t i = 0; i < len; i++)
		ck_assert_int_eq(out[i], want[i] == '@' ? 0 : want[i]);
	rig_free(rig);
}
END_TEST

START_TEST(a_short_chunk_without_a_range_gets_none)
{
	struct rig *rig = rig_new();
	rig_send(rig, 0, 0, MSRP_SHORT_BODY);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 - 2048 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(a_chunk_without_a_body_has_none)
{
	struct rig *rig = rig_new();
	const uint8_t *out;
	size_t len;

	rig->flow[0].flow.has_body = false;
	rig_open(rig, 0, 0);
	rig_end(rig, 0, '$');
	len = msrp_conn_pull(&rig->conn, &out);
	ck_assert_ptr_null(memmem(out, len, "\r\n\r\n", 4));
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 - 0 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(a_long_chunk_can_be_cut)
{
	struct rig *rig = rig_new();
	rig_send(rig, 0, 0, MSRP_SHORT_BODY + 1);
	rig_set_range(rig, 1, 101, 5100, 9000);
	rig_send(rig, 1, 0, 5000);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 2049 $\nm1 101-*/9000 5000 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(a_chunk_waits_until_it_is_whole_or_long)
{
	struct rig *rig = rig_new();
	rig_open(rig, 0, 0);
	rig_write(rig, 0, MSRP_SHORT_BODY);
	ck_assert(!rig_take(rig, SIZE_MAX));
	rig_write(rig, 0, 1);
	ck_assert(rig_take(rig, SIZE_MAX));
	rig_expect_seen(rig, "m0 1-*/*");
	rig_end(rig, 0, '$');
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, " 2049 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(a_source_that_trickles_does_not_hold_the_connection)
{
	struct rig *rig = rig_new();
	rig_open(rig, 0, 0);
	rig_write(rig, 0, 3000);
	rig_take_all(rig, SIZE_MAX);
	rig_send(rig, 1, 1, 5);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 3000 +\nm1 - 5 $\n");
	rig_write(rig, 0, 100);
	ck_assert(!rig_take(rig, SIZE_MAX));
	rig_end(rig, 0, '+');
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 3001-3100/* 100 +\n");
	rig_free(rig);
}
END_TEST

START_TEST(responses_overtake_bodies)
{
	struct rig *rig = rig_new();
	rig_send(rig, 0, 0, 100000);
	rig_take(rig, 1000);
	rig_respond(rig);
	rig_take_all(rig, 4096);
	rig_expect_seen(rig, "m0 1-*/* 32768 +\n200 0 $\nm0 32769-*/* 67232 $\n");
	rig_expect_told(rig, "m0 1+32768, m0 32769+67232, ");
	ck_assert_str_ne(rig->flow[0].piece[0].piece.id, rig->flow[0].piece[1].piece.id);
	rig_free(rig);
}
END_TEST

START_TEST(what_is_nearly_sent_is_not_cut)
{
	struct rig *rig = rig_new();
	rig_send(rig, 0, 0, MSRP_TURN + MSRP_SHORT_BODY);
	rig_take(rig, 1000);
	rig_respond(rig);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 34816 $\n200 0 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(lanes_take_turns)
{
	struct rig *rig = rig_new();
	rig_send(rig, 0, 0, 70000);
	rig_send(rig, 1, 1, 40000);
	rig_send(rig, 2, 2, 5);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 32768 +\n"
			     "m1 1-*/* 32768 +\n"
			     "m2 - 5 $\n"
			     "m0 32769-*/* 32768 +\n"
			     "m1 32769-*/* 7232 $\n"
			     "m0 65537-*/* 4464 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(lanes_take_turns_with_short_chunks_too)
{
	struct rig *rig = rig_new();

	rig_send(rig, 0, 0, 10);
	rig_send(rig, 1, 0, 10);
	rig_send(rig, 2, 1, 10);
	rig_send(rig, 3, 1, 10);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 - 10 $\nm2 - 10 $\nm1 - 10 $\nm3 - 10 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(a_turn_does_not_grow_when_its_body_comes_in_parts)
{
	struct rig *rig = rig_new();

	rig_open(rig, 0, 0);
	rig_write(rig, 0, 20000);
	rig_take_all(rig, SIZE_MAX);
	rig_write(rig, 0, 30000);
	rig_send(rig, 1, 1, 5);
	rig_take_all(rig, SIZE_MAX);
	rig_end(rig, 0, '$');
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 32768 +\nm1 - 5 $\nm0 32769-*/* 17232 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(the_flows_of_a_lane_keep_their_order)
{
	struct rig *rig = rig_new();
	rig_open(rig, 0, 0);
	rig_write(rig, 0, 10);
	rig_send(rig, 1, 0, 10);
	rig_send(rig, 2, 1, 10);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m2 - 10 $\n");
	rig_end(rig, 0, '$');
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 - 10 $\nm1 - 10 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(a_total_that_is_passed_is_dropped)
{
	struct rig *rig = rig_new();
	rig_set_range(rig, 0, 1, 33000, 33000);
	rig_send(rig, 0, 0, 70000);
	rig_send(rig, 1, 1, 5);
	rig_take(rig, 1000);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/33000 32768 +\nm1 - 5 $\nm0 32769-*/33000 37232 $\n");
	rig_set_range(rig, 2, 1, 20000, 20000);
	rig_send(rig, 2, 0, 70000);
	rig_send(rig, 3, 1, 5);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m2 1-*/20000 32768 +\nm3 - 5 $\nm2 32769-*/* 37232 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(aborting_what_nobody_has_seen_leaves_no_trace)
{
	struct rig *rig = rig_new();
	rig_send(rig, 0, 0, 5000);
	rig_send(rig, 1, 0, 5);
	rig_abort(rig, 0);
	ck_assert(rig->flow[0].is_done);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m1 - 5 $\n");
	rig_expect_told(rig, "m1 1+5, ");
	rig_free(rig);
}
END_TEST

START_TEST(aborting_the_rest_of_a_message_ends_it)
{
	struct rig *rig = rig_new();
	rig_set_range(rig, 0, 101, 105, 500);
	rig_open(rig, 0, 0);
	rig_write(rig, 0, 5);
	rig_abort(rig, 0);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 101-*/500 0 #\n");
	ck_assert(rig->flow[0].is_done);
	rig_free(rig);
}
END_TEST

START_TEST(aborting_in_the_middle_ends_the_piece)
{
	struct rig *rig = rig_new();
	rig_open(rig, 0, 0);
	rig_write(rig, 0, 5000);
	rig_take_all(rig, SIZE_MAX);
	rig_write(rig, 0, 5000);
	rig_abort(rig, 0);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 5000 #\n");
	rig_free(rig);
}
END_TEST

START_TEST(aborting_between_pieces_adds_an_empty_one)
{
	struct rig *rig = rig_new();
	rig_open(rig, 0, 0);
	rig_write(rig, 0, 5000);
	rig_take_all(rig, SIZE_MAX);
	rig_respond(rig);
	rig_take_all(rig, SIZE_MAX);
	rig_write(rig, 0, 5000);
	rig_abort(rig, 0);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 5000 +\n200 0 $\nm0 5001-*/* 0 #\n");
	rig_free(rig);
}
END_TEST

START_TEST(aborting_keeps_what_was_pulled)
{
	struct rig *rig = rig_new();
	const uint8_t *out;
	size_t len;

	rig_send(rig, 0, 0, 100000);
	ck_assert(rig_take(rig, SIZE_MAX));
	len = msrp_conn_pull(&rig->conn, &out);
	ck_assert_uint_gt(len, 1000);
	rig_abort(rig, 0);
	ck_assert_uint_eq(msrp_conn_pull(&rig->conn, &out), len);
	rig_take(rig, 1000);
	ck_assert_uint_eq(msrp_conn_pull(&rig->conn, &out), len - 1000);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 32768 #\n");
	rig_free(rig);
}
END_TEST

START_TEST(aborting_twice_is_aborting_once)
{
	struct rig *rig = rig_new();
	rig_send(rig, 0, 0, 100000);
	rig_take(rig, 100);
	rig_abort(rig, 0);
	rig_abort(rig, 0);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 32768 #\n");
	ck_assert(rig->flow[0].is_done);
	ck_assert(msrp_conn_is_drained(&rig->conn));
	rig_free(rig);
}
END_TEST

static void send_next(struct rig *rig)
{
	rig_send(rig, 1, 0, 3000);
}

START_TEST(done_may_open_the_next_flow)
{
	struct rig *rig = rig_new();
	rig->flow[0].on_done = send_next;
	rig_send(rig, 0, 0, 5);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 - 5 $\nm1 1-*/* 3000 $\n");
	rig_free(rig);
}
END_TEST

static void release_first(struct rig *rig)
{
	rig_release(rig, 0);
}

START_TEST(done_may_release_the_lane)
{
	struct rig *rig = rig_new();
	rig->flow[0].on_done = release_first;
	rig_send(rig, 0, 0, 5);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 - 5 $\n");
	rig->flow[1].on_done = release_first;
	rig->lane[0] = rig->lane[1];
	rig->lane[1] = NULL;
	rig_send(rig, 1, 0, 5);
	rig_abort(rig, 1);
	ck_assert(rig->flow[1].is_done);
	rig_free(rig);
}
END_TEST

START_TEST(the_flows_of_a_released_lane_go_on)
{
	struct rig *rig = rig_new();
	rig_open(rig, 0, 0);
	rig_send(rig, 1, 0, 5);
	rig_release(rig, 0);
	rig_write(rig, 0, 5000);
	rig_take_all(rig, SIZE_MAX);
	rig_end(rig, 0, '$');
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 5000 $\nm1 - 5 $\n");
	/* It is gone now, and not when the conn goes. */
	ck_assert(TAILQ_EMPTY(&rig->conn.ready));
	ck_assert_ptr_eq(TAILQ_FIRST(&rig->conn.idle), rig->lane[1]);
	ck_assert_ptr_eq(TAILQ_NEXT(rig->lane[1], in_conn), rig->lane[2]);
	ck_assert_ptr_null(TAILQ_NEXT(rig->lane[2], in_conn));
	rig_free(rig);
}
END_TEST

START_TEST(lanes_and_flows_may_outlive_their_conn)
{
	struct rig *rig = rig_new();
	rig_open(rig, 0, 0);
	rig_write(rig, 0, 100000);
	rig_send(rig, 1, 1, 5);
	rig_send(rig, 2, 2, 50000);
	rig_release(rig, 2);
	rig_take(rig, 100);
	ck_assert(!rig->flow[0].is_done && !rig->flow[1].is_done && !rig->flow[2].is_done);
	rig_free(rig);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("flow");
	TCase *tcase = tcase_create("flow");

	tcase_add_test(tcase, a_short_chunk_leaves_as_it_came);
	tcase_add_test(tcase, a_short_chunk_without_a_range_gets_none);
	tcase_add_test(tcase, a_chunk_without_a_body_has_none);
	tcase_add_test(tcase, a_long_chunk_can_be_cut);
	tcase_add_test(tcase, a_chunk_waits_until_it_is_whole_or_long);
	tcase_add_test(tcase, a_source_that_trickles_does_not_hold_the_connection);
	tcase_add_test(tcase, responses_overtake_bodies);
	tcase_add_test(tcase, what_is_nearly_sent_is_not_cut);
	tcase_add_test(tcase, lanes_take_turns);
	tcase_add_test(tcase, lanes_take_turns_with_short_chunks_too);
	tcase_add_test(tcase, a_turn_does_not_grow_when_its_body_comes_in_parts);
	tcase_add_test(tcase, the_flows_of_a_lane_keep_their_order);
	tcase_add_test(tcase, a_total_that_is_passed_is_dropped);
	tcase_add_test(tcase, aborting_what_nobody_has_seen_leaves_no_trace);
	tcase_add_test(tcase, aborting_the_rest_of_a_message_ends_it);
	tcase_add_test(tcase, aborting_in_the_middle_ends_the_piece);
	tcase_add_test(tcase, aborting_between_pieces_adds_an_empty_one);
	tcase_add_test(tcase, aborting_keeps_what_was_pulled);
	tcase_add_test(tcase, aborting_twice_is_aborting_once);
	tcase_add_test(tcase, done_may_open_the_next_flow);
	tcase_add_test(tcase, done_may_release_the_lane);
	tcase_add_test(tcase, the_flows_of_a_released_lane_go_on);
	tcase_add_test(tcase, lanes_and_flows_may_outlive_their_conn);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
