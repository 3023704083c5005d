/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/conn.h"
#include "msrp/lane.h"
#include "msrp/writer.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

/* Every scenario ends before this many allocations. */
enum { ALLOCATIONS_MAX = 200, BODY = 100000 };

static int ignore_head(void *arg, const struct msrp_message *m)
{
	return 0;
}

static int ignore_body(void *arg, const uint8_t *bytes, size_t len)
{
	return 0;
}

static int ignore_end(void *arg, char flag)
{
	return 0;
}

static const struct msrp_parser_user user = {
	.head = ignore_head,
	.body = ignore_body,
	.end = ignore_end,
};

static void fill_zero(void *arg, uint8_t *out, size_t len)
{
	memset(out, 0, len);
}

static struct msrp_piece *begin(struct msrp_flow *f, const char *id)
{
	return NULL;
}

static void sent(struct msrp_piece *p)
{
}

static void done(struct msrp_flow *f)
{
	msrp_flow_done(f);
	free(f);
}

static const struct msrp_flow_user flow_user = { .begin = begin, .sent = sent, .done = done };

/* Kept for later: check's own macros allocate, too. */
struct outcome {
	bool told;	   /* the one that ran out of memory said so */
	const char *wrong; /* NULL: nothing */
};

static void expect(struct outcome *outcome, bool condition, const char *wrong)
{
	if (!condition)
		outcome->wrong = wrong;
}

static void write_head(struct buf *head)
{
	msrp_write_line(head, SLICE("To-Path: msrp://b.example.com:1/s;tcp"));
	msrp_write_line(head, SLICE("From-Path: msrp://a.example.com:1/s;tcp"));
	msrp_write_line(head, SLICE("Message-ID: 1"));
}

static struct msrp_flow *open_flow(struct msrp_lane *lane)
{
	struct msrp_flow *f = lane ? calloc(1, sizeof(*f)) : NULL;

	if (!f)
		return NULL;
	msrp_flow_init(f, &flow_user);
	f->has_body = true;
	write_head(&f->head);
	f->range_at = f->head.len;
	if (buf_failed(&f->head)) {
		msrp_flow_done(f);
		free(f);
		return NULL;
	}
	msrp_flow_open(f, lane);
	return f;
}

static void write_flow(struct msrp_lane *lane, size_t len, struct outcome *outcome)
{
	static const uint8_t body[BODY];
	struct msrp_flow *f = open_flow(lane);

	if (!f) {
		outcome->told = true;
		return;
	}
	for (size_t at = 0; at < len; at += len / 2) {
		int err = msrp_flow_write(f, body, len / 2);

		if (err) {
			expect(outcome, err == -ENOMEM, "writing failed otherwise");
			outcome->told = true;
			msrp_flow_abort(f);
			return;
		}
	}
	msrp_flow_end(f, '$');
}

static void write_control(struct msrp_conn *c, struct outcome *outcome)
{
	struct buf *out = msrp_conn_control(c);
	size_t before = out->len;

	msrp_write_response(out, SLICE("abcd"), 200, SLICE("OK"));
	write_head(out);
	msrp_write_end(out, SLICE("abcd"), '$', false);
	if (buf_failed(out)) {
		outcome->told = true;
		buf_truncate(out, before);
	}
}

/* Sends in steps of LEN; true when all was sent. */
static bool send_all(struct msrp_conn *c, size_t len, struct outcome *outcome)
{
	const uint8_t *out;
	size_t pulled;

	while ((pulled = msrp_conn_pull(c, &out)) > 0)
		msrp_conn_sent(c, pulled < len ? pulled : len);
	if (!msrp_conn_failed(c))
		return true;
	outcome->told = true;
	expect(outcome, msrp_conn_pull(c, &out) == 0, "a failed conn had output");
	return false;
}

/* When the conn is given up, unfinished flows belong to their owner again. */
static void free_flows(struct msrp_lane **lanes, size_t n_lanes)
{
	for (size_t i = 0; i < n_lanes; i++) {
		struct msrp_flow *f;

		while (lanes[i] && (f = TAILQ_FIRST(&lanes[i]->flows))) {
			TAILQ_REMOVE(&lanes[i]->flows, f, in_lane);
			msrp_flow_done(f);
			free(f);
		}
	}
}

static void run_conn(struct outcome *outcome)
{
	struct msrp_random random;
	struct msrp_conn c;
	struct msrp_lane *lane[2];

	msrp_random_init(&random, fill_zero, NULL);
	msrp_conn_init(&c, &user, NULL, NULL, &random);
	for (size_t i = 0; i < 2; i++) {
		lane[i] = msrp_lane_new(&c);
		outcome->told |= !lane[i];
	}
	write_flow(lane[0], BODY, outcome);
	write_flow(lane[1], 100, outcome);
	write_control(&c, outcome);
	write_flow(lane[1], BODY, outcome);
	write_flow(lane[0], 5000, outcome);
	for (size_t i = 0; i < 200; i++)
		write_control(&c, outcome);
	if (send_all(&c, 3000, outcome)) {
		expect(outcome, msrp_conn_is_drained(&c), "the conn was not drained");
		write_control(&c, outcome);
		send_all(&c, 1, outcome);
	}
	free_flows(lane, 2);
	msrp_conn_done(&c);
	msrp_lane_release(lane[0]);
	msrp_lane_release(lane[1]);
}

static void run_parser(struct outcome *outcome)
{
	static const char in[] = "MSRP abcd SEND\r\nTo-Path: msrp://b.example.com:1/s;tcp\r\n"
				 "From-Path: msrp://a.example.com:1/s;tcp\r\nMessage-ID: 1\r\n\r\n"
				 "body\r\n-------abcd$\r\n";
	struct msrp_parser parser;
	int err = 0;

	msrp_parser_init(&parser, &user, NULL);
	for (size_t i = 0; i < 3 * (sizeof(in) - 1) && !err; i++) {
		err = msrp_parser_feed(&parser, (const uint8_t *)&in[i % (sizeof(in) - 1)], 1);
		outcome->told |= err != 0;
	}
	expect(outcome, err == 0 || err == -ENOMEM, "parsing failed otherwise");
	expect(outcome, err != 0 || msrp_parser_is_idle(&parser), "the parser was not idle");
	msrp_parser_done(&parser);
}

static const struct {
	const char *what;
	void (*run)(struct outcome *outcome);
	bool all_after;
} scenarios[] = {
	{ "conn, one failure", run_conn, false },
	{ "conn, from one failure on", run_conn, true },
	{ "parser, one failure", run_parser, false },
	{ "parser, from one failure on", run_parser, true },
};

START_TEST(a_failed_allocation_is_told_and_leaks_nothing)
{
	bool struck = true;
	size_t n = 0;

	for (n = 0; n < ALLOCATIONS_MAX && struck; n++) {
		struct outcome outcome = { 0 };
		size_t leaked;

		support_oom_start(n, scenarios[_i].all_after);
		scenarios[_i].run(&outcome);
		leaked = support_oom_stop();
		struck = support_oom_struck();
		ck_assert_msg(!outcome.wrong, "%s: allocation %zu: %s", scenarios[_i].what, n,
			      outcome.wrong);
		ck_assert_msg(leaked == 0, "%s: allocation %zu: %zu leaks", scenarios[_i].what, n,
			      leaked);
		ck_assert_msg(outcome.told == struck, "%s: allocation %zu was not told",
			      scenarios[_i].what, n);
	}
	ck_assert_uint_gt(n, 3);
	ck_assert_uint_lt(n, ALLOCATIONS_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("oom");
	TCase *tcase = tcase_create("oom");

	tcase_add_loop_test(tcase, a_failed_allocation_is_told_and_leaks_nothing, 0,
			    SUPPORT_COUNT(scenarios));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
