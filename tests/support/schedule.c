/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/conn.h"
#include "msrp/writer.h"

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

enum {
	LANES = 4,
	FLOWS_MAX = 64,
	PIECES_MAX = 1024,
	BYTES_MAX = 1024 * 1024, /* written in one run; keeps it short */
};

enum flow_state {
	UNUSED,
	OPEN,	/* may be written to */
	CLOSED, /* ended or aborted */
	DONE,	/* the conn has no more to do with it */
};

/* A flow, what was done with it, and what the receiver has seen of it. */
struct sender {
	struct msrp_flow flow; /* first, so that a flow is its sender */
	struct schedule *schedule;
	enum flow_state state;
	unsigned lane;
	struct msrp_range range;
	bool has_range;
	uint64_t written;
	char flag;
	bool aborted;

	uint64_t received;
	unsigned n_pieces;
	char last_flag; /* of the last piece received; 0 before the first */
};

struct sent_piece {
	struct msrp_piece piece; /* first */
	struct schedule *schedule;
};

struct schedule {
	const uint8_t *script;
	size_t left;

	struct msrp_conn conn;
	struct msrp_random random;
	uint64_t random_state;
	bool told_full; /* is_full() has said so and room() was not called since */

	struct msrp_lane *lane[LANES];
	unsigned lane_number[LANES]; /* which one stands there now; none comes again */
	unsigned n_lanes;
	struct sender sender[FLOWS_MAX];
	unsigned n_flows;
	uint64_t written;

	/* Bytes pulled and not sent: the next pull has to begin with them. */
	struct buf pulled;

	/* Control messages are numbered by their status. */
	unsigned n_controls;
	unsigned controls_received;
	uint64_t body_before_control[900]; /* octets received when it was written */

	/* The receiver. */
	struct msrp_parser receiver;
	struct sender *current; /* whose piece is being received; NULL for a control message */
	char current_id[MSRP_IDENT_LEN + 1];
	bool current_has_range;
	struct msrp_range current_range;
	uint64_t current_len;
	uint64_t body_received;

	struct sent_piece piece[PIECES_MAX];
	unsigned n_begun;
	unsigned n_received; /* pieces whose end-line has been received */
	unsigned n_sent;     /* pieces that sent() was called for */
};

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

/* The octet at a position of a message: each message has its own, with CRs and hyphens enough. */
static uint8_t octet_at(unsigned flow, uint64_t position)
{
	static const char letters[] = "\r\n-------abcdefghijk\r\r\n--";

	return (uint8_t)letters[(position * 7 + flow + (position >> 8)) % (sizeof(letters) - 1)];
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

/* --- The receiver --- */

static void receive_send(struct schedule *s, const struct msrp_message *m)
{
	uint64_t n;

	CHECK(!m->problem);
	CHECK(slice_to_u64(m->message_id, &n) && n >= 1000 && n - 1000 < s->n_flows);
	s->current = &s->sender[n - 1000];
	CHECK(m->n_headers == (m->has_range ? 3 : 2));
	CHECK(m->header[m->n_headers - 1].id == MSRP_H_CONTENT_TYPE);
	CHECK(m->has_body == s->current->flow.has_body || s->current->state == DONE);
	CHECK(m->id.len == MSRP_IDENT_LEN);
	memcpy(s->current_id, m->id.p, m->id.len);
	s->current_has_range = m->has_range;
	s->current_range = m->range;
	s->current_len = 0;
	CHECK(s->current->last_flag == 0 || s->current->last_flag == '+');
}

static int receive_head(void *arg, const struct msrp_message *m)
{
	struct schedule *s = arg;
	uint64_t body_at;

	s->current = NULL;
	if (m->is_request) {
		receive_send(s, m);
		return 0;
	}
	CHECK(m->status == 100 + s->controls_received);
	body_at = s->body_before_control[s->controls_received++];
	/* It overtakes all bodies but what was on its way, and the rest of a nearly sent one. */
	CHECK(s->body_received - body_at <= MSRP_TURN + MSRP_FRAME + MSRP_SHORT_BODY);
	return 0;
}

static int receive_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct schedule *s = arg;
	struct sender *sender = s->current;

	CHECK(sender && len <= sender->written - sender->received);
	for (size_t i = 0; i < len; i++)
		CHECK(bytes[i] == octet_at((unsigned)(sender - s->sender), sender->received + i));
	sender->received += len;
	s->current_len += len;
	s->body_received += len;
	return 0;
}

/* The flows of a lane come one after the other. */
static void check_order(const struct schedule *s, const struct sender *sender)
{
	for (const struct sender *before = s->sender; before < sender; before++)
		CHECK(before->lane != sender->lane || before->state == DONE ||
		      before->last_flag == before->flag);
	for (const struct sender *after = sender + 1; after < s->sender + s->n_flows; after++)
		CHECK(after->lane != sender->lane || after->n_pieces == 0);
}

static void check_range(const struct schedule *s, const struct sender *sender)
{
	const struct msrp_range *range = &s->current_range;
	uint64_t before = sender->received - s->current_len;
	bool is_short = s->current_len <= MSRP_SHORT_BODY;

	if (sender->n_pieces == 0 && is_short && !sender->aborted) {
		/* It was not touched; none was added. */
		CHECK(s->current_has_range == sender->has_range);
		if (sender->has_range)
			CHECK(memcmp(range, &sender->range, sizeof(*range)) == 0);
		return;
	}
	CHECK(s->current_has_range || (sender->aborted && is_short));
	CHECK(range->start == sender->range.start + before);
	/* A total that is passed cannot be right: some clients count characters. */
	CHECK(range->total == sender->range.total ||
	      (range->total == MSRP_RANGE_UNKNOWN &&
	       range->start + s->current_len - 1 > sender->range.total) ||
	      !s->current_has_range);
	CHECK(range->end == MSRP_RANGE_UNKNOWN || range->end == range->start + s->current_len - 1 ||
	      sender->aborted);
	/* A piece that could be cut must say so from the start. */
	CHECK(is_short || range->end == MSRP_RANGE_UNKNOWN);
}

static void check_piece(const struct schedule *s, const struct sender *sender)
{
	for (unsigned i = 0; i < s->n_begun; i++) {
		const struct msrp_piece *piece = &s->piece[i].piece;

		if (strcmp(piece->id, s->current_id) != 0)
			continue;
		CHECK(i == s->n_received);
		CHECK(piece->len == s->current_len);
		CHECK(piece->start == sender->range.start + sender->received - s->current_len);
		return;
	}
	CHECK(!"the piece is one of those that began");
}

static int receive_end(void *arg, char flag)
{
	struct schedule *s = arg;
	struct sender *sender = s->current;

	if (!sender)
		return 0;
	check_order(s, sender);
	check_range(s, sender);
	check_piece(s, sender);
	s->n_received++;
	sender->n_pieces++;
	sender->last_flag = flag;
	/* RFC 4975 7.1.1: what is shorter is not interrupted. */
	if (sender->flag == 0 || sender->received < sender->written)
		CHECK((flag == '+' && s->current_len > MSRP_SHORT_BODY) || sender->aborted);
	else
		CHECK(flag == sender->flag || (flag == '+' && s->current_len > MSRP_SHORT_BODY));
	return 0;
}

static const struct msrp_parser_user receiver_user = {
	.head = receive_head,
	.body = receive_body,
	.end = receive_end,
};

/* --- The sender --- */

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
		bytes[i] = octet_at((unsigned)(sender - s->sender), sender->written + i);
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

/* Also one that has ended may be aborted as long as it is not done. */
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

/* --- The transport --- */

/* Pulls and checks that what was pulled before and not sent comes again. */
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
	/* room() has to have come as soon as there was some. */
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
	msrp_conn_init(&s->conn, &receiver_user, on_room, s, &s->random);
	msrp_parser_init(&s->receiver, &receiver_user, s);
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
