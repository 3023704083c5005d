/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Moves octets between a relay peer and the end of a bridge, as worker_conn.c does for sockets,
 * and opens bridges on behalf of the relay.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/worker/worker_state.h"
#include "net/connection/certificate.h"

enum {
	/*
	 * Bytes that one bridge may move each way in a turn, so that it does not starve the rest.
	 */
	PER_TURN = 4 * RING_SIZE,

	/* A ring that has been idle this long frees its block. */
	TRIM_MS = 1000,
};

static void mark_dirty(struct worker_conn *self)
{
	struct worker *worker = self->worker;

	if (self->is_dirty)
		return;
	self->is_dirty = true;
	TAILQ_INSERT_TAIL(&worker->dirty, self, in_dirty);
	worker->n_dirty++;
}

static void unmark_dirty(struct worker_conn *self)
{
	if (!self->is_dirty)
		return;
	self->is_dirty = false;
	TAILQ_REMOVE(&self->worker->dirty, self, in_dirty);
	self->worker->n_dirty--;
}

static void forget_block(struct worker_conn *self)
{
	if (!self->has_block)
		return;
	self->has_block = false;
	LIST_REMOVE(self, in_blocks);
	if (LIST_EMPTY(&self->worker->blocks))
		uv_timer_stop(&self->worker->trim_timer);
}

static void on_trim(uv_timer_t *timer)
{
	struct worker *worker = timer->data;
	struct worker_conn *self, *next;

	LIST_FOREACH_SAFE (self, &worker->blocks, in_blocks, next) {
		if (!self->wrote)
			ring_trim(&self->end->out);
		if (!self->end->out.block)
			forget_block(self);
		self->wrote = false;
	}
}

static void note_block(struct worker_conn *self)
{
	struct worker *worker = self->worker;

	self->wrote = true;
	if (self->has_block)
		return;
	if (LIST_EMPTY(&worker->blocks))
		uv_timer_start(&worker->trim_timer, on_trim, TRIM_MS, TRIM_MS);
	self->has_block = true;
	LIST_INSERT_HEAD(&worker->blocks, self, in_blocks);
}

static void finish_bridge(struct worker_conn *self, const char *why)
{
	relay_peer_closed(self->peer, worker_now_ms(self->worker), why);
	unmark_dirty(self);
	forget_block(self);
	bridge_leave(self->end);
	self->worker->n_bridges--;
	worker_conn_free(self);
}

/* Tells the relay once both ends are attached. */
static void open_when_both_are(struct worker_conn *self)
{
	const struct bridge *bridge = self->end->bridge;
	bool is_far = self->end == &bridge->end[1];

	struct relay_peer_info info = {
		.secure = bridge->secure,
		.verified = is_far && bridge->verified,
		.as_it = is_far && bridge->as_it,
		.port = bridge->port,
	};

	if (self->opened || !atomic_load(&self->end->other->is_open))
		return;
	self->opened = true;
	memcpy(info.address, bridge->address, sizeof(info.address));
	relay_peer_opened(self->peer, worker_now_ms(self->worker), &info);
}

/* Passes the other end's bytes to the relay. Non-zero: the relay rejects them. */
static int take_in_input(struct worker_conn *self)
{
	struct bridge_end *other = self->end->other;
	const uint8_t *in;
	size_t len, taken = 0;
	int err = 0;

	while (!err && taken < PER_TURN && (self->closing || relay_peer_want_read(self->peer)) &&
	       (len = ring_peek(&other->out, &in)) > 0) {
		if (!self->closing)
			err = relay_peer_recv(self->peer, worker_now_ms(self->worker), in, len);
		ring_consume(&other->out, len);
		taken += len;
	}
	if (taken > 0 && atomic_exchange(&other->wants_room, false))
		bridge_wake(other);
	if (taken >= PER_TURN)
		mark_dirty(self);
	return err;
}

/* Writes as much of LEN bytes as fits. False if that is not all, or memory is lacking. */
static bool give_some(struct worker_conn *self, const uint8_t *out, size_t len, int *err)
{
	struct bridge_end *end = self->end;
	size_t taken = 0;

	*err = ring_write(&end->out, out, len, &taken);
	if (*err)
		return false;
	if (taken > 0) {
		note_block(self);
		relay_peer_sent(self->peer, worker_now_ms(self->worker), taken);
	}
	if (taken == len)
		return true;
	/* Room may have appeared before the reader could see that we wait for it. */
	atomic_store(&end->wants_room, true);
	return ring_has_room(&end->out);
}

/*
 * Passes the relay's bytes to the other end. Returns 0, -EAGAIN if they do not all fit, or -ENOMEM.
 */
static int give_out(struct worker_conn *self)
{
	const size_t before = ring_written(&self->end->out);
	const uint8_t *out;
	size_t len;
	int err = 0;
	bool more = true;

	while (more && (len = relay_peer_pull(self->peer, &out)) > 0) {
		if (ring_written(&self->end->out) - before >= PER_TURN) {
			mark_dirty(self);
			err = -EAGAIN;
			break;
		}
		more = give_some(self, out, len, &err);
		if (!more && !err)
			err = -EAGAIN;
	}
	if (ring_written(&self->end->out) != before)
		bridge_wake(self->end->other);
	return err;
}

static void look_for_quiet(struct worker_conn *self)
{
	bool quiet = atomic_load(&self->end->other->is_quiet);

	if (!self->opened || quiet == self->saw_quiet)
		return;
	self->saw_quiet = quiet;
	relay_peer_quiet(self->peer, worker_now_ms(self->worker), quiet);
}

static void look_for_use(struct worker_conn *self)
{
	unsigned use = atomic_load(&self->end->other->use);

	if (!self->opened || use == self->saw_use)
		return;
	self->saw_use = use;
	relay_peer_used(self->peer, worker_now_ms(self->worker), use);
}

static void work_bridge(struct worker_conn *self)
{
	struct bridge_end *other = self->end->other;
	/* Ask first: then the ring has everything that will come. */
	bool ended = atomic_load(&other->is_ended);
	const uint8_t *in;
	int err, hurry;

	open_when_both_are(self);
	hurry = atomic_exchange(&other->hurry, BRIDGE_AT_EASE);
	if (hurry != BRIDGE_AT_EASE)
		relay_peer_hurry(self->peer, worker_now_ms(self->worker),
				 hurry == BRIDGE_HURRY_WELCOME);
	look_for_quiet(self);
	look_for_use(self);
	if (atomic_exchange(&other->has_vouched, false))
		relay_peer_vouched(self->peer, worker_now_ms(self->worker));
	if (take_in_input(self) != 0) {
		finish_bridge(self, "the input was refused");
		return;
	}
	if (ended && (self->closing || ring_peek(&other->out, &in) == 0)) {
		finish_bridge(self, self->opened ? "closed by another worker"
						 : "another worker is stopping");
		return;
	}
	err = ended ? 0 : give_out(self);
	if (err == -ENOMEM)
		finish_bridge(self, "out of memory");
	else if (self->closing && err == 0)
		finish_bridge(self, "closed");
}

void worker_bridge_woken(struct bridge_end *end)
{
	if (end->owner)
		work_bridge(end->owner);
}

void worker_bridge_kick(struct worker_conn *self)
{
	mark_dirty(self);
}

void worker_bridge_hurry(struct worker_conn *self, bool welcome)
{
	atomic_store(&self->end->hurry, welcome ? BRIDGE_HURRY_WELCOME : BRIDGE_HURRY);
	bridge_wake(self->end->other);
}

void worker_bridge_vouch(struct worker_conn *self)
{
	atomic_store(&self->end->has_vouched, true);
	bridge_wake(self->end->other);
}

void worker_bridge_use(struct worker_conn *self, unsigned use)
{
	atomic_store(&self->end->use, use);
	bridge_wake(self->end->other);
}

void worker_bridge_quiet(struct worker_conn *self, bool on)
{
	atomic_store(&self->end->is_quiet, on);
	bridge_wake(self->end->other);
}

void worker_bridge_close(struct worker_conn *self)
{
	self->closing = true;
	mark_dirty(self);
}

void worker_bridge_abort(struct worker_conn *self)
{
	finish_bridge(self, "cut off");
}

/* Each of them once: one with more to do goes to the end of the list. */
void worker_work_bridges(struct worker *worker)
{
	for (size_t n = worker->n_dirty; n > 0 && worker->n_dirty > 0; n--) {
		struct worker_conn *self = TAILQ_FIRST(&worker->dirty);

		unmark_dirty(self);
		work_bridge(self);
	}
}

static void take_end(struct worker_conn *self, struct bridge_end *end)
{
	self->end = end;
	self->worker->n_bridges++;
	end->owner = self;
	atomic_store(&end->is_open, true);
}

static const struct worker_conn *bridge_conn_of(const struct relay_peer *peer)
{
	return relay_peer_handle(peer);
}

/* Makes the bridge look like the connection of LIKE to the other thread. */
static void put_on(struct bridge *bridge, const struct worker_conn *like)
{
	const struct net_peer_info *info = net_conn_peer(like->conn);

	bridge->as_it = true;
	bridge->secure = info->secure;
	bridge->verified = info->verified;
	bridge->port = net_address_port(&info->address);
	net_address_bytes(&info->address, bridge->address);
	bridge->certificate = net_conn_certificate(like->conn);
}

/* On the thread of the other worker; or, if that has ended, on the main thread. */
static void on_join(void *owner, void *arg)
{
	struct worker *worker = owner;
	struct bridge *bridge = arg;
	struct bridge_end *end = &bridge->end[1];
	struct worker_conn *self = NULL;

	if (worker->stage < WORKER_CLOSES && !atomic_load(&end->other->is_ended))
		self = worker_conn_new(worker, (struct limit_hold){ 0 });
	if (self)
		self->peer = relay_peer_new_sibling(worker->relay, worker_now_ms(worker), self);
	if (!self || !self->peer) {
		if (self)
			worker_conn_free(self);
		bridge_leave(end);
		return;
	}
	take_end(self, end);
	memcpy(self->name, bridge->name, sizeof(self->name));
	bridge_wake(end->other);
	work_bridge(self);
}

int worker_join_sibling(struct worker *worker, struct relay_peer *peer, unsigned index,
			const struct relay_peer *from, bool as_it)
{
	struct worker *sibling = worker->parts.sibling[index];
	struct worker_conn *self;
	struct bridge *bridge;

	if (worker->stage >= WORKER_CLOSES)
		return -ESHUTDOWN;
	self = worker_conn_new(worker, (struct limit_hold){ 0 });
	if (!self)
		return -ENOMEM;
	bridge = bridge_new(&worker->waker, &sibling->waker);
	if (!bridge) {
		worker_conn_free(self);
		return -ENOMEM;
	}
	bridge->secure = true; /* memory is as safe as TLS */
	if (from)
		memcpy(bridge->name, bridge_conn_of(from)->name, sizeof(bridge->name));
	if (as_it)
		put_on(bridge, bridge_conn_of(from));
	take_end(self, &bridge->end[0]);
	self->peer = peer;
	relay_peer_set_handle(peer, self);
	bridge->mail = (struct mail){ .fn = on_join, .arg = bridge };
	worker_send(sibling, &bridge->mail);
	return 0;
}
