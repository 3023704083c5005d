/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of a connection, for the files of this room.
 */
#ifndef NET_CONNECTION_CONNECTION_STATE_H
#define NET_CONNECTION_CONNECTION_STATE_H

#include <stdbool.h>
#include <uv.h>

#include "base/buf.h"
#include "base/heap.h"
#include "base/list.h"
#include "net/connection/connection.h"
#include "net/connection/listener.h"
#include "net/transport/transport.h"
#include "net/websocket/websocket_layer.h"

struct net_connector;
struct net_waiter;
struct net_handoff;

/*
 * accepted ---------------------.
 *                               v
 * connect() -> CONNECTING -> HANDSHAKE -> OPEN -> LINGER -> CLOSED
 *                                               close(), all sent
 *
 * net_conn_end() takes any of them to CLOSED, but only makes a note of it: net_conn_work() makes
 * the step itself, outside all callbacks.
 */
enum net_conn_state {
	NET_CONN_CONNECTING,
	NET_CONN_HANDSHAKE,
	NET_CONN_OPEN,
	NET_CONN_LINGER, /* we have sent our FIN and wait for theirs */
	NET_CONN_CLOSED, /* waits for libuv to release its handle */
};

enum {
	NET_CONN_TIMEOUT_MS = 10000, /* to connect, and for a handshake */
	NET_CONN_CLOSE_MS = 5000,    /* without progress, while closing */
	NET_CONN_LINGERS_MAX = 6,    /* as often in LINGER, for a peer that takes byte by byte */
};

struct net_conn {
	struct net_context *context;
	LIST_ENTRY(net_conn) in_context;
	TAILQ_ENTRY(net_conn) in_dirty;
	const struct net_conn_user *user; /* never NULL */
	void *arg;
	struct net_connector *connector; /* only while CONNECTING */
	struct net_transport *transport; /* NULL while CONNECTING */
	struct net_waiter *waiter;	 /* for its PROXY header; NULL: it does not wait */
	struct net_websocket *websocket; /* in front of the transport; NULL: none */
	uv_poll_t poll;			 /* initialised with the transport */
	bool has_poll;
	struct heap_node timeout; /* ends a connection without progress; in no heap: disabled */
	enum net_conn_state state;
	int events;	     /* events that the socket is polled for */
	int handshake_wants; /* NET_WANT_READ or NET_WANT_WRITE */
	unsigned handshake_ms;
	int unacked;		     /* our unacknowledged bytes at the last check, in LINGER */
	int n_lingers;		     /* number of such checks */
	int err;		     /* for closed() */
	char *why;		     /* for closed(); NULL: the text of ERR will do */
	struct net_handoff *handoff; /* it is about to leave for another context; otherwise NULL */
	struct buf early;	     /* read in another context before it came here */
	bool dirty;		     /* on the context's list */
	bool ended;		     /* to be CLOSED at the next opportunity */
	bool closing;		     /* net_conn_close() was called */
	bool refused;		     /* in the handshake, and waits for their FIN */
	bool end_said;
	bool in_eof;
	bool more_in;		   /* there may be input that the socket will not report */
	bool write_blocked;	   /* polling until the socket takes more */
	bool read_waits_for_write; /* TLS has to send before it can continue reading */
	bool proxied;		   /* the peer's address comes from a PROXY header */
	bool has_others;	   /* there are other addresses to connect to */
	struct net_peer_info peer;
	struct net_address local;
};

/* A connection without a socket, for CONNECTING. */
int net_conn_new(struct net_context *context, struct net_conn **ret_conn);

/* A connection for an accepted socket, which is taken over in any case. */
int net_conn_new_accepted(struct net_context *context, int fd, const struct net_address *peer,
			  const struct net_protocol *protocol, struct net_conn **ret_conn);

/* Takes over TRANSPORT and continues with the handshake. */
void net_conn_set_transport(struct net_conn *conn, struct net_transport *transport,
			    const struct net_address *peer);

/* Schedules work on the connection before the loop waits. */
void net_conn_mark(struct net_conn *conn);

/*
 * Makes CLOSED the next state, with these arguments for closed(); WHY NULL: the text of ERR. The
 * first call decides.
 */
void net_conn_end(struct net_conn *conn, int err, const char *why);

/* Likewise with the transport's explanation, after PREFIX. */
void net_conn_fail(struct net_conn *conn, int err, const char *prefix);

/* Restarts the time-out that ends a connection without progress. */
void net_conn_start_timer(struct net_conn *conn, unsigned ms);

/* Called when that time is over. */
void net_conn_timed_out(struct net_conn *conn);

/* Removes it from the context; its memory is freed once libuv has released the handle, if any. */
void net_conn_give_back(struct net_conn *conn);

/* In handoff.c: makes the step that net_conn_detach() requested. */
void net_conn_hand_over(struct net_conn *conn);

/* Their input is invalid: stops reading it, and our Close says CODE. */
void net_conn_break(struct net_conn *conn, enum net_websocket_code code);

/* Sends what there is to send, if it may; of all else nothing. */
void net_conn_send(struct net_conn *conn);

/* Does all pending work, closing included. */
void net_conn_work(struct net_conn *conn);

/* The steps of an open connection, in stream.c. Each checks conn->ended after every callback. */
void net_conn_handshake(struct net_conn *conn);
void net_conn_read(struct net_conn *conn);
void net_conn_write(struct net_conn *conn);
void net_conn_discard(struct net_conn *conn);
bool net_conn_wants_read(struct net_conn *conn);

#endif
