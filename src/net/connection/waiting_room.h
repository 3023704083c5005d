/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the connections of load balancers wait for their PROXY header: nobody above the listener
 * sees a connection before its address is known.
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
	 * For one listener; the one that has waited longest goes. A proxy sends its header with the
	 * first segment, so this many wait only if that does not work.
	 */
	NET_WAITERS_MAX = 256,
	/* The specification requires at least 3 s: one lost segment must not matter. */
	NET_WAIT_MS = 5000,
};

/* The listener's callbacks for waiting connections. */
struct net_waiting_room_user {
	/* CONN's header has come. Its handshake continues unless the callee ends it. */
	void (*let_in)(void *arg, struct net_conn *conn);
	/* CONN is closed because of its header, or the lack of one: WHY is one line. */
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

/* Abandons the waiting connections. */
void net_waiting_room_done(struct net_waiting_room *room);

/*
 * CONN, which is in its handshake and has no user yet, waits. Returns 0, or -ENOMEM and it does
 * not.
 */
int net_waiting_room_add(struct net_waiting_room *room, struct net_conn *conn);

/* For lack of descriptors: the one that has waited longest goes. False: none waits. */
bool net_waiting_room_make_place(struct net_waiting_room *room);

/*
 * For connection.c and stream.c: a step of CONN, which waits. Returns 0 once it is let in or has
 * ended; otherwise like a handshake. And: it stops waiting, because it is closed with ERR and WHY.
 */
int net_waiter_step(struct net_conn *conn);
void net_waiter_end(struct net_conn *conn, int err, const char *why);

#endif
