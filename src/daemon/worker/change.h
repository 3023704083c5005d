/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way from one snapshot to the next, taken by all workers or by none: each worker prepares
 * everything that can fail. When all have succeeded, each commits, which cannot fail; otherwise
 * each abandons what it has prepared.
 */
#ifndef DAEMON_WORKER_CHANGE_H
#define DAEMON_WORKER_CHANGE_H

#include <stddef.h>

#include "daemon/worker/snapshot.h"
#include "net/connection/listener.h"

enum { CHANGE_NEW = -1 };

/* One worker's part of a change. */
struct change_part {
	int *fd;			/* of each new listener until it is made; otherwise -1 */
	struct net_listener **listener; /* the new ones, once made */
	struct relay_config *relay;	/* for a relay that exists already */
};

struct change {
	struct snapshot *next;
	size_t n_listeners;
	int *kept; /* for each listener, its index among the previous ones, or CHANGE_NEW */
	struct change_part *part; /* one per worker */
	size_t n_parts;
	int err; /* of the first worker that failed to prepare */
};

/* A change to NEXT, which stays the caller's; no listener is kept yet. NULL without memory. */
struct change *change_new(struct snapshot *next, size_t n_workers);

/* Closes the sockets that nobody took. NULL is fine; returns NULL. */
struct change *change_free(struct change *change);

/*
 * Finds the listeners that BEFORE has already: a socket is kept if address and port are the same,
 * or if it is the same passed socket. NEXT has the passed sockets by now.
 */
void change_keep_listeners(struct change *change, const struct snapshot *before);

/*
 * Opens the sockets of listener I, a new one, and stores their address in the snapshot. Returns 0
 * or a negative errno.
 */
int change_open_listener(struct change *change, size_t i);

#endif
