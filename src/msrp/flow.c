/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The source's side of a flow: open, write, end, abort. conn.c has the other end, where octets
 * leave; lane.h has what both share.
 */
#include "msrp/flow.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "msrp/conn.h"
#include "msrp/lane.h"

enum {
	/* Start line, Byte-Range of three numbers, and end-line, with everything between them. */
	ENVELOPE_MAX = 2 * (MSRP_IDENT_LEN + 16) + 80,
};

void msrp_flow_init(struct msrp_flow *f, const struct msrp_flow_user *user)
{
	f->user = user;
	f->range_at = 0;
	f->has_range = false;
	f->has_body = false;
	f->range = (struct msrp_range){ 1, MSRP_RANGE_UNKNOWN, MSRP_RANGE_UNKNOWN };
	f->lane = NULL;
	f->written = 0;
	f->flag = 0;
	f->begun = false;
	f->piece = NULL;
}

void msrp_flow_reset(struct msrp_flow *f, size_t keep)
{
	buf_reset(&f->head, keep);
	buf_reset(&f->body, keep);
}

void msrp_flow_done(struct msrp_flow *f)
{
	buf_done(&f->head);
	buf_done(&f->body);
}

size_t msrp_flow_size(const struct msrp_flow *f)
{
	return sizeof(*f) + f->head.len + f->body.len;
}

size_t msrp_flow_short(const struct msrp_flow *f)
{
	size_t max = f->lane->conn->message_max;
	size_t head = f->head.len + ENVELOPE_MAX;

	return max > head + MSRP_SHORT_BODY ? max - head : MSRP_SHORT_BODY;
}

/*
 * A short chunk is written once it is complete, a longer one once it is known to be longer: so
 * every piece is either whole or long enough to be cut (RFC 4975 7.1.1), and a slow source does not
 * hold up the connection. If each piece is a message of its own, it must be complete before it
 * begins.
 */
bool msrp_flow_is_ready(const struct msrp_flow *f)
{
	return f->flag != 0 || f->body.len > msrp_flow_short(f);
}

void msrp_flow_open(struct msrp_flow *f, struct msrp_lane *lane)
{
	assert(lane->conn);
	f->lane = lane;
	f->body.store = lane->conn->store;
	TAILQ_INSERT_TAIL(&lane->flows, f, in_lane);
	msrp_lane_add_queued(lane, msrp_flow_size(f));
	msrp_lane_update(lane);
}

int msrp_flow_write(struct msrp_flow *f, const uint8_t *bytes, size_t len)
{
	assert(f->flag == 0);
	buf_add(&f->body, bytes, len);
	if (buf_failed(&f->body))
		return -ENOMEM;
	msrp_lane_add_queued(f->lane, len);
	msrp_lane_update(f->lane);
	return 0;
}

void msrp_flow_end(struct msrp_flow *f, char flag)
{
	assert(f->flag == 0);
	f->flag = flag;
	msrp_lane_update(f->lane);
}

/* Octets at the front of the body that pull has handed out, and that count as written. */
static size_t handed_out(const struct msrp_flow *f)
{
	return f->lane && f->lane->conn->open == f ? f->lane->conn->direct : 0;
}

uint64_t msrp_flow_received(const struct msrp_flow *f)
{
	return f->written + f->body.len - handed_out(f);
}

static void remove_unseen(struct msrp_flow *f)
{
	struct msrp_lane *lane = f->lane;

	TAILQ_REMOVE(&lane->flows, f, in_lane);
	msrp_lane_remove_queued(lane, msrp_flow_size(f));
	f->lane = NULL;
	msrp_lane_update(lane);
	f->user->done(f);
}

void msrp_flow_abort(struct msrp_flow *f)
{
	struct msrp_conn *conn = f->lane->conn;
	size_t keep = handed_out(f);
	size_t dropped = f->body.len - keep;

	buf_truncate(&f->body, keep);
	f->flag = '#';
	f->range.end = MSRP_RANGE_UNKNOWN; /* the stated end is no longer true */
	msrp_lane_remove_queued(f->lane, dropped);
	if (!f->begun && f->range.start == 1)
		remove_unseen(f);
	else
		msrp_lane_update(f->lane);
	msrp_conn_tell_room(conn);
}

struct msrp_lane *msrp_lane_new(struct msrp_conn *conn)
{
	struct msrp_lane *lane = malloc(sizeof(*lane));

	if (!lane)
		return NULL;
	*lane = (struct msrp_lane){ .conn = conn };
	TAILQ_INIT(&lane->flows);
	TAILQ_INSERT_TAIL(&conn->idle, lane, in_conn);
	return lane;
}

static struct msrp_lane_list *list_of(const struct msrp_lane *lane)
{
	return lane->is_ready ? &lane->conn->ready : &lane->conn->idle;
}

static void lane_free(struct msrp_lane *lane)
{
	if (lane->conn)
		TAILQ_REMOVE(list_of(lane), lane, in_conn);
	free(lane);
}

struct msrp_lane *msrp_lane_release(struct msrp_lane *lane)
{
	if (!lane)
		return NULL;
	lane->released = true;
	if (TAILQ_EMPTY(&lane->flows))
		lane_free(lane);
	return NULL;
}

void msrp_lane_add_queued(struct msrp_lane *lane, size_t len)
{
	lane->queued += len;
	lane->conn->queued += len;
	if (!lane->is_ready)
		lane->conn->stalled += len;
}

void msrp_lane_remove_queued(struct msrp_lane *lane, size_t len)
{
	assert(len <= lane->queued);
	lane->queued -= len;
	lane->conn->queued -= len;
	if (!lane->is_ready)
		lane->conn->stalled -= len;
}

static void change_list(struct msrp_lane *lane)
{
	TAILQ_REMOVE(list_of(lane), lane, in_conn);
	lane->is_ready = !lane->is_ready;
	TAILQ_INSERT_TAIL(list_of(lane), lane, in_conn);
	if (lane->is_ready)
		lane->conn->stalled -= lane->queued;
	else
		lane->conn->stalled += lane->queued;
}

void msrp_lane_update(struct msrp_lane *lane)
{
	struct msrp_flow *first = TAILQ_FIRST(&lane->flows);
	bool is_ready = first && msrp_flow_is_ready(first);

	if (!first && lane->released) {
		lane_free(lane);
		return;
	}
	if (is_ready != lane->is_ready)
		change_list(lane);
}

void msrp_lane_pop(struct msrp_lane *lane)
{
	struct msrp_flow *f = TAILQ_FIRST(&lane->flows);

	TAILQ_REMOVE(&lane->flows, f, in_lane);
	msrp_lane_remove_queued(lane, msrp_flow_size(f));
	f->lane = NULL;
	msrp_lane_update(lane);
	f->user->done(f);
}
