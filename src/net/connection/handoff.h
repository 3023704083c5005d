/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection between two loops: the daemon moves it to the worker that has its session, before
 * or after its first request.
 */
#ifndef NET_CONNECTION_HANDOFF_H
#define NET_CONNECTION_HANDOFF_H

#include <stddef.h>
#include <stdint.h>

#include "net/connection/connection.h"

/*
 * How a connection gets from one context to another, be it of another thread:
 * with its socket, the state of TLS, and what was read and not used.
 *
 *     conn -- net_conn_detach() --> handoff -- net_conn_attach() --> conn
 *
 * In between nothing looks after it; what the other side sends waits in the
 * kernel.
 */
struct net_handoff;

typedef void (*net_detached_fn)(void *arg, struct net_handoff *handoff);

/*
 * To be called from recv(): takes CONN off its context, with the LEN bytes at IN,
 * which come first at its new place. DETACHED(arg of the user, handoff) is the
 * last callback, and never comes from inside; CONN is gone after it. Should
 * CONN be closed meanwhile, closed() comes instead. 0, or -ENOMEM and nothing
 * has happened.
 */
int net_conn_detach(struct net_conn *conn, const uint8_t *in, size_t len, net_detached_fn detached);

/*
 * HANDOFF goes on in CONTEXT, with opened() as the first callback. It is taken
 * over in any case; when this fails, the connection is closed. 0 or -ENOMEM.
 */
int net_conn_attach(struct net_context *context, struct net_handoff *handoff,
		    const struct net_conn_user *user, void *arg, struct net_conn **ret_conn);

/* Closes the connection instead. NULL is fine; returns NULL. */
struct net_handoff *net_handoff_free(struct net_handoff *handoff);

#endif
