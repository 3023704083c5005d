/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <string.h>

#include "client/end.h"
#include "client/pair.h"
#include "support/run.h"
#include "support/sanitized.h"

/* Large amounts of traffic. */

/* ---- messages ---- */

enum { N_MESSAGES = SUPPORT_IS_SANITIZED ? 2000 : 10000 };

static void connect_ends(uv_loop_t *loop, struct end *caller, struct end *callee)
{
	ck_assert_int_eq(uv_loop_init(loop), 0);
	ck_assert_int_eq(end_init(caller, loop, NULL), 0);
	ck_assert_int_eq(end_init(callee, loop, NULL), 0);
	ck_assert_int_eq(end_prepare(callee, false), 0);
	ck_assert_int_eq(end_prepare(caller, true), 0);
	while (!caller->path[0] || !callee->path[0])
		uv_run(loop, UV_RUN_ONCE);
	ck_assert_int_eq(end_complete(callee, caller->path), 0);
	ck_assert_int_eq(end_complete(caller, callee->path), 0);
	while (!caller->session || !callee->session)
		uv_run(loop, UV_RUN_ONCE);
}

static void assert_all_came(const struct end *e)
{
	ck_assert_int_eq(e->err, 0);
	ck_assert_uint_eq(e->n_sent, N_MESSAGES);
	ck_assert_uint_eq(e->n_outcomes, N_MESSAGES);
	ck_assert_uint_eq(e->n_answered, N_MESSAGES);
	ck_assert_uint_eq(e->n_received, N_MESSAGES);
	ck_assert_uint_eq(e->n_wrong, 0);
}

static bool is_at_end(const struct end *e)
{
	return e->n_outcomes >= N_MESSAGES && e->n_received >= N_MESSAGES;
}

START_TEST(ten_thousand_messages_go_both_ways_at_once)
{
	struct end caller, callee;
	uv_loop_t loop;

	connect_ends(&loop, &caller, &callee);
	for (size_t i = 0; i < N_MESSAGES; i++) {
		ck_assert_int_eq(end_send(&caller), 0);
		ck_assert_int_eq(end_send(&callee), 0);
		uv_run(&loop, UV_RUN_NOWAIT);
	}
	while (!is_at_end(&caller) || !is_at_end(&callee))
		uv_run(&loop, UV_RUN_ONCE);
	assert_all_came(&caller);
	assert_all_came(&callee);
	end_done(&caller);
	end_done(&callee);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

/* ---- a file ---- */

enum {
	MIB = 1024 * 1024,
	PERIOD = 251, /* of the contents: no power of two, so that no two blocks are equal */
	FILE_SIZE = (SUPPORT_IS_SANITIZED ? 16 : 1024) * MIB,
	CHAT_EVERY = 16 * MIB,
};

/* A file that never was on a disk or in memory, and a chat beside it. */
struct transfer {
	struct pair pair;
	uint8_t pattern[2 * 64 * 1024 + PERIOD];
	uint64_t size;
	uint64_t received;
	uint64_t next_chat; /* after this much of the file, a message is sent */
	size_t n_said;
	size_t n_heard;
	size_t n_wrong;
	bool complete;
};

static struct transfer *transfer_of(void *side)
{
	return (struct transfer *)((struct side *)side)->pair; /* its first member */
}

static int read_pattern(void *arg, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len)
{
	struct transfer *t = arg;
	size_t len = size < 64 * 1024 ? size : 64 * 1024;

	memcpy(bytes, t->pattern + offset % PERIOD, len);
	*ret_len = len;
	return 0;
}

static bool is_chat(const struct msrp_incoming *message)
{
	return strcmp(message->content_type, "text/plain") == 0;
}

static int on_begin(void *arg, struct msrp_incoming *message)
{
	return 0;
}

static int on_data(void *arg, struct msrp_incoming *message, uint64_t offset, const uint8_t *bytes,
		   size_t len)
{
	struct transfer *t = transfer_of(arg);
	size_t at = 0;

	if (is_chat(message))
		return 0;
	t->n_wrong += offset != t->received;
	while (at < len) {
		size_t step = len - at < 64 * 1024 ? len - at : 64 * 1024;

		t->n_wrong += memcmp(bytes + at, t->pattern + (offset + at) % PERIOD, step) != 0;
		at += step;
	}
	t->received += len;
	if (t->received >= t->next_chat) {
		t->next_chat += CHAT_EVERY;
		t->n_said++;
		ck_assert_int_eq(msrp_session_send(t->pair.caller.session, "?", 1, NULL, NULL), 0);
		ck_assert_int_eq(msrp_session_send(t->pair.callee.session, "!", 1, NULL, NULL), 0);
	}
	return 0;
}

static int on_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct transfer *t = transfer_of(arg);

	if (message->complete && is_chat(message))
		t->n_heard++;
	else if (message->complete)
		t->complete = true;
	return 0;
}

static void on_closed(void *arg, int err, const char *why)
{
	ck_abort_msg("closed: %s", why);
}

static void on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	static const struct msrp_session_callbacks callbacks = {
		.begin = on_begin,
		.data = on_data,
		.end = on_end,
		.closed = on_closed,
	};
	struct side *s = arg;

	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(msrp_session_new(transport, NULL, &callbacks, s, &s->session), 0);
}

static void send_file(struct transfer *t)
{
	struct msrp_file_options options = {
		.send = side_options(&t->pair.caller),
		.read = read_pattern,
		.read_arg = t,
	};
	struct msrp_outgoing_file *file;

	options.send.success_report = true;
	ck_assert_int_eq(msrp_outgoing_file_new(-1, t->size, &options, &file), 0);
	ck_assert_int_eq(msrp_session_send_file(t->pair.caller.session, file), 0);
}

/* On one session: both sides chat during the transfer, and their messages arrive before its end. */
START_TEST(gigabyte_and_chat_share_a_session)
{
	static struct transfer t; /* too large for a stack */

	t = (struct transfer){ .size = FILE_SIZE, .next_chat = CHAT_EVERY / 4 };
	for (size_t i = 0; i < sizeof(t.pattern); i++)
		t.pattern[i] = (uint8_t)(i % PERIOD);
	pair_init(&t.pair, _i, NULL);
	t.pair.patience_ms = 300 * 1000;
	pair_connect_both_with(&t.pair, _i, on_completed, on_completed);
	send_file(&t);
	while (t.n_heard < 2)
		uv_run(&t.pair.loop, UV_RUN_ONCE);
	ck_assert(!t.complete);
	PAIR_RUN_UNTIL(&t.pair, t.pair.caller.n_delivered && t.n_heard == 2 * t.n_said);
	ck_assert_int_eq(t.pair.caller.response, 200);
	ck_assert_int_eq(t.pair.caller.delivered, 200);
	ck_assert_uint_eq(t.received, t.size);
	ck_assert_uint_eq(t.n_wrong, 0);
	ck_assert_uint_ge(t.n_said, t.size / CHAT_EVERY);
	pair_done(&t.pair);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/traffic");
	TCase *messages = tcase_create("messages");
	TCase *files = tcase_create("files");

	tcase_set_timeout(messages, 120);
	tcase_add_test(messages, ten_thousand_messages_go_both_ways_at_once);
	suite_add_tcase(suite, messages);

	tcase_set_timeout(files, 300);
	tcase_add_loop_test(files, gigabyte_and_chat_share_a_session, 0, N_TRANSPORTS);
	suite_add_tcase(suite, files);
	return support_run(suite);
}
