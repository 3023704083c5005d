/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/call.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

/*
 * A session that is called by a scripted endpoint, which sends it chunks; a receiver gathers them.
 */
struct world {
	struct call call;
	struct msrp_receiver_options options;
	struct msrp_receiver *receiver;
	struct msrp_session *session;
	FILE *file; /* NULL: to memory */
	int open_result;

	uint64_t have; /* octets that are in the file */
	size_t n_opened;
	size_t n_whole;
	size_t n_aborted;
	bool frees;	/* frees everything inside open() */
	int refusal;	/* of a whole message */
	struct buf got; /* of the last whole one in memory */
	uint64_t size;
	char type[64];
	bool closed;
};

static int on_open(void *arg, struct msrp_incoming *message, int *ret_fd)
{
	struct world *w = arg;

	w->n_opened++;
	if (w->frees) {
		w->session = msrp_session_free(w->session);
		w->receiver = msrp_receiver_free(w->receiver);
	}
	message->have = w->have;
	if (w->file)
		*ret_fd = fileno(w->file);
	return w->open_result;
}

static int on_received(void *arg, const struct msrp_received *message)
{
	struct world *w = arg;

	w->n_whole += !message->aborted;
	w->n_aborted += message->aborted;
	w->size = message->size;
	snprintf(w->type, sizeof(w->type), "%s", message->content_type);
	ck_assert_int_eq(message->fd, w->file ? fileno(w->file) : -1);
	if (!message->bytes)
		return 0;
	ck_assert(!message->aborted && !w->file);
	ck_assert_uint_eq(message->bytes[message->size], 0);
	buf_clear(&w->got);
	buf_add(&w->got, message->bytes, message->size);
	return w->refusal;
}

/* For tests without memory, where assertions must not allocate. */
static int count_received(void *arg, const struct msrp_received *message)
{
	struct world *w = arg;

	w->n_whole += !message->aborted;
	w->n_aborted += message->aborted;
	return 0;
}

static void on_closed(void *arg, int err, const char *why)
{
	struct world *w = arg;

	w->closed = true;
}

static int on_nickname(void *arg, const char *nickname)
{
	return strcmp(nickname, "al") == 0 ? 425 : 200;
}

static void on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct world *w = arg;

	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(msrp_receiver_new(&w->options, &w->receiver), 0);
	ck_assert_int_eq(msrp_receiver_session_new(w->receiver, transport, NULL, &w->session), 0);
}

/* Keeps W->options; fills in the rest. */
static void world_start(struct world *w)
{
	w->options.open = on_open;
	if (!w->options.received)
		w->options.received = on_received;
	w->options.closed = on_closed;
	w->options.nickname = on_nickname;
	w->options.arg = w;
	call_start(&w->call, NULL, on_completed, w);
	PAIR_RUN_UNTIL(&w->call.pair, w->session);
}

static void world_done(struct world *w)
{
	w->session = msrp_session_free(w->session);
	w->receiver = msrp_receiver_free(w->receiver);
	buf_done(&w->got);
	call_done(&w->call);
}

static void write_chunk(struct world *w, const char *range, const char *body, char flag)
{
	char headers[256];

	snprintf(headers, sizeof(headers),
		 "Message-ID: m1xx\r\nByte-Range: %s\r\nContent-Type: text/x\r\n", range);
	call_request(&w->call, "SEND", headers, body, flag);
}

/* Sends a chunk, and waits for its answer. */
static unsigned send_chunk(struct world *w, const char *range, const char *body, char flag)
{
	size_t before = w->call.script.n_responses;

	write_chunk(w, range, body, flag);
	PAIR_RUN_UNTIL(&w->call.pair, w->call.script.n_responses > before);
	return w->call.script.status;
}

/* "hello, world" in chunks, in possible orders. */
static const struct {
	const char *what;
	struct {
		const char *range;
		const char *body;
		char flag;
	} chunk[5];
} orders[] = {
	{ "one chunk", { { "1-12/12", "hello, world", '$' } } },
	{ "in order", { { "1-5/12", "hello", '+' }, { "6-12/12", ", world", '$' } } },
	{ "the last first", { { "6-12/12", ", world", '$' }, { "1-5/12", "hello", '+' } } },
	{ "the middle last",
	  { { "9-12/12", "orld", '$' }, { "1-4/12", "hell", '+' }, { "5-8/12", "o, w", '+' } } },
	{ "with overlaps",
	  { { "4-9/12", "lo, wo", '+' },
	    { "1-7/12", "hello, ", '+' },
	    { "4-9/12", "lo, wo", '+' },
	    { "8-12/12", "world", '$' } } },
	{ "length known at the end", { { "1-*/*", "hello, ", '+' }, { "8-*/*", "world", '$' } } },
};

START_TEST(chunks_become_a_message)
{
	struct world w = { 0 };
	char text[16] = "";
	int in_file = _i % 2;
	size_t which = (size_t)_i / 2;

	w.file = in_file ? tmpfile() : NULL;
	world_start(&w);
	for (size_t i = 0; i < 5 && orders[which].chunk[i].range; i++) {
		ck_assert_uint_eq(w.n_whole, 0);
		ck_assert_uint_eq(send_chunk(&w, orders[which].chunk[i].range,
					     orders[which].chunk[i].body,
					     orders[which].chunk[i].flag),
				  200);
	}
	ck_assert_msg(w.n_whole == 1, "%s", orders[which].what);
	ck_assert_uint_eq(w.size, 12);
	ck_assert_str_eq(w.type, "text/x");
	if (in_file)
		ck_assert_int_eq(pread(fileno(w.file), text, sizeof(text), 0), 12);
	else
		memcpy(text, buf_data(&w.got), w.got.len);
	ck_assert_str_eq(text, "hello, world");
	if (in_file)
		fclose(w.file);
	world_done(&w);
}
END_TEST

START_TEST(empty_message_is_whole)
{
	struct world w = { 0 };

	world_start(&w);
	ck_assert_uint_eq(send_chunk(&w, "1-0/0", "", '$'), 200);
	ck_assert_uint_eq(w.n_whole, 1);
	ck_assert_uint_eq(w.size, 0);
	world_done(&w);
}
END_TEST

START_TEST(aborted_message_is_told_as_such)
{
	struct world w = { 0 };

	world_start(&w);
	send_chunk(&w, "1-5/12", "hello", '+');
	ck_assert_uint_eq(send_chunk(&w, "6-8/12", ", w", '#'), 200);
	ck_assert_uint_eq(w.n_whole, 0);
	ck_assert_uint_eq(w.n_aborted, 1);
	ck_assert_uint_eq(w.size, 8);
	world_done(&w);
}
END_TEST

START_TEST(end_of_the_session_aborts_a_message)
{
	struct world w = { 0 };

	world_start(&w);
	send_chunk(&w, "1-5/12", "hello", '+');
	net_conn_close(w.call.script.net);
	PAIR_RUN_UNTIL(&w.call.pair, w.closed);
	ck_assert_uint_eq(w.n_aborted, 1);
	world_done(&w);
}
END_TEST

START_TEST(forgotten_message_is_not_told)
{
	struct world w = { 0 };

	world_start(&w);
	send_chunk(&w, "1-5/12", "hello", '+');
	world_done(&w);
	ck_assert_uint_eq(w.n_aborted + w.n_whole, 0);
}
END_TEST

static const struct {
	const char *what;
	uint64_t max_size;
	size_t max_memory;
	const char *first; /* range of a first chunk of five octets; NULL: none */
	const char *range; /* of five octets */
	unsigned want;
	size_t n_aborted;
} sizes[] = {
	{ "just as much as may be", 12, 0, NULL, "8-12/12", 200, 0 },
	{ "more, and says so", 11, 0, NULL, "8-12/12", 413, 0 },
	{ "more, and says so late", 11, 0, "1-5/*", "8-12/12", 413, 1 },
	{ "more, and does not say so", 11, 0, NULL, "8-*/*", 413, 1 },
	{ "more than is sensible", 0, 0, NULL, "1048573-1048577/1048577", 413, 0 },
	{ "as much as is sensible", 0, 0, NULL, "1048572-1048576/1048576", 200, 0 },
	{ "all the memory", 0, 13, NULL, "8-12/12", 200, 0 },
	{ "more than all the memory", 0, 12, NULL, "8-12/12", 413, 1 },
	{ "from the end of the world", 0, 0, NULL, "18446744073709551611-*/*", 413, 1 },
};

START_TEST(size_has_a_limit)
{
	struct world w = { 0 };

	w.options.max_size = sizes[_i].max_size;
	w.options.max_memory = sizes[_i].max_memory;
	world_start(&w);
	if (sizes[_i].first)
		ck_assert_uint_eq(send_chunk(&w, sizes[_i].first, "hello", '+'), 200);
	ck_assert_msg(send_chunk(&w, sizes[_i].range, "hello", '+') == sizes[_i].want, "%s: %u",
		      sizes[_i].what, w.call.script.status);
	ck_assert_uint_eq(w.n_aborted, sizes[_i].n_aborted);
	world_done(&w);
}
END_TEST

START_TEST(message_can_be_refused_at_its_beginning)
{
	struct world w = { .open_result = 403 };

	world_start(&w);
	ck_assert_uint_eq(send_chunk(&w, "1-5/12", "hello", '+'), 403);
	ck_assert_uint_eq(w.n_aborted + w.n_whole, 0);
	world_done(&w);
}
END_TEST

/* A file that another session has begun. In memory there is nothing to continue. */
START_TEST(file_goes_on_from_what_there_is)
{
	struct world w = { .file = _i ? tmpfile() : NULL, .have = 5 };
	char text[16] = "";

	if (_i)
		ck_assert_int_eq(pwrite(fileno(w.file), "hello", 5, 0), 5);
	world_start(&w);
	ck_assert_uint_eq(send_chunk(&w, "6-12/12", ", world", '$'), 200);
	ck_assert_uint_eq(w.n_whole, _i);
	if (_i) {
		ck_assert_uint_eq(w.size, 12);
		ck_assert_int_eq(pread(fileno(w.file), text, sizeof(text), 0), 12);
		ck_assert_str_eq(text, "hello, world");
	}
	world_done(&w);
	if (_i)
		fclose(w.file);
}
END_TEST

START_TEST(file_that_has_become_shorter_does_not_go_on)
{
	struct world w = { .file = tmpfile(), .have = 5 };

	world_start(&w);
	ck_assert_uint_eq(send_chunk(&w, "1-3/3", "bye", '$'), 400);
	ck_assert_uint_eq(w.n_whole, 0);
	ck_assert_uint_eq(w.n_aborted, 1);
	fclose(w.file);
	world_done(&w);
}
END_TEST

START_TEST(whole_message_can_be_refused)
{
	struct world w = { .refusal = 415 };

	world_start(&w);
	ck_assert_uint_eq(send_chunk(&w, "1-5/5", "hello", '$'), 415);
	ck_assert_uint_eq(w.n_whole, 1);
	w.refusal = 0;
	ck_assert_uint_eq(send_chunk(&w, "1-5/5", "there", '$'), 200);
	ck_assert_uint_eq(w.n_whole, 2);
	world_done(&w);
}
END_TEST

START_TEST(receiver_may_be_freed_in_open)
{
	struct world w = { .frees = true, .open_result = _i ? 403 : 0 };

	world_start(&w);
	write_chunk(&w, "1-5/5", "hello", '$');
	PAIR_RUN_UNTIL(&w.call.pair, !w.call.script.net);
	ck_assert_uint_eq(w.n_opened, 1);
	ck_assert_uint_eq(w.n_whole + w.n_aborted, 0);
	world_done(&w);
}
END_TEST

/* A user who has opened a file must get a callback, or it stays open. */
START_TEST(opened_file_is_told_when_memory_runs_out)
{
	bool struck = true;

	for (size_t n = 0; struck; n++) {
		struct world w = { .options.received = count_received, .file = tmpfile() };
		size_t before;

		world_start(&w);
		before = w.call.script.n_responses;
		write_chunk(&w, "1-5/5", "hello", '$');
		support_oom_start(n, false);
		PAIR_RUN_UNTIL(&w.call.pair, w.closed || w.n_whole + w.n_aborted > 0 ||
						 w.call.script.n_responses > before);
		struck = support_oom_struck();
		support_oom_stop();
		ck_assert_uint_eq(w.n_whole + w.n_aborted, w.n_opened);
		ck_assert(struck || w.n_whole == 1);
		fclose(w.file);
		world_done(&w);
	}
}
END_TEST

START_TEST(nicknames_are_asked_for)
{
	struct world w = { 0 };

	world_start(&w);
	call_request(&w.call, "NICKNAME", "Use-Nickname: \"al\"\r\n", NULL, '$');
	PAIR_RUN_UNTIL(&w.call.pair, w.call.script.n_responses > 0);
	ck_assert_uint_eq(w.call.script.status, 425);
	world_done(&w);
}
END_TEST

START_TEST(file_that_cannot_be_written_stops_the_sender)
{
	struct world w = { 0 };

	w.file = fopen("/dev/full", "w");
	world_start(&w);
	ck_assert_uint_eq(send_chunk(&w, "1-5/12", "hello", '+'), 413);
	ck_assert_uint_eq(w.n_aborted, 1);
	fclose(w.file);
	world_done(&w);
}
END_TEST

START_TEST(receiver_needs_somebody_to_tell)
{
	struct msrp_receiver_options options = { .received = on_received };
	struct msrp_receiver *r = NULL;

	ck_assert_int_eq(msrp_receiver_new(NULL, &r), -EINVAL);
	ck_assert_int_eq(msrp_receiver_new(&options, &r), -EINVAL);
	ck_assert_ptr_null(msrp_receiver_free(r));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/receiver");
	TCase *messages = tcase_create("messages");
	TCase *refusals = tcase_create("refusals");

	tcase_add_loop_test(messages, chunks_become_a_message, 0, 2 * SUPPORT_COUNT(orders));
	tcase_add_test(messages, empty_message_is_whole);
	tcase_add_loop_test(messages, file_goes_on_from_what_there_is, 0, 2);
	tcase_add_test(messages, file_that_has_become_shorter_does_not_go_on);
	tcase_add_test(messages, aborted_message_is_told_as_such);
	tcase_add_test(messages, end_of_the_session_aborts_a_message);
	tcase_add_test(messages, forgotten_message_is_not_told);
	suite_add_tcase(suite, messages);

	tcase_add_loop_test(refusals, size_has_a_limit, 0, SUPPORT_COUNT(sizes));
	tcase_add_test(refusals, message_can_be_refused_at_its_beginning);
	tcase_add_test(refusals, whole_message_can_be_refused);
	tcase_add_loop_test(refusals, receiver_may_be_freed_in_open, 0, 2);
	tcase_add_test(refusals, opened_file_is_told_when_memory_runs_out);
	tcase_add_test(refusals, nicknames_are_asked_for);
	tcase_add_test(refusals, file_that_cannot_be_written_stops_the_sender);
	tcase_add_test(refusals, receiver_needs_somebody_to_tell);
	tcase_set_timeout(refusals, 60); /* as many turns as there are allocations */
	suite_add_tcase(suite, refusals);
	return support_run(suite);
}
