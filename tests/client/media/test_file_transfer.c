/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/transfer.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

enum { SIZE = 3 * MIB + 17 };

/* The offering side calls the other; both run to their end. */
static void answer(struct end *offerer, struct end *answerer,
		   struct msrp_file_transfer_options options)
{
	struct msrp_sdp_media *offer = parse_sdp(offerer->sdp);

	options.offer = offer;
	initialize_end(answerer, &options, false);
	msrp_sdp_media_free(offer);
}

static bool is_over(const struct end *e)
{
	return e->ended || !e->transfer;
}

static void run(struct end *offerer, struct end *answerer)
{
	start_end(answerer, offerer->sdp);
	start_end(offerer, answerer->sdp);
	PAIR_RUN_UNTIL(offerer->pair, is_over(offerer) && is_over(answerer));
}

/* Offers a file, and accepts it with OPTIONS. */
static void push(struct transfer *t, struct msrp_file_transfer_options options)
{
	struct msrp_file_transfer_options sender = sender_options(t);

	options.fd = t->to.fd;
	initialize_end(&t->from, &sender, true);
	answer(&t->from, &t->to, options);
	run(&t->from, &t->to);
}

static const struct msrp_file_transfer_options receives;

static void assert_arrived(struct transfer *t)
{
	uint8_t *bytes = malloc(t->bytes.len + 1);

	ck_assert_msg(t->from.complete && t->to.complete, "'%s', '%s'", t->from.why, t->to.why);
	ck_assert_int_eq(pread(t->to.fd, bytes, t->bytes.len + 1, 0), (ssize_t)t->bytes.len);
	ck_assert(memcmp(bytes, t->bytes.bytes, t->bytes.len) == 0);
	free(bytes);
}

/* ---- what goes well ---- */

static const size_t sizes[] = { 0, 1, SIZE };

START_TEST(file_is_offered_and_taken)
{
	struct transfer t;

	transfer_init(&t, sizes[_i]);
	push(&t, receives);
	assert_arrived(&t);
	ck_assert(t.from.started && t.to.started);
	ck_assert_uint_eq(t.to.file.size, sizes[_i]);
	ck_assert_mem_eq(t.from.file.sha256, t.to.file.sha256, 32);
	ck_assert_mem_eq(t.from.file.sha1, t.to.file.sha1, 20);
	ck_assert_str_eq(t.to.file.name, "picture \"1\".bin");
	transfer_done(&t);
}
END_TEST

/* RFC 5547 8.2.1 and 8.3.1. */
START_TEST(offer_and_answer_say_what_rfc_5547_asks_for)
{
	struct msrp_file_transfer_options sender;
	struct msrp_sdp_media *offer, *answered;
	struct transfer t;

	transfer_init(&t, SIZE);
	sender = sender_options(&t);
	initialize_end(&t.from, &sender, true);
	answer(&t.from, &t.to, (struct msrp_file_transfer_options){ .fd = t.to.fd });
	offer = parse_sdp(t.from.sdp);
	answered = parse_sdp(t.to.sdp);
	ck_assert_int_eq(offer->direction, MSRP_SENDONLY);
	ck_assert(offer->file.has_size && offer->file.has_sha1 && offer->file.has_sha256);
	ck_assert_str_eq(offer->file.type, "image/png");
	ck_assert_uint_ge(strlen(offer->file_transfer_id), 16);
	ck_assert_str_eq(offer->accept_types, "*");
	ck_assert_int_eq(answered->direction, MSRP_RECVONLY);
	ck_assert_str_eq(answered->file_transfer_id, offer->file_transfer_id);
	ck_assert_str_eq(answered->file.name, offer->file.name);
	ck_assert_str_eq(answered->file.type, offer->file.type);
	ck_assert_uint_eq(answered->file.size, SIZE);
	ck_assert_ptr_null(answered->file_disposition);
	ck_assert_uint_eq(answered->file_start, 0);
	msrp_sdp_media_free(offer);
	msrp_sdp_media_free(answered);
	transfer_done(&t);
}
END_TEST

/* RFC 5547 section 6: a=file-range counts in the file, Byte-Range in the transferred part. */
START_TEST(what_is_there_is_not_sent_again)
{
	struct transfer t;
	enum { HAVE = SIZE - 1000 };

	transfer_init(&t, SIZE);
	write_file(t.to.fd, t.bytes.bytes, HAVE);
	/* From here on it would show in the result. */
	push(&t, (struct msrp_file_transfer_options){ .have = HAVE });
	ck_assert_ptr_nonnull(strstr(t.to.sdp, "a=file-range:3144746-*\r\n"));
	assert_arrived(&t);
	transfer_done(&t);
}
END_TEST

START_TEST(nothing_is_sent_of_what_is_all_there)
{
	struct transfer t;

	transfer_init(&t, 100);
	write_file(t.to.fd, t.bytes.bytes, 100);
	push(&t, (struct msrp_file_transfer_options){ .have = 100 });
	assert_arrived(&t);
	transfer_done(&t);
}
END_TEST

/* RFC 5547 8.2.2 and 8.3.2; from an octet on, or all of it. */
START_TEST(file_is_asked_for_and_given)
{
	struct msrp_file_transfer_options wanted = { .have = _i ? 1000 : 0 };
	struct transfer t;

	transfer_init(&t, SIZE);
	wanted.fd = t.to.fd;
	wanted.file.name = "picture \"1\".bin";
	write_file(t.to.fd, t.bytes.bytes, wanted.have);
	initialize_end(&t.to, &wanted, true);
	answer(&t.to, &t.from, sender_options(&t));
	run(&t.to, &t.from);
	assert_arrived(&t);
	ck_assert_uint_eq(t.to.file.size, SIZE);
	transfer_done(&t);
}
END_TEST

/* An endpoint of the test, which has made OFFER, calls the sender. */
static void be_called(struct transfer *t, struct msrp_sdp_media *offer)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .port = 9 };
	struct msrp_sdp_media *sender = parse_sdp(t->from.sdp);
	struct side *caller = &t->pair.caller;

	ck_assert_int_eq(msrp_connector_direct_new(t->pair.context, &caller->connector), 0);
	ck_assert_int_eq(
	    msrp_connector_prepare(caller->connector, &local, side_on_prepared, caller), 0);
	PAIR_RUN_UNTIL(&t->pair, caller->path);
	offer->path = caller->path;
	ck_assert_int_eq(msrp_file_transfer_start(t->from.transfer, offer), 0);
	ck_assert_int_eq(
	    msrp_connector_complete(caller->connector, sender->path, side_on_completed, caller), 0);
	msrp_sdp_media_free(sender);
	PAIR_RUN_UNTIL(&t->pair, caller->session && t->from.started);
}

START_TEST(part_that_is_asked_for_is_given_alone)
{
	struct msrp_sdp_media offer = {
		.port = 9,
		.path = "msrp://127.0.0.1:9/x;tcp",
		.direction = MSRP_RECVONLY,
		.has_file = true,
		.file = { .size = 100, .has_size = true },
		.file_transfer_id = "1234567890",
		.file_start = 11,
		.file_stop = 20,
	};
	struct msrp_file_transfer_options options;
	struct transfer t;

	transfer_init(&t, 100);
	options = sender_options(&t);
	options.offer = &offer;
	initialize_end(&t.from, &options, false);
	ck_assert_ptr_nonnull(strstr(t.from.sdp, "a=file-range:11-20\r\n"));
	ck_assert_ptr_nonnull(strstr(t.from.sdp, "a=file-transfer-id:1234567890\r\n"));
	ck_assert_ptr_nonnull(strstr(t.from.sdp, "a=sendonly\r\n"));
	ck_assert_ptr_nonnull(strstr(t.from.sdp, "hash:sha-1:"));
	be_called(&t, &offer);
	PAIR_RUN_UNTIL(&t.pair, t.from.ended);
	ck_assert(t.from.complete);
	assert_in(&t.pair.caller, t.bytes.bytes + 10, 10);
	transfer_done(&t);
}
END_TEST

/* ---- what does not go well between two of ours ---- */

/* RFC 5547 8.3. */
START_TEST(refused_offer_is_a_failure)
{
	struct msrp_sdp_media *offer, answered = { 0 };
	struct msrp_file_transfer_options sender;
	struct transfer t;
	char *sdp;

	transfer_init(&t, 10);
	sender = sender_options(&t);
	initialize_end(&t.from, &sender, true);
	offer = parse_sdp(t.from.sdp);
	msrp_file_refuse(offer, &answered);
	ck_assert_int_eq(msrp_sdp_format(&answered, &sdp), 0);
	ck_assert_ptr_nonnull(strstr(sdp, "m=message 0 "));
	ck_assert_ptr_nonnull(strstr(sdp, offer->file_transfer_id));
	start_end(&t.from, sdp);
	ck_assert(!t.from.ended);
	PAIR_RUN_UNTIL(&t.pair, t.from.ended);
	ck_assert_int_eq(t.from.failed, MSRP_ERROR_REFUSED);
	free(sdp);
	msrp_sdp_media_free(offer);
	transfer_done(&t);
}
END_TEST

/* RFC 5547 8.4, figure 4. */
START_TEST(sender_that_stops_aborts_the_message)
{
	struct msrp_sdp_media offer = {
		.port = 9,
		.direction = MSRP_RECVONLY,
		.has_file = true,
	};
	struct msrp_file_transfer_options options;
	struct transfer t;

	transfer_init(&t, 32 * MIB); /* more than the system buffers between the two */
	options = sender_options(&t);
	options.offer = &offer;
	initialize_end(&t.from, &options, false);
	be_called(&t, &offer);
	msrp_session_set_reading(t.pair.caller.session, false);
	t.from.stops = true;
	PAIR_RUN_UNTIL(&t.pair, t.from.progress);
	ck_assert_uint_eq(t.from.total, 32 * MIB);
	msrp_session_set_reading(t.pair.caller.session, true);
	PAIR_RUN_UNTIL(&t.pair, t.from.ended);
	PAIR_RUN_UNTIL(&t.pair, t.pair.caller.closed);
	ck_assert_uint_eq(t.pair.caller.n_aborted, 1);
	ck_assert(!t.from.failed && !t.from.complete);
	transfer_done(&t);
}
END_TEST

START_TEST(hash_that_is_wrong_fails_on_both_sides)
{
	struct msrp_file_transfer_options sender;
	struct transfer t;

	transfer_init(&t, SIZE);
	sender = sender_options(&t);
	sender.file.has_sha1 = true; /* zeros */
	initialize_end(&t.from, &sender, true);
	answer(&t.from, &t.to, (struct msrp_file_transfer_options){ .fd = t.to.fd });
	run(&t.from, &t.to);
	ck_assert_int_eq(t.to.failed, MSRP_ERROR_MISMATCH);
	ck_assert_int_eq(t.from.failed, MSRP_ERROR_ABORTED);
	transfer_done(&t);
}
END_TEST

START_TEST(full_disk_fails_on_both_sides)
{
	struct transfer t;

	transfer_init(&t, SIZE);
	close(t.to.fd);
	t.to.fd = open("/dev/full", O_RDWR | O_CLOEXEC);
	push(&t, receives);
	ck_assert_int_eq(t.to.failed, -ENOSPC);
	ck_assert_int_eq(t.from.failed, MSRP_ERROR_ABORTED);
	transfer_done(&t);
}
END_TEST

START_TEST(file_that_became_shorter_is_not_offered)
{
	struct msrp_file_transfer_options sender;
	struct transfer t;

	transfer_init(&t, 10);
	sender = sender_options(&t);
	sender.file.size = 11;
	initialize_end(&t.from, &sender, true);
	ck_assert(t.from.ended && !t.from.sdp);
	ck_assert_int_eq(t.from.failed, -ENODATA);
	transfer_done(&t);
}
END_TEST

START_TEST(file_with_another_hash_is_not_given)
{
	struct msrp_sdp_media offer = {
		.port = 9,
		.direction = MSRP_RECVONLY,
		.has_file = true,
		.file = { .has_sha256 = true },
	};
	struct msrp_file_transfer_options options;
	struct transfer t;

	transfer_init(&t, 10);
	options = sender_options(&t);
	options.offer = &offer;
	initialize_end(&t.from, &options, false);
	ck_assert(t.from.ended && !t.from.sdp);
	ck_assert_int_eq(t.from.failed, MSRP_ERROR_MISMATCH);
	transfer_done(&t);
}
END_TEST

static const struct {
	struct msrp_file_transfer_options options;
	struct msrp_sdp_media offer;
	int err;
} senseless[] = {
	{ { .sends = true }, { .has_file = false }, -EINVAL },
	{ { .sends = true, .have = 1, .file = { .has_size = true } },
	  { .has_file = true, .direction = MSRP_RECVONLY },
	  -EINVAL },
	{ { .sends = false }, { .has_file = false }, -EINVAL },
	{ { .sends = false }, { .has_file = true, .direction = MSRP_RECVONLY }, -EINVAL },
	{ { .have = 2, .max_size = 1 }, { .has_file = true }, -EINVAL },
	{ { .sends = true, .file = { .has_size = true, .size = 5 } },
	  { .has_file = true, .direction = MSRP_SENDONLY },
	  -EINVAL },
	{ { .sends = true, .file = { .has_size = true, .size = 5 } },
	  { .has_file = true, .direction = MSRP_RECVONLY, .file = { .has_size = true } },
	  -ENOENT },
	{ { .sends = true, .file = { .has_size = true, .size = 5, .type = "text/plain" } },
	  { .has_file = true, .direction = MSRP_RECVONLY, .file = { .type = "image/png" } },
	  -ENOENT },
	{ { .sends = true, .file = { .has_size = true, .size = 5 } },
	  { .has_file = true, .direction = MSRP_RECVONLY, .file_start = 7, .file_stop = 9 },
	  -ERANGE },
	{ { .have = 3 }, { .has_file = true, .file_start = 5, .file_stop = 9 }, -ERANGE },
	{ { .have = 3 }, { .has_file = true, .file = { .has_size = true, .size = 2 } }, -ERANGE },
};

START_TEST(options_without_sense_make_no_transfer)
{
	struct msrp_file_transfer_options options = senseless[_i].options;
	struct transfer t;

	transfer_init(&t, 5);
	options.offer = &senseless[_i].offer;
	ck_assert_int_eq(make_transfer(&t.from, &options, true), senseless[_i].err);
	transfer_done(&t);
}
END_TEST

START_TEST(wrong_order_is_an_error)
{
	struct msrp_file_transfer_options sender;
	struct msrp_sdp_media remote = { .port = 9, .path = "msrp://127.0.0.1:9/x;tcp" };
	struct transfer t;

	transfer_init(&t, SIZE);
	sender = sender_options(&t);
	ck_assert_int_eq(make_transfer(&t.from, &sender, true), 0);
	ck_assert_int_eq(msrp_file_transfer_start(t.from.transfer, &remote), -EINVAL);
	ck_assert_int_eq(msrp_file_transfer_initialize(t.from.transfer, NULL), 0);
	ck_assert_int_eq(msrp_file_transfer_initialize(t.from.transfer, NULL), -EALREADY);
	ck_assert_int_eq(msrp_file_transfer_start(t.from.transfer, &remote), -EINVAL);
	PAIR_RUN_UNTIL(&t.pair, t.from.sdp);
	ck_assert_int_eq(msrp_file_transfer_start(t.from.transfer, &remote), 0);
	ck_assert_int_eq(msrp_file_transfer_start(t.from.transfer, &remote), -EALREADY);
	PAIR_RUN_UNTIL(&t.pair, t.from.ended); /* nobody is there */
	ck_assert(t.from.failed);
	msrp_file_transfer_end(t.from.transfer);
	transfer_done(&t);
}
END_TEST

/* While it hashes, when it has, and when it is about to connect. */
START_TEST(end_before_the_start_is_told)
{
	struct msrp_file_transfer_options sender;
	struct msrp_sdp_media remote = { .port = 9, .path = "msrp://127.0.0.1:9/x;tcp" };
	struct transfer t;

	transfer_init(&t, SIZE);
	sender = sender_options(&t);
	ck_assert_int_eq(make_transfer(&t.from, &sender, true), 0);
	ck_assert_int_eq(msrp_file_transfer_initialize(t.from.transfer, NULL), 0);
	if (_i > 0)
		PAIR_RUN_UNTIL(&t.pair, t.from.sdp);
	if (_i > 1)
		ck_assert_int_eq(msrp_file_transfer_start(t.from.transfer, &remote), 0);
	msrp_file_transfer_end(t.from.transfer);
	ck_assert(!t.from.ended);
	PAIR_RUN_UNTIL(&t.pair, t.from.ended);
	ck_assert(!t.from.failed && !t.from.complete);
	transfer_done(&t);
}
END_TEST

START_TEST(transfer_may_be_freed_when_it_is_complete)
{
	struct transfer t;

	transfer_init(&t, SIZE);
	t.from.frees = true;
	t.to.frees = true;
	push(&t, receives);
	ck_assert(!t.from.transfer && !t.to.transfer && !t.from.ended && !t.to.ended);
	assert_arrived(&t);
	transfer_done(&t);
}
END_TEST

START_TEST(memory_may_run_out)
{
	int err = -ENOMEM;

	for (size_t n = 0; err; n++) {
		struct msrp_file_transfer_options sender;
		struct msrp_connector *connector;
		struct transfer t;

		transfer_init(&t, 10);
		sender = sender_options(&t);
		ck_assert_int_eq(msrp_connector_direct_new(t.pair.context, &connector), 0);
		support_oom_start(n, false);
		err = msrp_file_transfer_new(connector, &sender, &transfer_callbacks, &t.from,
					     &t.from.transfer);
		if (!err)
			err = msrp_file_transfer_initialize(t.from.transfer, NULL);
		support_oom_stop();
		ck_assert(err == 0 || err == -ENOMEM);
		if (err && t.from.transfer)
			t.from.transfer = msrp_file_transfer_free(t.from.transfer);
		transfer_done(&t);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/file_transfer");
	TCase *tcase = tcase_create("file_transfer");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, file_is_offered_and_taken, 0, SUPPORT_COUNT(sizes));
	tcase_add_test(tcase, offer_and_answer_say_what_rfc_5547_asks_for);
	tcase_add_test(tcase, what_is_there_is_not_sent_again);
	tcase_add_test(tcase, nothing_is_sent_of_what_is_all_there);
	tcase_add_loop_test(tcase, file_is_asked_for_and_given, 0, 2);
	tcase_add_test(tcase, part_that_is_asked_for_is_given_alone);
	tcase_add_test(tcase, refused_offer_is_a_failure);
	tcase_add_test(tcase, sender_that_stops_aborts_the_message);
	tcase_add_test(tcase, hash_that_is_wrong_fails_on_both_sides);
	tcase_add_test(tcase, full_disk_fails_on_both_sides);
	tcase_add_test(tcase, file_that_became_shorter_is_not_offered);
	tcase_add_test(tcase, file_with_another_hash_is_not_given);
	tcase_add_loop_test(tcase, options_without_sense_make_no_transfer, 0,
			    SUPPORT_COUNT(senseless));
	tcase_add_test(tcase, wrong_order_is_an_error);
	tcase_add_loop_test(tcase, end_before_the_start_is_told, 0, 3);
	tcase_add_test(tcase, transfer_may_be_freed_when_it_is_complete);
	tcase_add_test(tcase, memory_may_run_out);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
