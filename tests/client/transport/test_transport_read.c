/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/raw.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

#define HELLO "Content-Type: text/plain\r\n\r\nhello\r\n"

static void expect_in(const struct raw *r, const char *want)
{
	expect_slice(buf_slice(&r->in), want);
}

START_TEST(every_message_is_read_as_it_comes)
{
	static const char response[] = "MSRP gggg 200\r\nTo-Path: msrp://a/b;tcp\r\n"
				       "From-Path: msrp://a/c;tcp\r\n-------gggg$\r\n";
	struct raw_world w;

	raw_world_init(&w);
	raw_world_send(&w, "aaaa", "SEND", "Message-ID: m1xx\r\nByte-Range: 1-5/5\r\n" HELLO, '$');
	raw_world_send(&w, "bbbb", "SEND", "Message-ID: m2xx\r\n", '#');
	raw_world_send(&w, "cccc", "REPORT", "Message-ID: m1xx\r\nStatus: 000 200 OK\r\n", '$');
	raw_world_send(&w, "dddd", "NICKNAME", "Use-Nickname: \"al\"\r\n", '$');
	raw_world_send(&w, "eeee", "PING", "X-Y: z\r\n" HELLO, '$');
	raw_world_send(&w, "ffff", "481 No", "", '$');
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 6);
	ck_assert_str_eq(w.raw.log, "SEND 1-5/5 $0.\nSEND - #0.\nREPORT - $0.\nNICKNAME - $0.\n"
				    "PING - $0.\n481 - $0.\n");
	expect_in(&w.raw, "hellohello");
	/* The library has answered none of them: this is the first answer. */
	ck_assert_int_eq(
	    msrp_transport_write(w.raw.transport, response, strlen(response), NULL, NULL), 0);
	PAIR_RUN_UNTIL(&w.pair, w.script.n_responses);
	ck_assert_str_eq(w.last, "200|msrp://a/b;tcp|msrp://a/c;tcp");
	raw_world_done(&w);
}
END_TEST

/* N octets of data, from the alphabet. */
static char *make_send(const char *range, size_t n, char flag)
{
	size_t size = n + 512;
	char *text = malloc(size);
	int at = snprintf(text, size,
			  "MSRP long SEND\r\nTo-Path: " RAW_PATH
			  "\r\nFrom-Path: msrp://127.0.0.1:1/r3m0te;tcp\r\nMessage-ID: m1xx\r\n"
			  "%sContent-Type: a/b\r\n\r\n",
			  range);

	for (size_t i = 0; i < n; i++)
		text[at++] = (char)('a' + i % 26);
	snprintf(text + at, size - (size_t)at, "\r\n-------long%c\r\n", flag);
	return text;
}

START_TEST(chunk_too_long_for_memory_is_answered_413_and_passed_over)
{
	char *text = make_send("Byte-Range: 1-*/*\r\n", 3 * MSRP_READ_MAX, '$');
	struct raw_world w;

	raw_world_init(&w);
	w.raw.n_wanted = 1;
	script_send(&w.script, text);
	raw_world_send(&w, "zzzz", "SEND", HELLO, '$');
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1);
	ck_assert_str_eq(w.raw.log, "SEND - $0.\n");
	PAIR_RUN_UNTIL(&w.pair, w.script.n_responses == 1);
	ck_assert_uint_eq(w.script.status, 413);
	raw_world_done(&w);
	free(text);
}
END_TEST

START_TEST(chunk_of_the_greatest_length_is_read_whole)
{
	char *text = make_send("Byte-Range: 1-*/*\r\n", MSRP_READ_MAX, '+');
	struct raw_world w;

	raw_world_init(&w);
	script_send(&w.script, text);
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1);
	ck_assert_str_eq(w.raw.log, "SEND 1-*/* +0.\n");
	ck_assert_uint_eq(w.raw.in.len, MSRP_READ_MAX);
	raw_world_done(&w);
	free(text);
}
END_TEST

/* Checks that each part continues the previous one. */
static void on_part(struct raw *r, struct msrp_chunk *chunk)
{
	struct msrp_byte_range range = { 0 };
	bool last = msrp_chunk_ends(chunk);

	ck_assert(msrp_chunk_byte_range(chunk, &range));
	ck_assert_uint_eq(range.start, 1001 + r->in.len - msrp_chunk_size(chunk));
	ck_assert_uint_eq(range.end, range.start + msrp_chunk_size(chunk) - 1);
	ck_assert_uint_eq(range.length, 1000000);
	ck_assert_uint_eq(msrp_chunk_segment(chunk), r->n);
	ck_assert_str_eq(msrp_chunk_message_id(chunk), "m1xx");
	ck_assert_str_eq(msrp_chunk_content_type(chunk), "a/b");
	ck_assert_str_eq(msrp_chunk_transaction_id(chunk), "long");
	ck_assert(last || msrp_chunk_size(chunk) > r->size);
	ck_assert_int_eq(msrp_chunk_contflag(chunk), last ? *(const char *)r->data : '+');
	if (last)
		r->n_wanted = r->n;
}

static const char flags[] = { '$', '+', '#' };

START_TEST(long_chunk_is_read_in_parts_with_ranges_of_their_own)
{
	const size_t len = 300000;
	char *text = make_send("Byte-Range: 1001-*/1000000\r\n", len, flags[_i]);
	struct raw_world w;
	char flag = flags[_i];

	raw_world_init(&w);
	/* The read under way is for whole chunks. */
	raw_world_send(&w, "aaaa", "SEND", HELLO, '$');
	w.raw.n_wanted = 1;
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1);
	w.raw.n = 0;
	w.raw.n_wanted = SIZE_MAX;
	w.raw.size = 10000;
	w.raw.on_chunk = on_part;
	w.raw.data = &flag;
	buf_clear(&w.raw.in);
	raw_read(&w.raw);
	script_send(&w.script, text);
	PAIR_RUN_UNTIL(&w.pair, w.raw.n_wanted == w.raw.n);
	ck_assert_uint_gt(w.raw.n, 3);
	ck_assert_uint_eq(w.raw.in.len, len);
	for (size_t i = 0; i < len; i++)
		ck_assert_int_eq(buf_data(&w.raw.in)[i], 'a' + i % 26);
	raw_world_done(&w);
	free(text);
}
END_TEST

/* From the second part on no size is given: there are parts nevertheless. */
static void ask_for_whole(struct raw *r, struct msrp_chunk *chunk)
{
	r->size = MSRP_READ_WHOLE;
	if (msrp_chunk_ends(chunk))
		r->n_wanted = r->n;
}

START_TEST(chunk_of_which_a_part_was_read_is_never_refused)
{
	const size_t len = 3 * MSRP_READ_MAX;
	char *text = make_send("Byte-Range: 1-*/*\r\n", len, '$');
	struct raw_world w;

	raw_world_init(&w);
	w.raw.n_wanted = 1;
	raw_world_send(&w, "aaaa", "SEND", HELLO, '$');
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1);
	w.raw.n_wanted = SIZE_MAX;
	w.raw.size = 10;
	w.raw.on_chunk = ask_for_whole;
	buf_clear(&w.raw.in);
	raw_read(&w.raw);
	script_send(&w.script, text);
	PAIR_RUN_UNTIL(&w.pair, w.raw.n_wanted == w.raw.n);
	ck_assert_uint_eq(w.raw.n, 5);
	ck_assert_uint_eq(w.raw.in.len, len);
	raw_world_done(&w);
	free(text);
}
END_TEST

#define HEAD(range)                                                                                \
	"MSRP ssss SEND\r\nTo-Path: " RAW_PATH "\r\nFrom-Path: msrp://127.0.0.1:1/r3m0te;tcp\r\n"  \
	"Message-ID: m1xx\r\n" range "Content-Type: a/b\r\n\r\n"

START_TEST(size_of_nothing_reads_what_there_is)
{
	struct raw_world w;

	raw_world_init(&w);
	w.raw.n_wanted = 1;
	raw_world_send(&w, "aaaa", "SEND", HELLO, '$');
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1);
	w.raw.log[0] = '\0';
	w.raw.size = 0;
	w.raw.n_wanted = 5;
	raw_read(&w.raw);
	script_send(&w.script, HEAD("") "ab");
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 2);
	ck_assert_str_eq(w.raw.log, "SEND 1-2/* +1\n");
	script_send(&w.script, "cde\r\n--");
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 3);
	script_send(&w.script, "-----ssss$\r\n" HEAD("") "\r\n-------ssss$\r\n");
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 5);
	ck_assert_str_eq(w.raw.log, "SEND 1-2/* +1\nSEND 3-5/* +2\nSEND 6-5/* $3.\nSEND - $0.\n");
	expect_in(&w.raw, "helloabcde");
	raw_world_done(&w);
}
END_TEST

/* A sender may claim impossible ranges. */
static const struct {
	const char *range;
	const char *want;
} ranges[] = {
	{ "Byte-Range: 18446744073709551614-*/*\r\n",
	  "SEND 18446744073709551614-*/* +1\nSEND 1-3/* $2.\n" },
	{ "Byte-Range: 10-*/12\r\n", "SEND 10-12/12 +1\nSEND 13-15/12 $2.\n" },
	{ "Byte-Range: bad\r\n", "SEND 1-3/* +1\nSEND 4-6/* $2.\n" },
};

static void take_parts_of_100(struct raw *r, struct msrp_chunk *chunk)
{
	r->size = 100;
}

START_TEST(impossible_ranges_do_no_harm)
{
	char text[512];
	struct raw_world w;

	raw_world_init(&w);
	w.raw.n_wanted = 1;
	raw_world_send(&w, "aaaa", "SEND", "", '$');
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1);
	w.raw.log[0] = '\0';
	w.raw.size = 0;
	w.raw.n_wanted = 3;
	w.raw.on_chunk = take_parts_of_100;
	raw_read(&w.raw);
	snprintf(text, sizeof(text), HEAD("%s") "abc", ranges[_i].range);
	script_send(&w.script, text);
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 2);
	script_send(&w.script, "def\r\n-------ssss$\r\n");
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 3);
	ck_assert_str_eq(w.raw.log, ranges[_i].want);
	raw_world_done(&w);
}
END_TEST

START_TEST(chunks_wait_until_they_are_read)
{
	struct raw_world w;

	raw_world_init(&w);
	w.raw.n_wanted = 1;
	for (char id = 'a'; id <= 'j'; id++)
		raw_world_send(&w, (char[]){ id, id, id, id, '\0' }, "SEND", HELLO, '$');
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1);
	while (w.raw.n < 10) {
		w.raw.n_wanted++;
		raw_read(&w.raw);
		ck_assert_uint_lt(w.raw.n, w.raw.n_wanted); /* not before it has returned */
		PAIR_RUN_UNTIL(&w.pair, w.raw.n == w.raw.n_wanted);
	}
	ck_assert_uint_eq(w.raw.in.len, 50);
	raw_world_done(&w);
}
END_TEST

/* Twelve megabytes are more than a socket buffers. */
static void fill(struct raw *from, size_t n)
{
	uint8_t *data = calloc(1, MSRP_READ_MAX);
	struct msrp_make_chunk_options options = {
		.data = data,
		.len = MSRP_READ_MAX,
		.content_type = "a/b",
	};
	struct msrp_chunk *chunk;

	for (size_t i = 0; i < n; i++) {
		ck_assert_int_eq(msrp_transport_make_chunk(from->transport, &options, &chunk), 0);
		ck_assert_int_eq(msrp_transport_write_chunk(from->transport, chunk,
							    i == n - 1 ? raw_on_written : NULL,
							    from),
				 0);
		msrp_chunk_free(chunk);
	}
	free(data);
}

START_TEST(sender_is_slowed_down_while_nobody_reads)
{
	struct raw_pair p;

	raw_pair_init(&p, _i);
	p.callee.n_wanted = 1;
	raw_pair_connect(&p, _i);
	fill(&p.caller, 14);
	PAIR_RUN_UNTIL(&p.pair, p.callee.n == 1);
	for (int i = 0; i < 100; i++)
		uv_run(&p.pair.loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(p.caller.n_written, 0);
	ck_assert_uint_eq(p.callee.n, 1);
	p.callee.n_wanted = SIZE_MAX;
	raw_read(&p.callee);
	PAIR_RUN_UNTIL(&p.pair, p.callee.n == 14 && p.caller.n_written);
	ck_assert_int_eq(p.caller.written_err, 0);
	raw_pair_done(&p);
}
END_TEST

START_TEST(both_may_write_more_than_fits_and_read_it)
{
	struct raw_pair p;

	raw_pair_init(&p, _i);
	raw_pair_connect(&p, _i);
	fill(&p.caller, 14);
	fill(&p.callee, 14);
	PAIR_RUN_UNTIL(&p.pair, p.callee.n == 14 && p.caller.n == 14);
	raw_pair_done(&p);
}
END_TEST

/* ---- the SEND that binds ---- */

static int connect_to(const char *path)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((uint16_t)atoi(strrchr(path, ':') + 1));
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

START_TEST(what_the_send_that_binds_brings_is_read)
{
	char text[512];
	struct raw_pair p;
	int fd, len;

	raw_pair_init(&p, WITH_TCP);
	ck_assert_int_eq(msrp_acceptor_direct_new(p.pair.context, &p.pair.callee.connector), 0);
	msrp_connector_prepare(p.pair.callee.connector,
			       &(struct msrp_local_uri){ .host = "127.0.0.1" }, side_on_prepared,
			       &p.pair.callee);
	PAIR_RUN_UNTIL(&p.pair, p.pair.callee.path);
	msrp_connector_complete(p.pair.callee.connector, "msrp://127.0.0.1:1/r3m0te;tcp",
				raw_on_completed, &p.callee);
	fd = connect_to(p.pair.callee.path);
	len =
	    snprintf(text, sizeof(text),
		     "MSRP aaaa SEND\r\nTo-Path: %s\r\nFrom-Path: msrp://127.0.0.1:1/r3m0te;tcp\r\n"
		     "Message-ID: m1xx\r\n" HELLO "-------aaaa$\r\n",
		     p.pair.callee.path);
	ck_assert_int_eq(write(fd, text, (size_t)len), len);
	PAIR_RUN_UNTIL(&p.pair, p.callee.n == 1);
	expect_in(&p.callee, "hello");
	close(fd);
	PAIR_RUN_UNTIL(&p.pair, p.callee.ended);
	raw_pair_done(&p);
}
END_TEST

/* ---- out of memory ---- */

START_TEST(without_memory_the_transport_is_closed)
{
	bool struck = true;

	for (size_t n = 0; struck; n++) {
		char *text = make_send("", 200, '$');
		struct raw_world w;

		raw_world_init(&w);
		w.raw.size = 20;
		raw_world_send(&w, "aaaa", "SEND", "Message-ID: m1xx\r\n", '$');
		PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1);
		script_send(&w.script, text);
		while (!w.raw.ended && !strchr(strchr(w.raw.log, '\n') + 1, '.')) {
			support_oom_start(n, false);
			uv_run(&w.pair.loop, UV_RUN_NOWAIT);
			struck = support_oom_struck();
			support_oom_stop();
			if (struck)
				break;
		}
		PAIR_RUN_UNTIL(&w.pair, w.raw.ended || strchr(strchr(w.raw.log, '\n') + 1, '.'));
		if (w.raw.ended)
			ck_assert(struck);
		raw_world_done(&w);
		free(text);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/transport_read");
	TCase *reading = tcase_create("reading");
	TCase *end = tcase_create("end");

	tcase_set_timeout(reading, 60);
	tcase_add_test(reading, every_message_is_read_as_it_comes);
	tcase_add_test(reading, chunk_too_long_for_memory_is_answered_413_and_passed_over);
	tcase_add_test(reading, chunk_of_the_greatest_length_is_read_whole);
	tcase_add_loop_test(reading, long_chunk_is_read_in_parts_with_ranges_of_their_own, 0,
			    SUPPORT_COUNT(flags));
	tcase_add_test(reading, chunk_of_which_a_part_was_read_is_never_refused);
	tcase_add_test(reading, size_of_nothing_reads_what_there_is);
	tcase_add_loop_test(reading, impossible_ranges_do_no_harm, 0, SUPPORT_COUNT(ranges));
	tcase_add_test(reading, chunks_wait_until_they_are_read);
	tcase_add_loop_test(reading, sender_is_slowed_down_while_nobody_reads, 0, N_TRANSPORTS);
	tcase_add_loop_test(reading, both_may_write_more_than_fits_and_read_it, 0, N_TRANSPORTS);
	tcase_add_test(reading, what_the_send_that_binds_brings_is_read);
	suite_add_tcase(suite, reading);

	tcase_set_timeout(end, 60);
	tcase_add_test(end, without_memory_the_transport_is_closed);
	suite_add_tcase(suite, end);
	return support_run(suite);
}
