/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/message_end.h"
#include "msrp/result.h"
#include "support/world_state.h"

void world_send(struct world_end *end, const void *bytes, size_t len)
{
	buf_add(&end->in, bytes, len);
	world_pump(end->world);
}

/* One read. The bytes are in a block of their own, so that the sanitizer sees their end. */
static void read_some(struct world_end *end)
{
	struct world *w = end->world;
	size_t len = end->in.len < w->read_size ? end->in.len : w->read_size;
	uint8_t *copy = malloc(len);
	int err;

	assert(copy);
	memcpy(copy, buf_data(&end->in), len);
	buf_consume(&end->in, len);
	world_enter(w);
	err = relay_peer_recv(end->peer, w->now_ms, copy, len);
	end->may_read = relay_peer_want_read(end->peer);
	world_leave(w);
	free(copy);
	if (end->twin)
		end->twin->kicked = true; /* there is room again */
	if (err)
		world_close_end(end, "what came was no MSRP");
}

/* As in the daemon: input already read goes along. */
static void move(struct world_end *end, unsigned worker)
{
	struct world *w = end->world;
	struct relay_peer *old = end->peer;

	world_enter(w);
	relay_peer_closed(old, w->now_ms, "moved");
	end->peer = relay_peer_new(w->relay[worker], w->now_ms, end);
	world_leave(w);
	end->open = end->peer != NULL;
	if (end->peer)
		world_tell_opened(end);
}

/* False: END's place is not known yet, or it is gone. */
static bool place(struct world_end *end)
{
	struct world *w = end->world;
	size_t seen = end->peek.all.len;
	unsigned worker = end->worker;
	struct msrp_uri_slices to;
	int err = MSRP_BAD;

	if (w->moves)
		err = msrp_peek_to_path(&end->peek, buf_data(&end->in) + seen, end->in.len - seen,
					&to);
	if (err < 0)
		world_close_end(end, "out of memory");
	if (err < 0 || err == MSRP_MORE)
		return false;
	end->placed = true;
	if (err == 0 && relay_find_worker(w->relay[worker], &to, &worker))
		move(end, worker);
	msrp_peek_done(&end->peek);
	return end->peer != NULL;
}

static bool read_all(struct world_end *end)
{
	bool moved = false;

	if (end->peer && !end->placed && !end->is_twin && end->in.len > 0 && !place(end))
		return false;
	if (end->peer && end->kicked)
		end->may_read = relay_peer_want_read(end->peer);
	while (end->peer && end->open && !end->closing && end->may_read && end->in.len > 0) {
		read_some(end);
		moved = true;
	}
	return moved;
}

/* As much as fits at the sibling's end. */
static size_t pass_on(struct world_end *end, const uint8_t *bytes, size_t len)
{
	struct buf *in = end->twin ? &end->twin->in : NULL;
	size_t room = in && in->len < WORLD_BETWEEN ? WORLD_BETWEEN - in->len : 0;

	len = len < room ? len : room;
	if (len > 0)
		buf_add(in, bytes, len);
	return len;
}

static bool write_some(struct world_end *end)
{
	struct world *w = end->world;
	const uint8_t *bytes = NULL;
	size_t len;

	world_enter(w);
	len = relay_peer_pull(end->peer, &bytes);
	world_leave(w);
	if (len == 0)
		return false;
	/* RFC 7977 5.1: each is a message of a WebSocket. */
	if (end->message_max > 0)
		assert(len <= end->message_max && memcmp(bytes, "MSRP ", 5) == 0 &&
		       msrp_message_end(slice_make(bytes, len)) == len);
	if (end->is_twin)
		len = pass_on(end, bytes, len);
	else
		buf_add(&end->out, bytes, len);
	if (len == 0)
		return false;
	world_enter(w);
	relay_peer_sent(end->peer, w->now_ms, len);
	end->may_read = relay_peer_want_read(end->peer);
	world_leave(w);
	return true;
}

static bool is_full(const struct world_end *end)
{
	return end->twin && end->twin->in.len >= WORLD_BETWEEN;
}

static bool write_all(struct world_end *end)
{
	bool moved = false;

	while (end->peer && end->open && !end->stalled && (end->kicked || end->closing)) {
		end->kicked = false;
		end->may_read = relay_peer_want_read(end->peer);
		while (write_some(end))
			moved = true;
		if (end->closing && !end->kicked)
			break;
	}
	if (end->peer && end->closing && (!end->open || !end->stalled) && !is_full(end)) {
		world_close_end(end, "closed by the relay");
		moved = true;
	}
	return moved;
}

/* A connection between siblings: the far end is new, or the other one is gone. */
static bool look_at_twin(struct world_end *end)
{
	struct world *w = end->world;

	if (end->twin && !end->peer && !end->open) {
		world_enter(w);
		end->peer = relay_peer_new_sibling(w->relay[end->worker], w->now_ms, end);
		world_leave(w);
		if (end->peer) {
			world_open(end, end->secure, end->verified);
			world_open(end->twin, end->twin->secure, false);
		} else {
			world_leave_twin(end);
		}
		return true;
	}
	if (end->vouched && end->peer) {
		end->vouched = false;
		world_enter(w);
		relay_peer_vouched(end->peer, w->now_ms);
		world_leave(w);
		return true;
	}
	if (end->hurried && end->peer) {
		end->hurried = false;
		world_enter(w);
		relay_peer_hurry(end->peer, w->now_ms, end->is_welcome);
		world_leave(w);
		return true;
	}
	if (end->twin && end->peer && end->quiet_seen != end->twin->quiet) {
		end->quiet_seen = end->twin->quiet;
		world_enter(w);
		relay_peer_quiet(end->peer, w->now_ms, end->quiet_seen);
		world_leave(w);
		return true;
	}
	if (end->twin && end->peer && end->use_seen != end->twin->use) {
		end->use_seen = end->twin->use;
		world_enter(w);
		relay_peer_used(end->peer, w->now_ms, end->use_seen);
		world_leave(w);
		return true;
	}
	if (end->is_twin && !end->twin && end->peer && end->in.len == 0) {
		world_close_end(end, "closed by the other worker");
		return true;
	}
	return false;
}

void world_pump(struct world *w)
{
	struct world_end *end;
	bool moved = true;

	while (moved) {
		moved = false;
		TAILQ_FOREACH (end, &w->ends, in_world)
			moved |= read_all(end);
		TAILQ_FOREACH (end, &w->ends, in_world)
			moved |= write_all(end);
		TAILQ_FOREACH (end, &w->ends, in_world)
			moved |= look_at_twin(end);
	}
}

static uint64_t tick_all(struct world *w)
{
	uint64_t next = UINT64_MAX;

	world_enter(w);
	for (size_t i = 0; i < w->n_relays; i++) {
		uint64_t due = relay_tick(w->relay[i], w->now_ms);

		next = due < next ? due : next;
	}
	world_leave(w);
	return next;
}

static uint64_t tick(struct world *w)
{
	struct relay_throttle_view view;
	uint64_t next;
	size_t at = 0;

	while (relay_throttle_end(w->throttle, w->now_ms, &at, &view))
		;
	/* A relay with much to do does it in parts. */
	do {
		next = tick_all(w);
		world_pump(w);
	} while (next <= w->now_ms);
	/* Once more, because new messages have deadlines, too. */
	next = tick_all(w);
	assert(next > w->now_ms);
	return next;
}

void world_wait(struct world *w, uint64_t ms)
{
	uint64_t end_ms = w->now_ms + ms;
	uint64_t next = tick(w);

	while (next <= end_ms) {
		w->now_ms = next;
		next = tick(w);
	}
	w->now_ms = end_ms;
	tick(w);
}
