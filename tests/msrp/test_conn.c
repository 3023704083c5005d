/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <string.h>

#include "msrp/conn.h"
#include "msrp/result.h"
#include "support/expect.h"
#include "support/rig.h"
#include "support/run.h"

START_TEST(a_conn_begins_with_nothing_to_say)
{
	struct rig *rig = rig_new();
	const uint8_t *out;

	ck_assert_uint_eq(msrp_conn_pull(&rig->conn, &out), 0);
	msrp_conn_sent(&rig->conn, 0);
	ck_assert(msrp_conn_is_drained(&rig->conn));
	ck_assert(!msrp_conn_is_full(&rig->conn));
	ck_assert(!msrp_conn_failed(&rig->conn));
	rig_free(rig);
}
END_TEST

START_TEST(what_comes_in_goes_to_the_parser)
{
	struct rig *rig = rig_new();
	const char in[] = "MSRP abcd 200 OK\r\nTo-Path: msrp://b:1/s;tcp\r\n"
			  "From-Path: msrp://a:1/s;tcp\r\n-------abcd$\r\nGARBAGE";

	ck_assert_int_eq(msrp_conn_recv(&rig->conn, (const uint8_t *)in, sizeof(in) - 1), MSRP_BAD);
	rig_free(rig);
}
END_TEST

static const size_t steps[] = { 1, 2, 13, 1000, 16384, SIZE_MAX };

START_TEST(pieces_are_told_when_their_last_byte_is_taken)
{
	struct rig *rig = rig_new();
	for (size_t i = 0; i < SUPPORT_COUNT(steps); i++) {
		rig_send(rig, 0, 0, 40000);
		rig_send(rig, 1, 1, 5);
		rig_respond(rig);
		rig_take_all(rig, steps[i]);
		rig_expect_seen(rig, "200 0 $\nm0 1-*/* 32768 +\nm1 - 5 $\nm0 32769-*/* 7232 $\n");
		rig_expect_told(rig, "m0 1+32768, m1 1+5, m0 32769+7232, ");
		rig_free(rig);
		rig = rig_new();
	}
	rig_free(rig);
}
END_TEST

START_TEST(a_piece_is_not_told_before_its_last_byte)
{
	struct rig *rig = rig_new();
	const uint8_t *out;
	size_t len;

	rig_send(rig, 0, 0, 5);
	len = msrp_conn_pull(&rig->conn, &out);
	rig_take(rig, len - 1);
	rig_expect_told(rig, "");
	ck_assert(rig->flow[0].is_done);
	ck_assert(!msrp_conn_is_drained(&rig->conn));
	rig_take(rig, 1);
	rig_expect_told(rig, "m0 1+5, ");
	ck_assert(msrp_conn_is_drained(&rig->conn));
	rig_free(rig);
}
END_TEST

START_TEST(a_piece_that_nobody_asks_for_is_not_told)
{
	struct rig *rig = rig_new();
	rig->flow[0].is_unasked = true;
	rig_send(rig, 0, 0, 5);
	rig_send(rig, 1, 0, 6);
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 - 5 $\nm1 - 6 $\n");
	rig_expect_told(rig, "m1 1+6, ");
	rig_free(rig);
}
END_TEST

START_TEST(small_chunks_are_gathered_up_to_a_record)
{
	struct rig *rig = rig_new();
	const uint8_t *out;
	size_t len;

	for (unsigned i = 0; i < RIG_FLOWS; i++)
		rig_send(rig, i, i % RIG_LANES, MSRP_SHORT_BODY);
	len = msrp_conn_pull(&rig->conn, &out);
	ck_assert_uint_ge(len, MSRP_FRAME);
	ck_assert_uint_le(len, MSRP_FRAME + MSRP_SHORT_BODY + 1024);
	rig_take_all(rig, SIZE_MAX);
	for (unsigned i = 0; i < RIG_FLOWS; i++)
		ck_assert(rig->flow[i].is_done);
	rig_free(rig);
}
END_TEST

START_TEST(ids_are_never_used_twice)
{
	struct rig *rig = rig_new();
	const char *id[] = { rig->flow[0].piece[0].piece.id, rig->flow[0].piece[1].piece.id,
			     rig->flow[1].piece[0].piece.id, rig->flow[2].piece[0].piece.id };

	rig_send(rig, 0, 0, 40000);
	rig_send(rig, 1, 1, 5);
	rig_send(rig, 2, 2, 5);
	rig_take_all(rig, SIZE_MAX);
	for (size_t i = 0; i < SUPPORT_COUNT(id); i++) {
		ck_assert_uint_eq(strlen(id[i]), MSRP_IDENT_LEN);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(id[i], id[k]);
	}
	rig_free(rig);
}
END_TEST

START_TEST(room_is_called_once_after_the_queue_was_full)
{
	struct rig *rig = rig_new();
	rig_open(rig, 0, 0);
	rig_write(rig, 0, MSRP_QUEUE_HIGH);
	ck_assert(msrp_conn_is_full(&rig->conn));
	while (rig->conn.queued > MSRP_QUEUE_LOW + 100) {
		ck_assert_uint_eq(rig->n_rooms, 0);
		ck_assert(msrp_conn_is_full(&rig->conn));
		rig_take(rig, 100);
	}
	rig_take_all(rig, 100);
	ck_assert_uint_eq(rig->n_rooms, 1);
	ck_assert(!msrp_conn_is_full(&rig->conn));
	rig_end(rig, 0, '$');
	rig_take_all(rig, 100);
	rig_expect_seen(rig, "m0 1-*/* 262144 $\n");
	ck_assert_uint_eq(rig->n_rooms, 1);
	rig_free(rig);
}
END_TEST

START_TEST(what_waits_for_its_source_does_not_fill_the_queue)
{
	struct rig *rig = rig_new();

	rig_open(rig, 0, 0);
	rig_write(rig, 0, 2000);
	rig_send(rig, 1, 0, MSRP_QUEUE_HIGH);
	rig_open(rig, 2, 1);
	rig_write(rig, 2, 3000);
	rig_take_all(rig, SIZE_MAX);
	ck_assert(!msrp_conn_is_full(&rig->conn));
	ck_assert(!msrp_conn_is_drained(&rig->conn));
	rig_end(rig, 0, '$');
	ck_assert(msrp_conn_is_full(&rig->conn));
	rig_take_all(rig, SIZE_MAX);
	ck_assert_uint_eq(rig->n_rooms, 1);
	rig_expect_seen(rig, "m2 1-*/* 3000 +\nm0 - 2000 $\nm1 1-*/* 262144 $\n");
	rig_free(rig);
}
END_TEST

START_TEST(there_is_room_once_all_that_is_left_waits_for_its_source)
{
	struct rig *rig = rig_new();

	rig_open(rig, 0, 0);
	rig_write(rig, 0, 3000);
	rig_send(rig, 1, 0, MSRP_QUEUE_HIGH);
	ck_assert(msrp_conn_is_full(&rig->conn));
	rig_take_all(rig, SIZE_MAX);
	ck_assert_uint_eq(rig->n_rooms, 1);
	ck_assert(!msrp_conn_is_full(&rig->conn));
	rig_free(rig);
}
END_TEST

START_TEST(no_room_is_told_to_those_who_did_not_ask)
{
	struct rig *rig = rig_new();
	rig_send(rig, 0, 0, MSRP_QUEUE_HIGH);
	rig_take_all(rig, SIZE_MAX);
	ck_assert_uint_eq(rig->n_rooms, 0);
	rig_free(rig);
}
END_TEST

START_TEST(aborting_makes_room)
{
	struct rig *rig = rig_new();
	rig_send(rig, 0, 0, MSRP_QUEUE_HIGH / 2);
	rig_send(rig, 1, 0, MSRP_QUEUE_HIGH / 2);
	ck_assert(msrp_conn_is_full(&rig->conn));
	rig_abort(rig, 1);
	ck_assert_uint_eq(rig->n_rooms, 0);
	rig_abort(rig, 0);
	ck_assert_uint_eq(rig->n_rooms, 1);
	ck_assert(msrp_conn_is_drained(&rig->conn));
	rig_free(rig);
}
END_TEST

START_TEST(messages_fill_the_queue_as_bodies_do)
{
	struct rig *rig = rig_new();
	while (rig->conn.control.len < MSRP_QUEUE_HIGH) {
		ck_assert(!msrp_conn_is_full(&rig->conn));
		rig_respond(rig);
	}
	ck_assert(msrp_conn_is_full(&rig->conn));
	rig_take_all(rig, 5000);
	ck_assert_uint_eq(rig->n_rooms, 1);
	rig_free(rig);
}
END_TEST

START_TEST(a_full_queue_loses_nothing)
{
	struct rig *rig = rig_new();
	rig_send(rig, 0, 0, 2 * MSRP_QUEUE_HIGH);
	rig_send(rig, 1, 0, 2 * MSRP_QUEUE_HIGH);
	ck_assert(msrp_conn_is_full(&rig->conn));
	rig_take_all(rig, SIZE_MAX);
	rig_expect_seen(rig, "m0 1-*/* 524288 $\nm1 1-*/* 524288 $\n");
	rig_free(rig);
}
END_TEST

static void abort_and_send(struct rig *rig)
{
	rig_abort(rig, 0);
	rig_send(rig, 1, 0, MSRP_QUEUE_HIGH);
}

START_TEST(room_may_abort_and_write)
{
	struct rig *rig = rig_new();
	rig->on_room = abort_and_send;
	rig_open(rig, 0, 0);
	rig_write(rig, 0, MSRP_QUEUE_HIGH);
	ck_assert(msrp_conn_is_full(&rig->conn));
	rig_take_all(rig, 4096);
	ck_assert_uint_eq(rig->n_rooms, 1);
	ck_assert(rig->flow[0].is_done && rig->flow[1].is_done);
	rig_free(rig);
}
END_TEST

START_TEST(an_idle_conn_keeps_no_block)
{
	struct rig *rig = rig_new();

	/* In the middle of a body, so that the messages are added to its end. */
	rig_send(rig, 0, 0, 40000);
	rig_take(rig, 10);
	while (rig->conn.control.len < 100000)
		rig_respond(rig);
	rig_take_all(rig, SIZE_MAX);
	ck_assert_uint_eq(rig->conn.control.size + rig->conn.frame.size, 0);
	/* And where there is nothing that they could be added to. */
	while (rig->conn.control.len < 100000)
		rig_respond(rig);
	rig_take_all(rig, SIZE_MAX);
	ck_assert_uint_eq(rig->conn.control.size + rig->conn.frame.size, 0);
	rig_free(rig);
}
END_TEST

/* Whole flows, an unfinished one, and a message; the existing output is not lost. */
START_TEST(what_waits_goes_on_at_another_conn)
{
	struct rig *from = rig_new(), *to = rig_new();
	size_t queued;

	rig_send(to, 5, 0, 7);
	rig_send(from, 0, 0, 5);
	rig_open(from, 1, 0);
	rig_write(from, 1, 3000);
	rig_open(from, 2, 1);
	rig_write(from, 2, 10);
	rig_respond(from);
	queued = msrp_conn_queued(&from->conn) + msrp_conn_queued(&to->conn);
	ck_assert_int_eq(msrp_conn_move(&from->conn, &to->conn), 0);
	ck_assert(msrp_conn_is_drained(&from->conn));
	ck_assert(!rig_take(from, SIZE_MAX));
	ck_assert_uint_eq(msrp_conn_queued(&to->conn), queued);
	rig_take_all(to, SIZE_MAX);
	rig_expect_seen(to, "200 0 $\nm5 - 7 $\nm0 - 5 $\nm1 1-*/*");
	rig_end(from, 1, '$');
	rig_end(from, 2, '$');
	rig_take_all(to, SIZE_MAX);
	rig_expect_seen(to, " 3000 $\nm2 - 10 $\n");
	rig_expect_told(from, "m0 1+5, m1 1+3000, m2 1+10, ");
	ck_assert(msrp_conn_is_drained(&to->conn));
	ck_assert_uint_eq(to->conn.queued + to->conn.stalled, 0);
	rig_free(to);
	rig_free(from);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conn");
	TCase *tcase = tcase_create("conn");

	tcase_add_test(tcase, a_conn_begins_with_nothing_to_say);
	tcase_add_test(tcase, what_comes_in_goes_to_the_parser);
	tcase_add_test(tcase, pieces_are_told_when_their_last_byte_is_taken);
	tcase_add_test(tcase, a_piece_is_not_told_before_its_last_byte);
	tcase_add_test(tcase, a_piece_that_nobody_asks_for_is_not_told);
	tcase_add_test(tcase, small_chunks_are_gathered_up_to_a_record);
	tcase_add_test(tcase, ids_are_never_used_twice);
	tcase_add_test(tcase, room_is_called_once_after_the_queue_was_full);
	tcase_add_test(tcase, what_waits_for_its_source_does_not_fill_the_queue);
	tcase_add_test(tcase, there_is_room_once_all_that_is_left_waits_for_its_source);
	tcase_add_test(tcase, no_room_is_told_to_those_who_did_not_ask);
	tcase_add_test(tcase, aborting_makes_room);
	tcase_add_test(tcase, messages_fill_the_queue_as_bodies_do);
	tcase_add_test(tcase, a_full_queue_loses_nothing);
	tcase_add_test(tcase, room_may_abort_and_write);
	tcase_add_test(tcase, an_idle_conn_keeps_no_block);
	tcase_add_test(tcase, what_waits_goes_on_at_another_conn);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
