/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places a new connection: looks at its first request, and hands the connection to the worker that
 * has the session.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/worker/worker_state.h"
#include "msrp/result.h"
#include "net/connection/handoff.h"

/*
 * A connection on its way to the worker that has the session of its first request. The relay that
 * it leaves has seen nothing of it but its arrival.
 */
struct worker_move {
	struct mail mail;
	struct worker *to;
	struct net_handoff *handoff;
	struct limit_hold hold;
	char name[NET_ADDRESS_TEXT_MAX];
};

/* Nobody is left to be told; the other side sees its connection closed. */
static void give_up_move(struct worker_move *move)
{
	net_handoff_free(move->handoff);
	limit_release(move->to->parts.limit, &move->hold);
	free(move);
}

/*
 * Makes the moved connection one of WORKER's. False without memory; whatever is left stays in MOVE.
 */
static bool take_in_conn(struct worker *worker, struct worker_move *move)
{
	struct worker_conn *self = worker_conn_new(worker, move->hold);

	if (!self)
		return false;
	self->placed = true;
	self->opened = true;
	memcpy(self->name, move->name, sizeof(self->name));
	self->peer = relay_peer_new(worker->relay, worker_now_ms(worker), self);
	if (self->peer && net_conn_attach(worker->context, move->handoff, &worker_conn_user, self,
					  &self->conn) == 0) {
		limit_settle(worker->parts.limit, &self->hold, &worker->owner, self);
		return true;
	}
	if (self->peer) {
		move->handoff = NULL;
		relay_peer_closed(self->peer, worker_now_ms(worker), "out of memory");
	}
	self->hold = (struct limit_hold){ 0 };
	worker_conn_free(self);
	return false;
}

/* On the thread of the worker that gets it; or, if that has ended, on the main thread. */
static void on_arrival(void *owner, void *arg)
{
	struct worker *worker = owner;
	struct worker_move *move = arg;

	if (worker->stage < WORKER_CLOSES && take_in_conn(worker, move))
		free(move);
	else
		give_up_move(move);
}

static void on_detached(void *arg, struct net_handoff *handoff)
{
	struct worker_conn *self = arg;
	struct worker_move *move = self->move;

	move->mail = (struct mail){ .fn = on_arrival, .arg = move };
	move->handoff = handoff;
	move->hold = self->hold;
	memcpy(move->name, self->name, sizeof(move->name));
	self->hold = (struct limit_hold){ 0 };
	self->move = NULL;
	relay_peer_closed(self->peer, worker_now_ms(self->worker), "moved to another worker");
	worker_send(move->to, &move->mail);
	worker_conn_free(self);
}

/* False without memory. */
static bool start_move(struct worker_conn *self, unsigned to, struct slice all)
{
	self->move = calloc(1, sizeof(*self->move));
	if (!self->move)
		return false;
	self->move->to = self->worker->parts.sibling[to];
	/* During the move nobody owns it, so it cannot be told to go. */
	limit_unsettle(self->worker->parts.limit, &self->hold);
	if (net_conn_detach(self->conn, (const uint8_t *)all.p, all.len, on_detached) == 0)
		return true;
	limit_settle(self->worker->parts.limit, &self->hold, &self->worker->owner, self);
	return false;
}

/* Serves it here, also if it cannot be moved. */
static int stay_here(struct worker_conn *self, struct slice all)
{
	int err;

	self->placed = true;
	err = worker_conn_feed(self, (const uint8_t *)all.p, all.len);
	msrp_peek_done(&self->peek);
	return err;
}

int worker_place(struct worker_conn *self, const uint8_t *in, size_t len)
{
	struct msrp_uri_slices first;
	unsigned to;
	int err = msrp_peek_to_path(&self->peek, in, len, &first);

	if (err == MSRP_MORE)
		return 0;
	if (err < 0)
		return err;
	if (err == 0 && relay_find_worker(self->worker->relay, &first, &to) &&
	    start_move(self, to, self->peek.all))
		return 0;
	return stay_here(self, self->peek.all);
}
