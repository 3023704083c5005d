/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp_conn_pull() decides what is sent next: control messages first, then the lanes in turn, each
 * for a quantum. Bodies are handed out in place; only heads and small bodies are copied into a
 * frame.
 */
#include "msrp/conn.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "msrp/lane.h"
#include "msrp/message_end.h"
#include "msrp/writer.h"

void msrp_conn_init(struct msrp_conn *c, const struct msrp_parser_user *user,
		    void (*room)(void *arg), void *arg, struct msrp_random *random)
{
	*c = (struct msrp_conn){ .random = random, .room = room, .arg = arg };
	msrp_parser_init(&c->parser, user, arg);
	TAILQ_INIT(&c->ready);
	TAILQ_INIT(&c->idle);
	TAILQ_INIT(&c->unsent);
}

void msrp_conn_set_store(struct msrp_conn *c, struct store *store)
{
	c->store = store;
	c->parser.store = store;
	c->control.store = store;
	c->frame.store = store;
}

void msrp_conn_set_message_max(struct msrp_conn *c, size_t len)
{
	c->message_max = len;
}

static void forget_lanes(struct msrp_lane_list *lanes)
{
	struct msrp_lane *lane, *next;

	TAILQ_FOREACH_SAFE (lane, lanes, in_conn, next) {
		TAILQ_INIT(&lane->flows);
		lane->conn = NULL;
		if (lane->released)
			msrp_lane_release(lane);
	}
	TAILQ_INIT(lanes);
}

void msrp_conn_done(struct msrp_conn *c)
{
	forget_lanes(&c->ready);
	forget_lanes(&c->idle);
	msrp_parser_done(&c->parser);
	buf_done(&c->control);
	buf_done(&c->frame);
}

int msrp_conn_recv(struct msrp_conn *c, const uint8_t *in, size_t len)
{
	return msrp_parser_feed(&c->parser, in, len);
}

static size_t waiting(const struct msrp_conn *c)
{
	return c->queued - c->stalled + c->control.len + c->frame.len;
}

size_t msrp_conn_queued(const struct msrp_conn *c)
{
	return c->queued + c->control.len + c->frame.len;
}

static void move_lanes(struct msrp_lane_list *from, struct msrp_conn *to,
		       struct msrp_lane_list *to_list)
{
	struct msrp_lane *lane;

	while ((lane = TAILQ_FIRST(from))) {
		TAILQ_REMOVE(from, lane, in_conn);
		TAILQ_INSERT_TAIL(to_list, lane, in_conn);
		lane->conn = to;
		to->queued += lane->queued;
		to->stalled += lane->is_ready ? 0 : lane->queued;
	}
}

int msrp_conn_move(struct msrp_conn *from, struct msrp_conn *to)
{
	size_t before = to->control.len;

	assert(!from->open && from->frame.len == 0 && from->direct == 0);
	move_lanes(&from->ready, to, &to->ready);
	move_lanes(&from->idle, to, &to->idle);
	from->queued = from->stalled = 0;
	from->full = false;
	buf_add_slice(&to->control, buf_slice(&from->control));
	buf_done(&from->control);
	if (!buf_failed(&to->control))
		return 0;
	buf_truncate(&to->control, before);
	return -ENOMEM;
}

bool msrp_conn_is_full(struct msrp_conn *c)
{
	if (waiting(c) >= MSRP_QUEUE_HIGH)
		c->full = true;
	return c->full;
}

bool msrp_conn_failed(const struct msrp_conn *c)
{
	return buf_failed(&c->frame);
}

bool msrp_conn_is_drained(const struct msrp_conn *c)
{
	return c->queued + c->control.len + c->frame.len == 0;
}

void msrp_conn_mark(struct msrp_conn *c, struct msrp_piece *p)
{
	assert(!c->open && TAILQ_EMPTY(&c->ready));
	p->stream_end = c->formed + c->control.len;
	TAILQ_INSERT_TAIL(&c->unsent, p, in_unsent);
}

void msrp_conn_tell_room(struct msrp_conn *c)
{
	if (!c->full || waiting(c) > MSRP_QUEUE_LOW)
		return;
	c->full = false;
	if (c->room)
		c->room(c->arg);
}

/* LEN bytes went into the frame, or will be sent right after it. */
static void formed(struct msrp_conn *c, size_t len)
{
	c->formed += len;
}

static bool other_lane_ready(const struct msrp_conn *c)
{
	struct msrp_lane *first = TAILQ_FIRST(&c->ready);

	return first && (first != c->open->lane || TAILQ_NEXT(first, in_conn));
}

/* A whole message or chunk that need not be cut: its Byte-Range stays as it came. */
static bool is_short_and_whole(const struct msrp_flow *f)
{
	return !f->begun && f->flag != 0 && f->body.len <= msrp_flow_short(f);
}

/* The number of octets in the piece of F that begins now; 0: none, or unknown. */
static size_t piece_len(const struct msrp_conn *c, const struct msrp_flow *f)
{
	size_t most = msrp_flow_short(f);

	if (f->body.len > most)
		return c->message_max > 0 ? most : 0;
	return f->flag != 0 ? f->body.len : 0;
}

/*
 * The range of the piece that begins now. Its end is known if everything that is left has come and
 * is short, or if the piece is a message of its own; otherwise it is '*', so that the piece may be
 * cut.
 */
static struct msrp_range piece_range(const struct msrp_conn *c, const struct msrp_flow *f)
{
	struct msrp_range range = f->range;
	size_t len = piece_len(c, f);

	if (is_short_and_whole(f))
		return range;
	range.start += f->written;
	range.end = MSRP_RANGE_UNKNOWN;
	if (len > 0)
		range.end = range.start + len - 1;
	/* Some clients count characters instead of octets: a total that was passed is wrong. */
	if (range.total < (range.end != MSRP_RANGE_UNKNOWN ? range.end : range.start - 1))
		range.total = MSRP_RANGE_UNKNOWN;
	return range;
}

static void write_piece_head(struct msrp_conn *c, struct msrp_flow *f)
{
	struct slice head = buf_slice(&f->head);
	size_t before = c->frame.len;

	msrp_write_request(&c->frame, slice_from(f->id), SLICE("SEND"));
	buf_add_slice(&c->frame, slice_first(head, f->range_at));
	if (f->has_range || !is_short_and_whole(f)) {
		struct msrp_range range = piece_range(c, f);

		msrp_write_range(&c->frame, &range);
	}
	buf_add_slice(&c->frame, slice_skip(head, f->range_at));
	if (f->has_body)
		msrp_write_body_start(&c->frame);
	formed(c, c->frame.len - before);
}

static void begin_piece(struct msrp_conn *c, struct msrp_lane *lane)
{
	struct msrp_flow *f = TAILQ_FIRST(&lane->flows);

	c->open = f;
	c->turn = 0;
	msrp_ident_make(c->random, f->id);
	f->piece = f->user->begin(f, f->id);
	if (f->piece) {
		f->piece->user = f->user;
		memcpy(f->piece->id, f->id, sizeof(f->id));
		f->piece->start = f->range.start + f->written;
		f->piece->len = 0;
	}
	write_piece_head(c, f);
	f->begun = true;
}

/* Ends the open piece, at its end or by an interruption. */
static void end_piece(struct msrp_conn *c, char flag)
{
	struct msrp_flow *f = c->open;
	size_t before = c->frame.len;

	msrp_write_end(&c->frame, slice_from(f->id), flag, f->has_body);
	formed(c, c->frame.len - before);
	if (f->piece) {
		f->piece->stream_end = c->formed;
		TAILQ_INSERT_TAIL(&c->unsent, f->piece, in_unsent);
		f->piece = NULL;
	}
	c->open = NULL;
}

/* Call when its turn is over. */
static void put_behind_others(struct msrp_conn *c, struct msrp_lane *lane)
{
	if (!lane->is_ready)
		return;
	TAILQ_REMOVE(&c->ready, lane, in_conn);
	TAILQ_INSERT_TAIL(&c->ready, lane, in_conn);
}

static void finish_flow(struct msrp_conn *c)
{
	struct msrp_lane *lane = c->open->lane;

	end_piece(c, c->open->flag);
	put_behind_others(c, lane);
	msrp_lane_pop(lane);
}

/* Cuts the open piece with '+' (RFC 4975 7.1.1). */
static void interrupt_flow(struct msrp_conn *c)
{
	struct msrp_lane *lane = c->open->lane;

	end_piece(c, '+');
	msrp_lane_update(lane);
	put_behind_others(c, lane);
}

static void count_written(struct msrp_conn *c, size_t len)
{
	struct msrp_flow *f = c->open;

	f->written += len;
	c->turn += len;
	if (f->piece)
		f->piece->len += len;
	formed(c, len);
}

static void consume_body(struct msrp_flow *f, size_t len)
{
	buf_consume(&f->body, len);
	msrp_lane_remove_queued(f->lane, len);
}

/* The rest of F has come, and is short: finishing it is faster than cutting it. */
static bool is_nearly_done(const struct msrp_flow *f)
{
	return f->flag != 0 && f->body.len <= msrp_flow_short(f);
}

/* How many octets of its body the open flow may write now. */
static size_t allowed(const struct msrp_conn *c)
{
	size_t left = c->turn < MSRP_TURN ? MSRP_TURN - (size_t)c->turn : 0;
	size_t len = c->open->body.len;

	if (is_nearly_done(c->open))
		return len;
	if (len > MSRP_TURN)
		len = MSRP_TURN;
	return other_lane_ready(c) && len > left ? left : len;
}

/*
 * Writes as much of the open flow as its turn permits: into the frame what shares a record with a
 * head, in place what does not.
 */
static void write_body(struct msrp_conn *c)
{
	struct msrp_flow *f = c->open;
	size_t len = allowed(c);

	if (c->frame.len > 0) {
		size_t room = c->frame.len < MSRP_FRAME ? MSRP_FRAME - c->frame.len : 0;
		size_t copied = len < room ? len : room;

		buf_add(&c->frame, buf_data(&f->body), copied);
		count_written(c, copied);
		consume_body(f, copied);
		len -= copied;
	}
	c->direct = len;
	count_written(c, len);
}

/* Other output should go first: may the open piece be cut now? */
static bool should_interrupt(const struct msrp_conn *c)
{
	const struct msrp_flow *f = c->open;

	if (is_nearly_done(f))
		return false;
	if (c->control.len > 0)
		return true;
	return other_lane_ready(c) && (c->turn >= MSRP_TURN || f->body.len == 0);
}

/* Continues with the open flow. False: nothing more can be written now. */
static bool advance_flow(struct msrp_conn *c)
{
	struct msrp_flow *f = c->open;

	if (f->body.len == 0 && f->flag != 0)
		finish_flow(c);
	else if (should_interrupt(c))
		interrupt_flow(c);
	else if (f->body.len > 0)
		write_body(c);
	else
		return false;
	return c->direct == 0;
}

static void take_control(struct msrp_conn *c)
{
	formed(c, c->control.len);
	if (c->frame.len == 0) {
		struct buf empty = c->frame;

		c->frame = c->control;
		c->control = empty;
	} else {
		buf_add_slice(&c->frame, buf_slice(&c->control));
		buf_done(&c->control);
	}
}

/* Forms the next bytes to send: about a record's worth of small things, or a run of body. */
static void fill_frame(struct msrp_conn *c)
{
	bool more = true;

	while (more && c->frame.len < MSRP_FRAME && !msrp_conn_failed(c)) {
		if (c->open) {
			more = advance_flow(c);
		} else if (c->control.len > 0) {
			take_control(c);
		} else if (!c->held && !TAILQ_EMPTY(&c->ready)) {
			begin_piece(c, TAILQ_FIRST(&c->ready));
			write_body(c);
			more = c->direct == 0;
		} else {
			more = false;
		}
	}
}

/* Takes the first waiting control message. */
static void take_one_of_control(struct msrp_conn *c)
{
	struct slice waiting_ones = buf_slice(&c->control);
	size_t len = msrp_message_end(waiting_ones);

	if (len == waiting_ones.len) {
		take_control(c);
		return;
	}
	buf_add(&c->frame, waiting_ones.p, len);
	buf_consume(&c->control, len);
	formed(c, len);
}

/* Writes a whole piece; the rest of its flow continues in another one. */
static void write_piece(struct msrp_conn *c)
{
	struct msrp_lane *lane = TAILQ_FIRST(&c->ready);
	struct msrp_flow *f = TAILQ_FIRST(&lane->flows);
	size_t len = piece_len(c, f);

	begin_piece(c, lane);
	buf_add(&c->frame, buf_data(&f->body), len);
	count_written(c, len);
	consume_body(f, len);
	if (f->body.len == 0 && f->flag != 0)
		finish_flow(c);
	else
		interrupt_flow(c);
}

/* Forms the next message, for a transport that takes one at a time. */
static void fill_message(struct msrp_conn *c)
{
	if (c->control.len > 0)
		take_one_of_control(c);
	else if (!c->held && !TAILQ_EMPTY(&c->ready))
		write_piece(c);
}

size_t msrp_conn_pull(struct msrp_conn *c, const uint8_t **ret_out)
{
	if (c->message_max > 0 && c->frame.len == 0)
		fill_message(c);
	else if (c->frame.len == 0 && c->direct == 0)
		fill_frame(c);
	if (msrp_conn_failed(c))
		return 0;
	if (c->frame.len > 0) {
		*ret_out = buf_data(&c->frame);
		return c->frame.len;
	}
	if (c->direct > 0)
		*ret_out = buf_data(&c->open->body);
	return c->direct;
}

static void tell_sent(struct msrp_conn *c)
{
	struct msrp_piece *p;

	while ((p = TAILQ_FIRST(&c->unsent)) && p->stream_end <= c->taken) {
		TAILQ_REMOVE(&c->unsent, p, in_unsent);
		p->user->sent(p);
	}
}

void msrp_conn_sent(struct msrp_conn *c, size_t len)
{
	c->taken += len;
	if (c->frame.len > 0) {
		buf_consume(&c->frame, len);
		if (c->frame.len == 0)
			buf_done(&c->frame);
	} else if (c->direct > 0) {
		assert(len <= c->direct);
		c->direct -= len;
		consume_body(c->open, len);
	}
	tell_sent(c);
	if (c->open) /* it may be waiting for its source */
		msrp_lane_update(c->open->lane);
	msrp_conn_tell_room(c);
}
