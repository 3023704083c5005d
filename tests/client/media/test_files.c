/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp_file_sender and msrp_file_receiver, each as the other's peer.
 */
#include "client/msrp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/files.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

enum { SIZE = 3 * MIB + 17 };

static const struct msrp_file_sender_options one_each;
static const struct msrp_file_receiver_options takes_one;

/* The part that the receiver has from an earlier time. */
static void put_there(struct files_one *one, size_t len)
{
	ck_assert_int_eq(pwrite(one->to, one->bytes.bytes, len, 0), (ssize_t)len);
}

static struct files_one *make_one(struct files *x, size_t size)
{
	files_init(x, &one_each, &takes_one);
	return files_make(x, size);
}

/* One of which the receiver has yet to say what becomes of it. */
static struct files_one *offer_one(struct files *x)
{
	struct files_one *one = make_one(x, 1000);

	one->choice = LATER;
	files_send(x, one);
	PAIR_RUN_UNTIL(&x->pair, one->offered);
	return one;
}

static void send_and_end(struct files *x)
{
	for (size_t i = 0; i < x->n; i++)
		files_send(x, &x->file[i]);
	msrp_file_sender_end(x->sender);
	files_run(x);
	ck_assert_int_eq(x->sender_err, 0);
	ck_assert_int_eq(x->receiver_err, 0);
}

/* ---- what goes well ---- */

static const struct {
	struct msrp_file_sender_options sender;
	struct msrp_file_receiver_options receiver;
} ways[] = {
	{ { 0 }, { 0 } },
	{ { .at_once = 3 }, { .at_once = 3 } },
	{ { .at_once = 100 }, { .at_once = 4 } },
	{ { .without_offers = true }, { 0 } },
	{ { .at_once = 3, .without_offers = true }, { .at_once = 2 } },
	{ { 0 }, { .without_offers = true } },
};

START_TEST(files_arrive)
{
	static const size_t sizes[] = { SIZE, 0, 1, 70000 };
	struct files x;

	files_init(&x, &ways[_i].sender, &ways[_i].receiver);
	for (size_t i = 0; i < SUPPORT_COUNT(sizes); i++)
		files_make(&x, sizes[i]);
	send_and_end(&x);
	for (size_t i = 0; i < x.n; i++) {
		files_assert_arrived(&x.file[i]);
		if (ways[_i].sender.at_once == 0)
			ck_assert_int_eq(x.order[i], (int)i);
	}
	ck_assert_int_eq(x.unoffered, ways[_i].receiver.without_offers ? 415 : 0);
	files_done(&x);
}
END_TEST

START_TEST(what_is_there_is_not_sent_again)
{
	struct files_one *one;
	struct files x;

	one = make_one(&x, SIZE);
	one->have = SIZE - 1000;
	put_there(one, SIZE - 1000);
	send_and_end(&x);
	files_assert_arrived(one);
	ck_assert_uint_eq(one->sent_start, SIZE - 1000);
	ck_assert_uint_eq(one->received_start, SIZE - 1000);
	files_done(&x);
}
END_TEST

/* A sender that does not support ranges, or does not wait, sends the whole file. */
START_TEST(whole_file_comes_in_the_place_of_its_rest)
{
	struct msrp_file_sender_options sender = { .without_offers = true };
	struct files_one *one;
	struct files x;

	files_init(&x, &sender, &takes_one);
	one = files_make(&x, SIZE);
	put_there(one, 1000);
	send_and_end(&x);
	files_assert_arrived(one);
	ck_assert_uint_eq(one->received_start, 0);
	files_done(&x);
}
END_TEST

START_TEST(file_that_is_there_is_not_sent)
{
	struct files_one *same, *other;
	struct files x;

	files_init(&x, &one_each, &takes_one);
	same = files_make(&x, SIZE);
	other = files_make(&x, 1000);
	same->is_there = other->is_there = true;
	put_there(same, SIZE);
	put_there(other, 999);
	send_and_end(&x);
	files_assert_arrived(same);
	ck_assert(same->sent_present && same->received_present);
	files_assert_arrived(other);
	ck_assert(!other->sent_present && !other->received_present);
	ck_assert_uint_eq(x.n_started, 1);
	files_done(&x);
}
END_TEST

START_TEST(person_may_take_its_time)
{
	struct files_one *one;
	struct files x;

	one = offer_one(&x);
	msrp_file_sender_end(x.sender);
	files_accept(&x, one);
	files_run(&x);
	files_assert_arrived(one);
	files_done(&x);
}
END_TEST

/* ---- what is not taken ---- */

START_TEST(refused_file_is_passed_over)
{
	struct files x;

	files_init(&x, &one_each, &takes_one);
	files_make(&x, 1000)->choice = REFUSE;
	files_make(&x, 1000);
	send_and_end(&x);
	ck_assert_int_eq(x.file[0].sent_err, MSRP_ERROR_REFUSED);
	ck_assert_str_eq(x.file[0].sent_why, "the other side does not want the file: no room");
	ck_assert_uint_eq(x.file[0].n_received_over, 0);
	files_assert_arrived(&x.file[1]);
	files_done(&x);
}
END_TEST

START_TEST(refused_later)
{
	struct files_one *one;
	struct files x;

	one = offer_one(&x);
	msrp_file_sender_end(x.sender);
	ck_assert_int_eq(msrp_file_receiver_refuse(x.receiver, one->offered, "two\nlines"),
			 -EINVAL);
	ck_assert_int_eq(msrp_file_receiver_refuse(x.receiver, one->offered, NULL), 0);
	ck_assert_int_eq(msrp_file_receiver_refuse(x.receiver, one->offered, NULL), -ENOENT);
	files_run(&x);
	ck_assert_int_eq(one->sent_err, MSRP_ERROR_REFUSED);
	files_done(&x);
}
END_TEST

/* More at a time than the other side accepts: 403, and the user has to send it again. */
START_TEST(offers_beyond_what_is_open_are_refused)
{
	struct msrp_file_sender_options sender = { .at_once = 2 };
	struct files x;

	files_init(&x, &sender, &takes_one);
	files_make(&x, 1000)->choice = LATER;
	files_make(&x, 1000);
	files_send(&x, &x.file[0]);
	files_send(&x, &x.file[1]);
	PAIR_RUN_UNTIL(&x.pair, x.sender_closed);
	ck_assert_int_eq(x.file[1].sent_err, 403);
	ck_assert_int_eq(x.sender_err, 403);
	ck_assert_uint_eq(x.file[1].n_received_over, 0);
	files_done(&x);
}
END_TEST

static const bool with_offers[] = { true, false };

START_TEST(file_may_be_too_large)
{
	struct msrp_file_sender_options sender = { .without_offers = !with_offers[_i] };
	struct msrp_file_receiver_options receiver = { .max_size = 1000 };
	struct files_one *one;
	struct files x;

	files_init(&x, &sender, &receiver);
	one = files_make(&x, 1001);
	one->choice = LATER;
	files_send(&x, one);
	if (with_offers[_i]) {
		PAIR_RUN_UNTIL(&x.pair, one->offered);
		ck_assert_int_eq(msrp_file_receiver_accept(x.receiver, one->offered, one->to, 0),
				 -EFBIG);
	}
	msrp_file_receiver_end(x.receiver);
	files_run(&x);
	ck_assert_int_eq(x.receiver_err, 0);
	ck_assert_int_ne(one->sent_err, 0);
	files_done(&x);
}
END_TEST

START_TEST(user_has_the_last_word)
{
	struct files_one *one;
	struct files x;

	one = make_one(&x, 1000);
	one->complete_err = -EACCES;
	send_and_end(&x);
	ck_assert_int_eq(one->received_err, -EACCES);
	ck_assert_int_eq(one->sent_err, 413);
	ck_assert_ptr_nonnull(strstr(one->sent_why, "cannot write the file"));
	files_done(&x);
}
END_TEST

/* ---- files that are not what they should be ---- */

START_TEST(spoilt_beginning_is_found)
{
	struct files_one *one;
	struct files x;

	one = make_one(&x, 1000);
	one->have = 3;
	ck_assert_int_eq(pwrite(one->to, "xyz", 3, 0), 3);
	send_and_end(&x);
	ck_assert_int_eq(one->received_err, MSRP_ERROR_MISMATCH);
	ck_assert_int_eq(one->sent_err, 413);
	files_done(&x);
}
END_TEST

START_TEST(file_that_changes_is_no_success)
{
	struct files_one *one;
	struct files x;

	one = offer_one(&x);
	ck_assert_int_eq(pwrite(one->from, "more", 4, 1000), 4);
	files_accept(&x, one);
	msrp_file_sender_end(x.sender);
	files_run(&x);
	ck_assert_int_eq(one->sent_err, MSRP_ERROR_MISMATCH);
	ck_assert_int_eq(one->received_err, 0);
	files_done(&x);
}
END_TEST

START_TEST(shorter_file_is_not_offered)
{
	struct files_one *one;
	struct files x;

	one = make_one(&x, 1000);
	ck_assert_int_eq(ftruncate(one->from, 999), 0);
	send_and_end(&x);
	ck_assert_int_eq(one->sent_err, -ENODATA);
	files_done(&x);
}
END_TEST

/* ---- cancelled ---- */

START_TEST(sender_may_cancel_any)
{
	struct files x;

	files_init(&x, &one_each, &takes_one);
	files_make(&x, SIZE)->choice = LATER;
	files_make(&x, 1000);
	files_make(&x, 1000);
	for (size_t i = 0; i < x.n; i++)
		files_send(&x, &x.file[i]);
	ck_assert_int_eq(msrp_file_sender_cancel(x.sender, x.file[1].sent), 0);
	ck_assert_uint_eq(x.file[1].n_sent_over, 0);
	PAIR_RUN_UNTIL(&x.pair, x.file[0].offered && x.file[1].n_sent_over);
	files_accept(&x, &x.file[0]);
	PAIR_RUN_UNTIL(&x.pair, x.n_started == 1);
	ck_assert_int_eq(msrp_file_sender_cancel(x.sender, x.file[0].sent), 0);
	msrp_file_sender_end(x.sender);
	files_run(&x);
	ck_assert_int_eq(x.file[0].sent_err, -ECANCELED);
	ck_assert_int_eq(x.file[1].sent_err, -ECANCELED);
	files_done(&x);
}
END_TEST

START_TEST(receiver_may_cancel_one)
{
	struct files_one *one;
	struct files x;

	one = make_one(&x, SIZE);
	files_make(&x, 1000);
	one->choice = LATER;
	files_send(&x, one);
	files_send(&x, &x.file[1]);
	msrp_file_sender_end(x.sender);
	PAIR_RUN_UNTIL(&x.pair, one->offered);
	files_accept(&x, one);
	PAIR_RUN_UNTIL(&x.pair, x.n_started == 1);
	ck_assert_int_eq(msrp_file_receiver_cancel(x.receiver, one->offered), 0);
	files_run(&x);
	ck_assert_int_eq(one->received_err, -ECANCELED);
	ck_assert_int_ne(one->sent_err, 0);
	files_assert_arrived(&x.file[1]);
	files_done(&x);
}
END_TEST

START_TEST(sender_gives_up)
{
	struct files x;

	files_init(&x, &one_each, &takes_one);
	files_make(&x, SIZE);
	files_make(&x, 1);
	files_send(&x, &x.file[0]);
	files_send(&x, &x.file[1]);
	PAIR_RUN_UNTIL(&x.pair, x.n_started == 1);
	msrp_file_sender_abort(x.sender);
	files_run(&x);
	ck_assert_int_eq(x.sender_err, -ECANCELED);
	ck_assert_int_eq(x.file[0].sent_err, -ECANCELED);
	ck_assert_int_eq(x.file[1].sent_err, -ECANCELED);
	ck_assert_int_ne(x.receiver_err, 0);
	files_done(&x);
}
END_TEST

START_TEST(receiver_ends)
{
	struct files x;

	offer_one(&x);
	msrp_file_receiver_end(x.receiver);
	files_run(&x);
	ck_assert_int_eq(x.receiver_err, 0);
	ck_assert_int_eq(x.sender_err, MSRP_ERROR_CLOSED);
	ck_assert_int_eq(x.file[0].sent_err, -ECANCELED);
	files_done(&x);
}
END_TEST

START_TEST(both_may_be_freed_where_they_tell)
{
	struct files x;

	files_init(&x, &one_each, &takes_one);
	x.sender_frees = _i != 0;
	x.receiver_frees = _i != 1;
	files_make(&x, 1000);
	files_make(&x, 1000);
	files_send(&x, &x.file[0]);
	files_send(&x, &x.file[1]);
	files_run(&x);
	ck_assert(!x.sender || !x.receiver);
	files_done(&x);
}
END_TEST

START_TEST(nothing_is_sent_after_the_end)
{
	struct msrp_file_offer_options options = { .file = { .has_size = true } };
	struct files x;

	files_init(&x, &one_each, &takes_one);
	msrp_file_sender_end(x.sender);
	ck_assert_int_eq(msrp_file_sender_send(x.sender, &options, NULL), -EPIPE);
	files_run(&x);
	ck_assert_int_eq(x.sender_err, 0);
	ck_assert_int_eq(x.receiver_err, 0);
	files_done(&x);
}
END_TEST

/* Lets them go on for a while after the allocation that fails. */
static void run_without_memory(struct files *x, size_t n)
{
	int rest = 10;

	support_oom_start(n, false);
	while (!(x->sender_closed && x->receiver_closed) && rest > 0) {
		uv_run(&x->pair.loop, UV_RUN_ONCE);
		rest -= support_oom_struck();
	}
	support_oom_stop();
}

/* Whichever allocation fails (every fifth is tried): a file reported as received is there. */
START_TEST(memory_may_be_short)
{
	bool struck = true;

	for (size_t n = 0; struck; n += 5) {
		struct files_one *one;
		struct files x;

		files_init(&x, &one_each, &takes_one);
		one = files_make(&x, 1000);
		one->have = 10;
		put_there(one, 10);
		files_send(&x, one);
		msrp_file_sender_end(x.sender);
		run_without_memory(&x, n);
		struck = support_oom_struck();
		if (one->n_received_over && one->received_err == 0)
			ck_assert_uint_eq(one->done, 1000);
		files_done(&x);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/files");
	TCase *tcase = tcase_create("files");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, files_arrive, 0, SUPPORT_COUNT(ways));
	tcase_add_test(tcase, what_is_there_is_not_sent_again);
	tcase_add_test(tcase, whole_file_comes_in_the_place_of_its_rest);
	tcase_add_test(tcase, file_that_is_there_is_not_sent);
	tcase_add_test(tcase, person_may_take_its_time);
	tcase_add_test(tcase, refused_file_is_passed_over);
	tcase_add_test(tcase, refused_later);
	tcase_add_test(tcase, offers_beyond_what_is_open_are_refused);
	tcase_add_loop_test(tcase, file_may_be_too_large, 0, SUPPORT_COUNT(with_offers));
	tcase_add_test(tcase, user_has_the_last_word);
	tcase_add_test(tcase, spoilt_beginning_is_found);
	tcase_add_test(tcase, file_that_changes_is_no_success);
	tcase_add_test(tcase, shorter_file_is_not_offered);
	tcase_add_test(tcase, sender_may_cancel_any);
	tcase_add_test(tcase, receiver_may_cancel_one);
	tcase_add_test(tcase, sender_gives_up);
	tcase_add_test(tcase, receiver_ends);
	tcase_add_loop_test(tcase, both_may_be_freed_where_they_tell, 0, 3);
	tcase_add_test(tcase, nothing_is_sent_after_the_end);
	tcase_add_test(tcase, memory_may_be_short);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
