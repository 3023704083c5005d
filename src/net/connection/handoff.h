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
 * How a connection gets from one context to another, perhaps on another thread: with its socket,
 * the state of TLS, and the input that was read and not used.
 *
 *     conn -- net_conn_detach() --> handoff -- net_conn_attach() --> conn
 *
 * In between nobody handles it; what the other side sends waits in the kernel.
 */
struct net_handoff;

typedef void (*net_detached_fn)(void *arg, struct net_handoff *handoff);

/*
 * Call from recv(): takes CONN off its context, with the LEN bytes at IN, which come first at its
 * new place. DETACHED(arg of the user, handoff) is the last callback, and never called from inside
 * this function; CONN is gone after it. If CONN is closed meanwhile, closed() comes instead.
 * Returns 0; or -ENOMEM, and nothing has changed.
 */
int net_conn_detach(struct net_conn *conn, const uint8_t *in, size_t len, net_detached_fn detached);

/*
 * HANDOFF continues in CONTEXT, with opened() as the first callback. It is taken over in any case;
 * on failure the connection is closed. Returns 0 or -ENOMEM.
 */
int net_conn_attach(struct net_context *context, struct net_handoff *handoff,
		    const struct net_conn_user *user, void *arg, struct net_conn **ret_conn);

/* Closes the connection instead. NULL is fine; returns NULL. */
struct net_handoff *net_handoff_free(struct net_handoff *handoff);

#endif
