/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_CONNECT_SERVER_H
#define CLIENT_CONNECT_SERVER_H

#include "base/hash.h"
#include "client/connect/connector.h"
#include "msrp/peek.h"
#include "net/handoff.h"
#include "net/listener.h"

/*
 * Sessions that share listening ports. Whoever connects is a guest until its
 * first SEND says which session it is for; then the connection, with all that
 * was read of it, is moved to the transport of that session.
 *
 *     guest: reading --head of a SEND--> moving --> held until complete() --> transport
 *                    \-> answered 481 or 506, and closed
 */
struct msrp_server;

/* One expected session. */
struct server_acceptor {
	struct msrp_connector base;
	struct msrp_server *server;
	struct msrp_uri own; /* points into base.own_uri */
	bool listed;	     /* in the server's table */
	bool waiting;	     /* complete() was called, and nobody has bound */
	bool bound;
	struct msrp_transport *transport; /* that is about to bind */
	struct client_timer timer;
	UT_hash_handle hh; /* by the session-id of own */
};

struct server_port {
	struct msrp_server *server;
	struct net_listener *listener;
	bool secure;
	SLIST_ENTRY(server_port) in_server;
};

struct server_guest {
	struct msrp_server *server;
	struct net_conn *conn;		/* NULL once it was moved */
	struct net_handoff *handoff;	/* NULL before */
	struct server_acceptor *wanted; /* whom it wants; NULL: not known yet */
	char *from_path;		/* who it says it is */
	struct msrp_peek peek;		/* what has come, until the head is complete */
	struct buf out;			/* the answer to who is not expected */
	struct client_timer timer;
	struct client_garbage garbage;
	TAILQ_ENTRY(server_guest) in_server;
};

TAILQ_HEAD(server_guest_list, server_guest);

struct msrp_server {
	struct msrp_context *context;
	const struct msrp_logger *logger;
	struct net_tls *tls; /* NULL: without certificate */
	SLIST_HEAD(, server_port) ports;
	struct server_guest_list guests; /* the one that has been here longest first */
	size_t n_guests;
	struct server_acceptor *expected;
	size_t n_acceptors; /* not cleaned up, expected or not */
};

/*
 * Makes sure that the server listens at ADDRESS; port 0: where it does already
 * on this host, or at a free port. The address with its port goes to RET_ADDRESS.
 */
int client_server_listen(struct msrp_server *server, const struct net_address *address, bool secure,
			 struct net_address *ret_address);

/* Takes over a connection that has come. */
void client_guest_new(struct msrp_server *server, struct net_conn *conn);
void client_guest_free(struct server_guest *guest);

/* The first guest for ACCEPTOR that has been held; NULL: none. */
struct server_guest *client_guest_of(struct server_acceptor *acceptor);

/* Is who comes with that path the one? Before complete() it may be anybody. */
bool client_acceptor_awaits(const struct server_acceptor *acceptor, const struct msrp_path *from);

/* A guest is held for this session: takes it if it is awaited. */
void client_acceptor_receive(struct server_acceptor *acceptor);

#endif
