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

/* What one worker has of it. */
struct change_part {
	int *fd; /* of each listener that is new, until it is made; else -1 */
	struct net_listener **listener; /* those that are new, once they are made */
	struct relay_config *relay;	/* of a relay that there was before */
};

struct change {
	struct snapshot *next;
	size_t n_listeners;
	int *kept; /* for each of its listeners: which one of before it is, or CHANGE_NEW */
	struct change_part *part; /* one for each worker */
	size_t n_parts;
	int err; /* of the first worker that could not prepare */
};

/* To NEXT, which stays the caller's; no listener is kept as yet. NULL without memory. */
struct change *change_new(struct snapshot *next, size_t n_workers);

/* Closes the sockets that nobody took. NULL is fine; returns NULL. */
struct change *change_free(struct change *change);

/*
 * Which listeners are those of BEFORE: a socket is kept when its address and port
 * are the same, or it is the same one that was passed, as NEXT says by now.
 */
void change_keep_listeners(struct change *change, const struct snapshot *before);

/* Opens the sockets of listener I, which is a new one, and says in the snapshot where they are. 0
 * or a negative errno. */
int change_open_listener(struct change *change, size_t i);

#endif
