/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Server, guests and acceptors from the inside, for the three files that they are in.
 */
#ifndef CLIENT_CONNECT_SERVER_H
#define CLIENT_CONNECT_SERVER_H

#include "base/hash.h"
#include "client/connect/connector.h"
#include "msrp/peek.h"
#include "net/connection/handoff.h"
#include "net/connection/listener.h"

/*
 * Acceptors wait at a server, which has listening ports: several share one, or one has a
 * server of its own. Each connection that comes is a guest until its first request says which
 * session it is for; then the connection, with all that was read of it, is moved to the
 * transport of that session.
 *
 *     guest: reading --head of a request--> moving --> held until complete() --> transport
 *                    \-> answered 481, 501 or 506, and closed
 */
struct msrp_server;

enum {
	/*
	 * Connections that belong to no session yet. The one that is expected says so at
	 * once; when more come than that, those that have been silent for longest go.
	 */
	SERVER_GUESTS_MAX = 1024,

	/* With one session: anybody may connect, and the one that is expected is soon there. */
	SERVER_SOLE_GUESTS_MAX = 16,
};

/* One expected session. */
struct server_acceptor {
	struct msrp_connector base;
	struct msrp_server *server;
	struct msrp_uri_slices own; /* points into base.own_uri */
	bool listed;		    /* in the server's table */
	bool waiting;		    /* complete() was called, and nobody has bound */
	bool overdue;		    /* whoever is not here yet is too late */
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
	bool opened;
	struct msrp_peek peek; /* what has come, until the head is complete */
	struct buf out;	       /* the answer to who is not expected */
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
	size_t n_acceptors;	      /* not cleaned up, expected or not */
	struct server_acceptor *sole; /* whose own it is; NULL: anybody's */
};

/* Without a certificate. 0 or -ENOMEM. Freed with msrp_server_free(). */
int client_server_new(struct msrp_context *context, struct msrp_server **ret_server);

/* What the server has from now on; TLS, which may be NULL, is referenced, LOGGER outlives it. */
void client_server_use(struct msrp_server *server, struct net_tls *tls,
		       const struct msrp_logger *logger);

/*
 * Makes sure that the server listens at ADDRESS; port 0: where it does already
 * on this host, or at a free port. The address with its port goes to RET_ADDRESS.
 */
int client_server_listen(struct msrp_server *server, const struct net_address *address, bool secure,
			 struct net_address *ret_address);

/* Closes its ports, and the connections that are nobody's yet. */
void client_server_close(struct msrp_server *server);

/* Takes over a connection that has come. */
void client_guest_new(struct msrp_server *server, struct net_conn *conn);
void client_guest_free(struct server_guest *guest);

/* A sole acceptor waits from now on: those that are here have as long as anybody to bind. */
void client_guests_start_time(struct msrp_server *server);

/* The first guest for ACCEPTOR that has been held; NULL: none. */
struct server_guest *client_guest_of(struct server_acceptor *acceptor);

/* Is who comes with that path the one? Before complete() it may be anybody. */
bool client_acceptor_awaits(const struct server_acceptor *acceptor,
			    const struct msrp_path_slices *from);

/* A guest is held for this session: takes it if it is awaited. */
void client_acceptor_receive(struct server_acceptor *acceptor);

/* A guest that was for this session, or may have been, is gone. */
void client_acceptor_lost(struct server_acceptor *acceptor);

/* The only one who waits at its server hears that a guest has said nothing for too long. */
void client_acceptor_met_silence(struct server_acceptor *acceptor);

#endif
