/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "client/script.h"
#include "client/transfer.h"
#include "msrp/report.h"
#include "support/expect.h"
#include "support/run.h"

/* Receives from senders with odd habits. */

static const char digits[] = "0123456789";
#define DIGITS_FILE                                                                                \
	"a=file-selector:size:10 "                                                                 \
	"hash:sha-1:87:AC:EC:17:CD:9D:CD:20:A7:16:CC:2C:F6:74:17:B7:1C:8A:70:16\r\n"

static unsigned reported; /* by the last REPORT; 0: none */

static void on_message(struct script *s, const struct msrp_message *m)
{
	struct msrp_status_value status;

	if (m->is_request && m->method == MSRP_SEND)
		script_respond(s, m, 200, "");
	if (m->is_request && m->method == MSRP_REPORT && msrp_status_of(m, &status) == 0)
		reported = status.code;
}

/* A script that says ATTRIBUTES of the digits, before we say WANTED or after. */
static void meet_script(struct transfer *t, struct script *s,
			struct msrp_file_transfer_options wanted, const char *attributes,
			bool offers)
{
	struct msrp_sdp_media *offer;
	char text[512];

	reported = 0;
	transfer_init(t, 0);
	script_init(s, &t->pair.loop, on_message, t);
	snprintf(text, sizeof(text),
		 "m=message %u TCP/MSRP *\r\na=path:msrp://127.0.0.1:%u/x;tcp\r\n%s",
		 script_port(s), script_port(s), attributes);
	offer = parse_sdp(text);
	wanted.offer = offers ? offer : NULL;
	wanted.fd = t->to.fd;
	write_file(t->to.fd, digits, wanted.have);
	initialize_end(&t->to, &wanted, true);
	start_end(&t->to, text);
	PAIR_RUN_UNTIL(&t->pair, t->to.started || t->to.ended);
	msrp_sdp_media_free(offer);
}

/* Asks a script for the digits, as WANTED says; it answers with ATTRIBUTES. */
static void ask_script(struct transfer *t, struct script *s,
		       struct msrp_file_transfer_options wanted, const char *attributes)
{
	meet_script(t, s, wanted, attributes, false);
}

/* A chunk of message ID. */
static void send_chunk(struct transfer *t, struct script *s, const char *id, const char *range,
		       const char *body, char flag)
{
	struct msrp_sdp_media *receiver = parse_sdp(t->to.sdp);
	char text[1024];

	snprintf(text, sizeof(text),
		 "MSRP tid%zu SEND\r\nTo-Path: %s\r\nFrom-Path: msrp://127.0.0.1:%u/x;tcp\r\n"
		 "Message-ID: %s\r\nByte-Range: %s\r\nSuccess-Report: yes\r\n"
		 "Content-Type: image/png\r\n\r\n%s"
		 "\r\n-------tid%zu%c\r\n",
		 s->n_responses, receiver->path, script_port(s), id, range, body, s->n_responses,
		 flag);
	msrp_sdp_media_free(receiver);
	script_send(s, text);
}

static void done_with_script(struct transfer *t, struct script *s)
{
	script_done(s);
	transfer_done(t);
}

static void assert_digits(struct transfer *t)
{
	char got[sizeof(digits) + 1] = "";

	ck_assert_msg(t->to.complete, "%s", t->to.why);
	ck_assert_int_eq(pread(t->to.fd, got, sizeof(got), 0), 10);
	ck_assert_str_eq(got, digits);
}

START_TEST(chunks_may_overtake_each_other)
{
	struct script s;
	struct transfer t;

	ask_script(&t, &s, (struct msrp_file_transfer_options){ 0 }, DIGITS_FILE);
	send_chunk(&t, &s, "m001", "6-10/10", "56789", '$');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 1);
	send_chunk(&t, &s, "m001", "1-5/10", "01234", '+');
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	assert_digits(&t);
	done_with_script(&t, &s);
}
END_TEST

/* The sender gets its report only after the file was read again. */
START_TEST(report_says_what_the_hash_says)
{
	struct script s;
	struct transfer t;

	ask_script(&t, &s, (struct msrp_file_transfer_options){ 0 }, DIGITS_FILE);
	send_chunk(&t, &s, "m001", "6-10/10", _i ? "56789" : "xxxxx", '$');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 1);
	send_chunk(&t, &s, "m001", "1-5/10", "01234", '+');
	PAIR_RUN_UNTIL(&t.pair, reported && t.to.ended);
	ck_assert_int_eq(t.to.complete, _i);
	ck_assert_uint_eq(reported, _i ? 200 : 413);
	done_with_script(&t, &s);
}
END_TEST

/* The digest is that of the file's contents: octets already there are not replaced. */
START_TEST(what_comes_again_replaces_nothing)
{
	struct script s;
	struct transfer t;

	ask_script(&t, &s, (struct msrp_file_transfer_options){ 0 }, DIGITS_FILE);
	send_chunk(&t, &s, "m001", "1-5/10", "01234", '+');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 1);
	send_chunk(&t, &s, "m001", "3-7/10", "xxx56", '+');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 2);
	send_chunk(&t, &s, "m001", "1-2/10", "xx", '+');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 3);
	send_chunk(&t, &s, "m001", "8-10/10", "789", '$');
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	assert_digits(&t);
	done_with_script(&t, &s);
}
END_TEST

/* The rest of an earlier, longer file is cut off. */
START_TEST(file_ends_where_it_ends)
{
	struct script s;
	struct transfer t;

	ask_script(&t, &s, (struct msrp_file_transfer_options){ .have = 4 * (uint64_t)_i },
		   _i ? DIGITS_FILE "a=file-range:5-*\r\n" : DIGITS_FILE);
	ck_assert_int_eq(pwrite(t.to.fd, "of another", 10, 8), 10);
	send_chunk(&t, &s, "m001", _i ? "1-6/6" : "1-10/10", digits + 4 * _i, '$');
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	assert_digits(&t);
	done_with_script(&t, &s);
}
END_TEST

/* The hash that is announced is of the whole. */
START_TEST(part_has_no_hash)
{
	struct script s;
	struct transfer t;

	meet_script(&t, &s, (struct msrp_file_transfer_options){ 0 },
		    "a=sendonly\r\na=file-transfer-id:1\r\na=file-range:1-5\r\n" DIGITS_FILE, true);
	send_chunk(&t, &s, "m001", "1-5/5", "01234", '$');
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	ck_assert_msg(t.to.complete, "%s", t.to.why);
	ck_assert_uint_eq(t.to.file.size, 10);
	ck_assert(!t.to.file.has_sha1 && !t.to.file.has_sha256);
	done_with_script(&t, &s);
}
END_TEST

/* Without a readable descriptor, overtaking chunks leave no hash to compare. */
START_TEST(hash_of_less_than_the_file_is_none)
{
	struct rlimit before, none;
	struct script s;
	struct transfer t;

	ask_script(&t, &s, (struct msrp_file_transfer_options){ 0 }, "");
	send_chunk(&t, &s, "m001", "6-10/10", "56789", '$');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 1);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	send_chunk(&t, &s, "m001", "1-5/10", "01234", '+');
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert(!t.to.complete);
	ck_assert_int_eq(t.to.failed, MSRP_ERROR_MISMATCH);
	done_with_script(&t, &s);
}
END_TEST

static const struct {
	const char *attributes; /* of the answer, besides the file */
	const char *range;
	const char *body;
} rests[] = {
	{ "a=file-range:5-*\r\n", "1-6/6", "456789" },
	{ "a=file-range:5-10\r\n", "1-6/6", "456789" },
	/* It does not know ranges. */
	{ "", "1-10/10", "0123456789" },
	/* It knows them in the answer only. */
	{ "a=file-range:5-*\r\n", "1-10/10", "0123456789" },
};

START_TEST(rest_is_taken_as_it_comes)
{
	struct script s;
	struct transfer t;
	char attributes[256];

	snprintf(attributes, sizeof(attributes), DIGITS_FILE "%s", rests[_i].attributes);
	ask_script(&t, &s, (struct msrp_file_transfer_options){ .have = 4 }, attributes);
	send_chunk(&t, &s, "m001", rests[_i].range, rests[_i].body, '$');
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	assert_digits(&t);
	done_with_script(&t, &s);
}
END_TEST

static const struct {
	const char *range;
	const char *body;
	char flag;
	uint64_t have;
	uint64_t max_size;
	int err;
	unsigned status;
} failures[] = {
	{ "1-10/10", "0123456788", '$', 0, 0, MSRP_ERROR_MISMATCH, 413 },
	{ "1-9/9", "012345678", '$', 0, 0, MSRP_ERROR_MISMATCH, 413 },
	{ "1-11/11", "0123456789a", '$', 0, 0, 0, 413 },
	{ "1-*/*", "0123456789a", '$', 0, 0, MSRP_ERROR_ABORTED, 413 },
	{ "1-10/10", "0123456789", '$', 0, 9, 0, 413 },
	{ "1-5/10", "01234", '#', 0, 0, MSRP_ERROR_ABORTED, 200 },
	/* The part from an earlier time belongs to another file. */
	{ "1-6/6", "45678x", '$', 4, 0, MSRP_ERROR_MISMATCH, 413 },
};

/* RFC 5547 8.2.2. */
START_TEST(what_is_not_the_announced_file_is_a_failure)
{
	struct msrp_file_transfer_options wanted = {
		.have = failures[_i].have,
		.max_size = failures[_i].max_size,
	};
	struct script s;
	struct transfer t;

	ask_script(&t, &s, wanted, wanted.have ? DIGITS_FILE "a=file-range:5-*\r\n" : DIGITS_FILE);
	send_chunk(&t, &s, "m001", failures[_i].range, failures[_i].body, failures[_i].flag);
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 1);
	ck_assert_uint_eq(s.status, failures[_i].status);
	if (!failures[_i].err) /* refused from the start: the sender may try something else */
		msrp_file_transfer_end(t.to.transfer);
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	ck_assert_int_eq(t.to.failed, failures[_i].err);
	done_with_script(&t, &s);
}
END_TEST

/* RFC 5547 8.7. */
START_TEST(session_carries_one_file_and_nothing_else)
{
	struct script s;
	struct transfer t;

	ask_script(&t, &s, (struct msrp_file_transfer_options){ 0 }, DIGITS_FILE);
	send_chunk(&t, &s, "m001", "1-5/10", "01234", '+');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 1);
	send_chunk(&t, &s, "m002", "1-2/2", "hi", '$');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 2);
	ck_assert_uint_eq(s.status, 403);
	send_chunk(&t, &s, "m001", "6-10/10", "56789", '$');
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	assert_digits(&t);
	done_with_script(&t, &s);
}
END_TEST

/* RFC 5547 8.4, figure 5: in a chunk, or between two. */
START_TEST(receiver_that_stops_answers_413)
{
	struct script s;
	struct transfer t;

	ask_script(&t, &s, (struct msrp_file_transfer_options){ 0 }, DIGITS_FILE);
	send_chunk(&t, &s, "m001", "1-5/10", "01234", '+');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 1);
	msrp_file_transfer_end(t.to.transfer);
	ck_assert(!t.to.ended);
	send_chunk(&t, &s, "m001", "6-10/10", "56789", '$');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 2);
	ck_assert_uint_eq(s.status, 413);
	net_conn_close(s.net);
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	ck_assert(!t.to.failed && !t.to.complete);
	done_with_script(&t, &s);
}
END_TEST

START_TEST(lost_connection_is_a_failure)
{
	struct script s;
	struct transfer t;

	ask_script(&t, &s, (struct msrp_file_transfer_options){ 0 }, DIGITS_FILE);
	send_chunk(&t, &s, "m001", "1-5/10", "01234", '+');
	PAIR_RUN_UNTIL(&t.pair, s.n_responses == 1);
	net_conn_close(s.net);
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	ck_assert(t.to.failed && !t.to.complete);
	done_with_script(&t, &s);
}
END_TEST

static const struct {
	const char *attributes;
	int err;
} answers[] = {
	{ "a=file-selector:size:10\r\na=file-range:6-*\r\n", -ERANGE },
	{ "a=file-selector:size:3\r\na=file-range:5-*\r\n", -ERANGE },
	/* Less than the rest, which nobody could verify. */
	{ "a=file-selector:size:10\r\na=file-range:5-8\r\n", -ERANGE },
	{ "a=file-selector:name:\"other\"\r\n", MSRP_ERROR_MISMATCH },
};

START_TEST(answer_that_does_not_fit_is_a_failure)
{
	struct msrp_file_transfer_options wanted = { .have = 4, .file = { .name = "wanted" } };
	struct script s;
	struct transfer t;

	ask_script(&t, &s, wanted, answers[_i].attributes);
	PAIR_RUN_UNTIL(&t.pair, t.to.ended);
	ck_assert_int_eq(t.to.failed, answers[_i].err);
	done_with_script(&t, &s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/file_receive");
	TCase *tcase = tcase_create("file_receive");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, chunks_may_overtake_each_other);
	tcase_add_loop_test(tcase, report_says_what_the_hash_says, 0, 2);
	tcase_add_test(tcase, what_comes_again_replaces_nothing);
	tcase_add_loop_test(tcase, file_ends_where_it_ends, 0, 2);
	tcase_add_test(tcase, part_has_no_hash);
	tcase_add_test(tcase, hash_of_less_than_the_file_is_none);
	tcase_add_loop_test(tcase, rest_is_taken_as_it_comes, 0, SUPPORT_COUNT(rests));
	tcase_add_loop_test(tcase, what_is_not_the_announced_file_is_a_failure, 0,
			    SUPPORT_COUNT(failures));
	tcase_add_test(tcase, session_carries_one_file_and_nothing_else);
	tcase_add_test(tcase, receiver_that_stops_answers_413);
	tcase_add_test(tcase, lost_connection_is_a_failure);
	tcase_add_loop_test(tcase, answer_that_does_not_fit_is_a_failure, 0,
			    SUPPORT_COUNT(answers));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
