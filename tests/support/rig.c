/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/result.h"
#include "msrp/writer.h"
#include "support/expect.h"

static int see_head(void *arg, const struct msrp_message *m)
{
	struct rig *rig = arg;
	const struct msrp_header_slices *range = msrp_message_find(m, MSRP_H_BYTE_RANGE);

	rig->len = 0;
	if (m->is_request) {
		buf_add_slice(&rig->seen, m->message_id);
		buf_add_char(&rig->seen, ' ');
		buf_add_slice(&rig->seen, range ? range->value : SLICE("-"));
	} else {
		buf_add_u64(&rig->seen, m->status);
	}
	return m->problem ? MSRP_BAD : 0;
}

static int see_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct rig *rig = arg;

	rig->len += len;
	return 0;
}

static int see_end(void *arg, char flag)
{
	struct rig *rig = arg;

	buf_add_char(&rig->seen, ' ');
	buf_add_u64(&rig->seen, rig->len);
	buf_add_char(&rig->seen, ' ');
	buf_add_char(&rig->seen, flag);
	buf_add_char(&rig->seen, '\n');
	return 0;
}

static const struct msrp_parser_user receiver = {
	.head = see_head,
	.body = see_body,
	.end = see_end,
};

static void fill_random(void *arg, uint8_t *out, size_t len)
{
	static uint32_t seed;

	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		out[i] = (uint8_t)(seed >> 24);
	}
}

static void on_room(void *arg)
{
	struct rig *rig = arg;

	rig->n_rooms++;
	if (rig->on_room)
		rig->on_room(rig);
}

static struct msrp_piece *on_begin(struct msrp_flow *f, const char *id)
{
	struct rig_flow *flow = (struct rig_flow *)(void *)f;
	struct rig_piece *piece = &flow->piece[flow->n_pieces];

	if (flow->is_unasked)
		return NULL;
	ck_assert_uint_lt(flow->n_pieces, RIG_PIECES);
	flow->n_pieces++;
	piece->flow = flow;
	return &piece->piece;
}

static void on_sent(struct msrp_piece *p)
{
	struct rig_flow *flow = ((struct rig_piece *)(void *)p)->flow;
	struct buf *told = &flow->rig->told;

	buf_add_char(told, 'm');
	buf_add_u64(told, (uint64_t)(flow - flow->rig->flow));
	buf_add_char(told, ' ');
	buf_add_u64(told, p->start);
	buf_add_char(told, '+');
	buf_add_u64(told, p->len);
	buf_add_slice(told, SLICE(", "));
}

static void on_done(struct msrp_flow *f)
{
	struct rig_flow *flow = (struct rig_flow *)(void *)f;

	ck_assert(!flow->is_done);
	flow->is_done = true;
	msrp_flow_done(f);
	if (flow->on_done)
		flow->on_done(flow->rig);
}

static const struct msrp_flow_user flow_user = {
	.begin = on_begin,
	.sent = on_sent,
	.done = on_done,
};

static void write_paths(struct buf *out)
{
	msrp_write_line(out, SLICE("To-Path: msrp://b.example.com:1/s;tcp"));
	msrp_write_line(out, SLICE("From-Path: msrp://a.example.com:1/s;tcp"));
}

static void set_up_flow(struct rig *rig, unsigned n)
{
	struct rig_flow *flow = &rig->flow[n];
	struct buf *head = &flow->flow.head;

	flow->rig = rig;
	msrp_flow_init(&flow->flow, &flow_user);
	write_paths(head);
	buf_add_slice(head, SLICE("Message-ID: m"));
	buf_add_u64(head, n);
	buf_add_slice(head, SLICE("\r\n"));
	flow->flow.range_at = head->len;
	msrp_write_line(head, SLICE("Content-Type: text/plain"));
	flow->flow.has_body = true;
}

struct rig *rig_new(void)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	ck_assert_ptr_nonnull(rig);
	msrp_random_init(&rig->random, fill_random, NULL);
	msrp_conn_init(&rig->conn, &receiver, on_room, rig, &rig->random);
	msrp_parser_init(&rig->receiver, &receiver, rig);
	for (unsigned i = 0; i < RIG_LANES; i++) {
		rig->lane[i] = msrp_lane_new(&rig->conn);
		ck_assert_ptr_nonnull(rig->lane[i]);
	}
	for (unsigned i = 0; i < RIG_FLOWS; i++)
		set_up_flow(rig, i);
	return rig;
}

struct rig *rig_free(struct rig *rig)
{
	msrp_conn_done(&rig->conn);
	for (unsigned i = 0; i < RIG_LANES; i++)
		rig_release(rig, i);
	for (unsigned i = 0; i < RIG_FLOWS; i++)
		msrp_flow_done(&rig->flow[i].flow);
	msrp_parser_done(&rig->receiver);
	buf_done(&rig->seen);
	buf_done(&rig->told);
	free(rig);
	return NULL;
}

void rig_set_range(struct rig *rig, unsigned flow, uint64_t start, uint64_t end, uint64_t total)
{
	rig->flow[flow].flow.has_range = true;
	rig->flow[flow].flow.range = (struct msrp_range){ start, end, total };
}

void rig_open(struct rig *rig, unsigned flow, unsigned lane)
{
	msrp_flow_open(&rig->flow[flow].flow, rig->lane[lane]);
}

void rig_write(struct rig *rig, unsigned flow, size_t len)
{
	static const uint8_t zeros[512 * 1024];

	ck_assert_uint_le(len, sizeof(zeros));
	ck_assert_int_eq(msrp_flow_write(&rig->flow[flow].flow, zeros, len), 0);
}

void rig_end(struct rig *rig, unsigned flow, char flag)
{
	msrp_flow_end(&rig->flow[flow].flow, flag);
}

void rig_abort(struct rig *rig, unsigned flow)
{
	msrp_flow_abort(&rig->flow[flow].flow);
}

void rig_send(struct rig *rig, unsigned flow, unsigned lane, size_t len)
{
	rig_open(rig, flow, lane);
	rig_write(rig, flow, len);
	rig_end(rig, flow, '$');
}

void rig_respond(struct rig *rig)
{
	struct buf *out = msrp_conn_control(&rig->conn);

	msrp_write_response(out, SLICE("abcd"), 200, SLICE("OK"));
	write_paths(out);
	msrp_write_end(out, SLICE("abcd"), '$', false);
}

void rig_release(struct rig *rig, unsigned lane)
{
	rig->lane[lane] = msrp_lane_release(rig->lane[lane]);
}

bool rig_take(struct rig *rig, size_t most)
{
	const uint8_t *out;
	size_t len = msrp_conn_pull(&rig->conn, &out);

	if (len == 0)
		return false;
	if (len > most)
		len = most;
	ck_assert_int_eq(msrp_parser_feed(&rig->receiver, out, len), 0);
	msrp_conn_sent(&rig->conn, len);
	return true;
}

void rig_take_all(struct rig *rig, size_t most)
{
	while (rig_take(rig, most))
		;
	ck_assert(!msrp_conn_failed(&rig->conn));
}

static void expect_text(struct buf *got, const char *want)
{
	expect_slice(buf_slice(got), want);
	buf_clear(got);
}

void rig_expect_seen(struct rig *rig, const char *want)
{
	expect_text(&rig->seen, want);
}

void rig_expect_told(struct rig *rig, const char *want)
{
	expect_text(&rig->told, want);
}
