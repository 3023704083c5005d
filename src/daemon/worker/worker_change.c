/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A worker's part in a change: prepares listeners and relay settings, then commits or abandons
 * them.
 */
#include <errno.h>
#include <stdlib.h>

#include "daemon/worker/worker_state.h"

static int make_listener(struct worker *worker, int *fd, struct net_listener **ret_listener)
{
	struct net_listener_options options = {
		.accept = worker_on_accept,
		.accept_failed = worker_on_accept_failed,
		.accept_refused = worker_on_accept_refused,
		.arg = worker,
	};
	int err = net_listener_adopt(worker->context, &options, *fd, ret_listener);

	if (!err)
		*fd = -1;
	return err;
}

static int prepare_relay(struct worker *worker, const struct relay_config *config,
			 struct relay_config **ret_prepared)
{
	struct relay_config own = *config;

	if (worker->relay) {
		*ret_prepared = relay_prepare(worker->relay, config);
		return *ret_prepared ? 0 : -ENOMEM;
	}
	own.worker = worker->index;
	own.n_workers = (unsigned)worker->parts.n_siblings;
	return relay_new(&own, &worker_host, worker, &worker->relay);
}

void worker_prepare(struct worker *worker, struct change *change)
{
	struct change_part *part = &change->part[worker->index];
	int err = change->err;

	for (size_t i = 0; i < change->n_listeners && !err; i++)
		if (part->fd[i] >= 0)
			err = make_listener(worker, &part->fd[i], &part->listener[i]);
	if (!err)
		err = prepare_relay(worker, &change->next->relay, &part->relay);
	change->err = err;
}

void worker_abandon(struct worker *worker, struct change *change)
{
	struct change_part *part = &change->part[worker->index];

	for (size_t i = 0; i < change->n_listeners; i++)
		part->listener[i] = net_listener_free(part->listener[i]);
	part->relay = relay_discard(part->relay);
}

void worker_stop_listening(struct worker *worker)
{
	for (size_t i = 0; i < worker->n_listeners; i++)
		worker->listener[i] = net_listener_free(worker->listener[i]);
}

void worker_turn_away(struct worker *worker)
{
	for (size_t i = 0; i < worker->n_listeners; i++)
		if (!worker->snapshot->listener[i].passed)
			worker->listener[i] = net_listener_free(worker->listener[i]);
}

/* The change's array becomes the worker's; listeners left in the old one are closed. */
static void turn_listeners(struct worker *worker, const struct change *change,
			   struct change_part *part)
{
	struct net_listener **now = part->listener;

	for (size_t i = 0; i < change->n_listeners; i++) {
		int kept = change->kept[i];

		if (kept == CHANGE_NEW) {
			net_listener_start(now[i]);
		} else {
			now[i] = worker->listener[kept];
			worker->listener[kept] = NULL;
		}
		if (now[i])
			net_listener_set_protocol(now[i], &change->next->listener[i].protocol);
	}
	worker_stop_listening(worker);
	free(worker->listener);
	worker->listener = now;
	worker->n_listeners = change->n_listeners;
	part->listener = NULL;
}

void worker_commit(struct worker *worker, struct change *change)
{
	struct change_part *part = &change->part[worker->index];

	turn_listeners(worker, change, part);
	if (part->relay)
		relay_configure(worker->relay, part->relay);
	part->relay = NULL;
	snapshot_unref(worker->snapshot);
	worker->snapshot = snapshot_ref(change->next);
	if (worker->stage == WORKER_FINISHES)
		worker_turn_away(worker);
	else if (worker->stage != WORKER_SERVES)
		worker_stop_listening(worker);
}
