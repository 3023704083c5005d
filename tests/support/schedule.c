/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/schedule.h"

#include <string.h>

#include "msrp/writer.h"
#include "support/schedule_state.h"

static uint8_t next_byte(struct schedule *s)
{
	if (s->left == 0)
		return 0;
	s->left--;
	return *s->script++;
}

static void fill_random(void *arg, uint8_t *out, size_t len)
{
	struct schedule *s = arg;

	for (size_t i = 0; i < len; i++) {
		s->random_state = s->random_state * 6364136223846793005U + 1442695040888963407U;
		out[i] = (uint8_t)(s->random_state >> 56);
	}
}

static size_t waiting(const struct schedule *s)
{
	return s->conn.queued - s->conn.stalled + s->conn.control.len + s->conn.frame.len;
}

static void ask_full(struct schedule *s)
{
	bool full = msrp_conn_is_full(&s->conn);

	CHECK(full == s->told_full || (full && waiting(s) >= MSRP_QUEUE_HIGH));
	s->told_full = full;
}

static void on_room(void *arg)
{
	struct schedule *s = arg;

	CHECK(s->told_full);
	CHECK(waiting(s) <= MSRP_QUEUE_LOW);
	s->told_full = false;
}

static struct msrp_piece *on_begin(struct msrp_flow *f, const char *id)
{
	struct sender *sender = (struct sender *)(void *)f;
	struct schedule *s = sender->schedule;
	struct sent_piece *piece = &s->piece[s->n_begun];

	CHECK(s->n_begun < PIECES_MAX);
	for (unsigned i = 0; i < s->n_begun; i++)
		CHECK(strcmp(s->piece[i].piece.id, id) != 0);
	s->n_begun++;
	piece->schedule = s;
	return &piece->piece;
}

static void on_sent(struct msrp_piece *p)
{
	struct sent_piece *piece = (struct sent_piece *)(void *)p;
	struct schedule *s = piece->schedule;

	CHECK(piece == &s->piece[s->n_sent]);
	s->n_sent++;
	CHECK(s->n_sent <= s->n_received);
}

static void on_done(struct msrp_flow *f)
{
	struct sender *sender = (struct sender *)(void *)f;

	CHECK(sender->state == CLOSED || (sender->state == OPEN && sender->flag != 0));
	sender->state = DONE;
	msrp_flow_reset(f, 0);
}

static const struct msrp_flow_user flow_user = {
	.begin = on_begin,
	.sent = on_sent,
	.done = on_done,
};

static void add_head(struct sender *sender, unsigned n)
{
	struct buf *head = &sender->flow.head;

	msrp_write_line(head, SLICE("To-Path: msrp://b.example.com:1/s;tcp"));
	msrp_write_line(head, SLICE("From-Path: msrp://a.example.com:1/s;tcp"));
	buf_add_slice(head, SLICE("Message-ID: "));
	buf_add_u64(head, 1000 + n);
	buf_add_slice(head, SLICE("\r\n"));
	sender->flow.range_at = head->len;
	msrp_write_line(head, SLICE("Content-Type: text/plain"));
	CHECK(!buf_failed(head));
}

static void open_flow(struct schedule *s, unsigned lane, uint8_t how)
{
	struct sender *sender = &s->sender[s->n_flows];

	if (s->n_flows == FLOWS_MAX)
		return;
	sender->schedule = s;
	sender->state = OPEN;
	sender->lane = s->lane_number[lane];
	sender->range = (struct msrp_range){ 1, MSRP_RANGE_UNKNOWN, MSRP_RANGE_UNKNOWN };
	sender->has_range = how & 1;
	if (sender->has_range && how & 2)
		sender->range = (struct msrp_range){ 101, 200, 1U << (how >> 3) };
	if (sender->range.total < 200)
		sender->range.total = 200;
	msrp_flow_init(&sender->flow, &flow_user);
	add_head(sender, s->n_flows++);
	sender->flow.has_range = sender->has_range;
	sender->flow.range = sender->range;
	sender->flow.has_body = !(how & 4);
	msrp_flow_open(&sender->flow, s->lane[lane]);
}

static struct sender *pick_flow(struct schedule *s, uint8_t which)
{
	struct sender *open[FLOWS_MAX];
	unsigned n = 0;

	for (unsigned i = 0; i < s->n_flows; i++) {
		if (s->sender[i].state == OPEN)
			open[n++] = &s->sender[i];
	}
	return n > 0 ? open[which % n] : NULL;
}

static void write_flow(struct schedule *s, struct sender *sender, uint8_t how)
{
	static const uint32_t lens[] = { 1,    2,    100,   2046,  2047,  2048,	 2049,	4096,
					 5000, 8191, 16000, 16384, 32768, 33000, 65536, 100000 };
	static uint8_t bytes[100000];
	size_t len = lens[how % 16];

	if (!sender || !sender->flow.has_body || s->written + len > BYTES_MAX)
		return;
	for (size_t i = 0; i < len; i++)
		bytes[i] = schedule_octet_at((unsigned)(sender - s->sender), sender->written + i);
	sender->written += len;
	s->written += len;
	CHECK(msrp_flow_write(&sender->flow, bytes, len) == 0);
}

static void end_flow(struct sender *sender, uint8_t how)
{
	if (!sender)
		return;
	sender->flag = "$+#$"[how % 4];
	sender->state = CLOSED;
	msrp_flow_end(&sender->flow, sender->flag);
}

/* A flow that has ended may still be aborted until it is done. */
static void abort_flow(struct schedule *s, uint8_t which)
{
	struct sender *sender = s->n_flows > 0 ? &s->sender[which % s->n_flows] : NULL;

	if (!sender || sender->state == DONE)
		return;
	sender->flag = '#';
	sender->aborted = true;
	sender->state = CLOSED;
	msrp_flow_abort(&sender->flow);
}

static void write_control(struct schedule *s)
{
	struct buf *out = msrp_conn_control(&s->conn);
	struct slice id = SLICE("control1");

	if (s->n_controls == 900)
		return;
	s->body_before_control[s->n_controls] = s->body_received;
	msrp_write_response(out, id, 100 + s->n_controls++, SLICE("OK"));
	msrp_write_line(out, SLICE("To-Path: msrp://b.example.com:1/s;tcp"));
	msrp_write_line(out, SLICE("From-Path: msrp://a.example.com:1/s;tcp"));
	msrp_write_end(out, id, '$', false);
}

static void new_lane(struct schedule *s, unsigned i)
{
	msrp_lane_release(s->lane[i]);
	s->lane[i] = msrp_lane_new(&s->conn);
	s->lane_number[i] = s->n_lanes++;
	CHECK(s->lane[i]);
}

/* Pulls and checks that pulled bytes that were not sent come again. */
static size_t pull(struct schedule *s, const uint8_t **ret_out)
{
	size_t len = msrp_conn_pull(&s->conn, ret_out);

	CHECK(!msrp_conn_failed(&s->conn));
	CHECK(len >= s->pulled.len);
	if (s->pulled.len > 0)
		CHECK(memcmp(*ret_out, buf_data(&s->pulled), s->pulled.len) == 0);
	buf_clear(&s->pulled);
	if (len > 0)
		buf_add(&s->pulled, *ret_out, len);
	return len;
}

static void send_some(struct schedule *s, size_t most)
{
	const uint8_t *out;
	size_t len = pull(s, &out);

	if (len > most)
		len = most;
	if (len > 0)
		CHECK(msrp_parser_feed(&s->receiver, out, len) == 0);
	buf_consume(&s->pulled, len);
	msrp_conn_sent(&s->conn, len);
	CHECK(s->n_sent == s->n_received);
}

static void send_all(struct schedule *s)
{
	const uint8_t *out;

	while (pull(s, &out) > 0)
		send_some(s, SIZE_MAX);
	/* The rest waits for its sources, so these must be read. */
	CHECK(!s->told_full && !msrp_conn_is_full(&s->conn));
}

static void step(struct schedule *s)
{
	static const size_t mosts[] = { 0, 1, 7, 100, 1000, 4096, 20000, SIZE_MAX };
	uint8_t op = next_byte(s);
	uint8_t how = next_byte(s);
	const uint8_t *out;

	switch (op % 16) {
	case 0:
		new_lane(s, how % LANES);
		break;
	case 1:
	case 2:
		open_flow(s, how % LANES, next_byte(s));
		break;
	case 3:
	case 4:
	case 5:
	case 6:
		write_flow(s, pick_flow(s, how), next_byte(s));
		break;
	case 7:
	case 8:
		end_flow(pick_flow(s, how), next_byte(s));
		break;
	case 9:
		abort_flow(s, how);
		break;
	case 10:
		write_control(s);
		break;
	case 11:
		pull(s, &out);
		break;
	case 12:
		ask_full(s);
		break;
	case 13:
		send_all(s);
		break;
	default:
		send_some(s, mosts[how % 8]);
		break;
	}
	/* room() must have been called as soon as there was some. */
	CHECK(!s->told_full || waiting(s) > MSRP_QUEUE_LOW);
}

static void check_all_done(struct schedule *s)
{
	for (unsigned i = 0; i < s->n_flows; i++) {
		struct sender *sender = &s->sender[i];

		CHECK(sender->state == DONE);
		if (sender->n_pieces == 0)
			CHECK(sender->aborted && sender->range.start == 1);
		else
			CHECK(sender->last_flag == sender->flag);
		CHECK(sender->aborted || sender->received == sender->written);
	}
	CHECK(s->n_begun == s->n_sent && s->n_received == s->n_sent);
	CHECK(s->controls_received == s->n_controls);
	CHECK(msrp_conn_is_drained(&s->conn) && s->conn.queued == 0 && s->conn.stalled == 0);
	CHECK(msrp_parser_is_idle(&s->receiver));
	CHECK(!s->told_full);
}

static void finish(struct schedule *s)
{
	struct sender *sender;

	while ((sender = pick_flow(s, 0)) != NULL)
		end_flow(sender, 0);
	send_all(s);
	check_all_done(s);
}

static void give_up(struct schedule *s)
{
	msrp_conn_done(&s->conn);
	for (unsigned i = 0; i < s->n_flows; i++)
		msrp_flow_done(&s->sender[i].flow);
}

void support_schedule_run(const uint8_t *script, size_t len)
{
	struct schedule *s = calloc(1, sizeof(*s));
	bool release_first = len > 0 && script[0] & 1;
	bool give_up_early = len > 0 && (script[0] & 14) == 14;

	CHECK(s);
	s->script = script;
	s->left = len;
	msrp_random_init(&s->random, fill_random, s);
	msrp_conn_init(&s->conn, &schedule_receiver, on_room, s, &s->random);
	msrp_parser_init(&s->receiver, &schedule_receiver, s);
	for (unsigned i = 0; i < LANES; i++)
		new_lane(s, i);

	next_byte(s);
	while (s->left > 0)
		step(s);
	if (!give_up_early)
		finish(s);
	for (unsigned i = 0; release_first && i < LANES; i++)
		s->lane[i] = msrp_lane_release(s->lane[i]);
	give_up(s);
	for (unsigned i = 0; i < LANES; i++)
		msrp_lane_release(s->lane[i]);
	msrp_parser_done(&s->receiver);
	buf_done(&s->pulled);
	free(s);
}
