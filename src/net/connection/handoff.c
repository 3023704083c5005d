/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The transport itself moves, TLS and all, and with it the input that was read and not used.
 */
#include "net/connection/handoff.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "net/connection/connection_state.h"
#include "net/context_state.h"

struct net_handoff {
	net_detached_fn detached;
	struct net_transport *transport; /* NULL while the conn still has it */
	struct net_websocket *websocket;
	struct net_address peer;
	bool proxied; /* as in a connection */
	struct buf early;
};

int net_conn_detach(struct net_conn *conn, const uint8_t *in, size_t len, net_detached_fn detached)
{
	struct net_handoff *handoff = calloc(1, sizeof(*handoff));

	assert(conn->state == NET_CONN_OPEN && !conn->handoff);
	if (!handoff)
		return -ENOMEM;
	buf_add(&handoff->early, in, len);
	if (buf_failed(&handoff->early)) {
		net_handoff_free(handoff);
		return -ENOMEM;
	}
	handoff->detached = detached;
	handoff->peer = conn->peer.address;
	handoff->proxied = conn->proxied;
	conn->handoff = handoff;
	net_conn_mark(conn);
	return 0;
}

/* The descriptor may be polled elsewhere at once: closing the handle has ended that here. */
void net_conn_hand_over(struct net_conn *conn)
{
	struct net_handoff *handoff = conn->handoff;
	void *arg = conn->arg;

	conn->handoff = NULL;
	net_transport_leave(conn->transport);
	handoff->transport = conn->transport;
	conn->transport = NULL;
	handoff->websocket = conn->websocket;
	conn->websocket = NULL;
	net_conn_give_back(conn);
	handoff->detached(arg, handoff);
}

int net_conn_attach(struct net_context *context, struct net_handoff *handoff,
		    const struct net_conn_user *user, void *arg, struct net_conn **ret_conn)
{
	struct net_transport *transport = handoff->transport;
	struct net_conn *conn;

	if (net_conn_new(context, &conn) != 0) {
		net_handoff_free(handoff);
		return -ENOMEM;
	}
	handoff->transport = NULL;
	conn->websocket = handoff->websocket;
	handoff->websocket = NULL;
	conn->proxied = handoff->proxied;
	conn->early = handoff->early;
	handoff->early = (struct buf){ 0 };
	net_transport_move(transport, context);
	/* Its handshake is done, so it opens at the first check. */
	net_conn_set_transport(conn, transport, &handoff->peer);
	net_handoff_free(handoff);
	net_conn_set_user(conn, user, arg);
	*ret_conn = conn;
	return 0;
}

struct net_handoff *net_handoff_free(struct net_handoff *handoff)
{
	if (!handoff)
		return NULL;
	if (handoff->transport)
		handoff->transport->ops->free(handoff->transport);
	net_websocket_free(handoff->websocket);
	buf_done(&handoff->early);
	free(handoff);
	return NULL;
}
