/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the connections of load balancers wait until their PROXY header has come: nobody above
 * the listener hears of a connection before it is known whose it is.
 */
#ifndef NET_WAITING_ROOM_H
#define NET_WAITING_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/list.h"
#include "net/address/address.h"

struct net_conn;
struct net_waiter;

enum {
	/*
	 * Those of one listener; the one that has waited longest goes. A proxy sends its header
	 * with the first segment, so that so many wait only where that does not work.
	 */
	NET_WAITERS_MAX = 256,
	/* The specification wants at least 3 s: one lost segment must not matter. */
	NET_WAIT_MS = 5000,
};

/* What becomes of those who wait; the listener's. */
struct net_waiting_room_user {
	/* CONN's header has come. Its handshake goes on unless the callee ends it. */
	void (*let_in)(void *arg, struct net_conn *conn);
	/* CONN goes because of its header, or of the want of one: WHY is a line. */
	void (*refused)(void *arg, const struct net_address *address, const char *why);
};

struct net_waiting_room {
	TAILQ_HEAD(, net_waiter) waiters; /* the longest waiting first */
	size_t n;
	const struct net_waiting_room_user *user;
	void *arg;
};

void net_waiting_room_init(struct net_waiting_room *room, const struct net_waiting_room_user *user,
			   void *arg);

/* Abandons those who wait. */
void net_waiting_room_done(struct net_waiting_room *room);

/* CONN, which is in its handshake and has no user yet, waits. 0, or -ENOMEM and it does not. */
int net_waiting_room_add(struct net_waiting_room *room, struct net_conn *conn);

/* For want of descriptors: the one that has waited longest goes. False: nobody waits. */
bool net_waiting_room_make_place(struct net_waiting_room *room);

/*
 * For connection.c and stream.c: a step of CONN, which waits. 0 once it is let in or has ended;
 * else as a handshake. And it waits no more, for it is closed with ERR and WHY.
 */
int net_waiter_step(struct net_conn *conn);
void net_waiter_end(struct net_conn *conn, int err, const char *why);

#endif
