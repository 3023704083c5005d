/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Server, guests and acceptors from the inside, for the three files that implement them.
 */
#ifndef CLIENT_CONNECT_SERVER_H
#define CLIENT_CONNECT_SERVER_H

#include "base/hash.h"
#include "client/connect/connector.h"
#include "msrp/peek.h"
#include "net/connection/handoff.h"
#include "net/connection/listener.h"

/*
 * Acceptors wait at a server, which has listening ports: several share one, or one has a server of
 * its own. Each incoming connection is a guest until its first request names its session; then the
 * connection, with everything that was read of it, is moved to the transport of that session.
 *
 *     guest: reading --head of a request--> moving --> held until complete() --> transport
 *                    \-> answered 481, 501 or 506, and closed
 */
struct msrp_server;

enum {
	/*
	 * Connections that belong to no session yet. An expected one names its session at once;
	 * when there are more, those that have been silent longest go.
	 */
	SERVER_GUESTS_MAX = 1024,

	/* With one session: anybody may connect, but the expected one is there soon. */
	SERVER_SOLE_GUESTS_MAX = 16,
};

/* One expected session. */
struct server_acceptor {
	struct msrp_connector base;
	struct msrp_server *server;
	struct msrp_uri_slices own; /* points into base.own_uri */
	bool listed;		    /* in the server's table */
	bool waiting;		    /* complete() was called, and nobody has bound yet */
	bool overdue;		    /* new guests are too late */
	bool bound;
	struct msrp_transport *transport; /* about to bind */
	struct client_timer timer;
	UT_hash_handle hh; /* keyed by the session-id of own */
};

struct server_port {
	struct msrp_server *server;
	struct net_listener *listener;
	bool secure;
	SLIST_ENTRY(server_port) in_server;
};

struct server_guest {
	struct msrp_server *server;
	struct net_conn *conn;		/* NULL once moved */
	struct net_handoff *handoff;	/* NULL before it is moved */
	struct server_acceptor *wanted; /* the acceptor that it wants; NULL: not known yet */
	char *from_path;		/* the path that it claims */
	bool opened;
	struct msrp_peek peek; /* its input, until the head is complete */
	struct buf out;	       /* the answer to an unexpected one */
	struct client_timer timer;
	struct client_garbage garbage;
	TAILQ_ENTRY(server_guest) in_server;
};

TAILQ_HEAD(server_guest_list, server_guest);

struct msrp_server {
	struct msrp_context *context;
	const struct msrp_logger *logger;
	struct net_tls *tls; /* NULL: no certificate */
	SLIST_HEAD(, server_port) ports;
	struct server_guest_list guests; /* longest present first */
	size_t n_guests;
	struct server_acceptor *expected;
	size_t n_acceptors;	      /* not cleaned up yet, expected or not */
	struct server_acceptor *sole; /* the owner; NULL: shared */
};

/*
 * Makes a server without a certificate, to be freed with msrp_server_free(). Returns 0 or -ENOMEM.
 */
int client_server_new(struct msrp_context *context, struct msrp_server **ret_server);

/*
 * Sets what the server uses from now on; TLS, which may be NULL, is referenced, LOGGER outlives it.
 */
void client_server_use(struct msrp_server *server, struct net_tls *tls,
		       const struct msrp_logger *logger);

/*
 * Makes sure that the server listens at ADDRESS; port 0: where it already does on this host, or at
 * a free port. Stores the address with its port in RET_ADDRESS. Returns 0 or a negative errno.
 */
int client_server_listen(struct msrp_server *server, const struct net_address *address, bool secure,
			 struct net_address *ret_address);

/* Closes its ports, and the connections without a session. */
void client_server_close(struct msrp_server *server);

/* Takes over an incoming connection. */
void client_guest_new(struct msrp_server *server, struct net_conn *conn);
void client_guest_free(struct server_guest *guest);

/* A sole acceptor waits from now on: the usual time to bind begins for present guests. */
void client_guests_start_time(struct msrp_server *server);

/* The first guest held for ACCEPTOR; NULL: none. */
struct server_guest *client_guest_of(struct server_acceptor *acceptor);

/* Does ACCEPTOR expect this path? Before complete() it accepts any. */
bool client_acceptor_awaits(const struct server_acceptor *acceptor,
			    const struct msrp_path_slices *from);

/* A guest is held for this session: takes it if it is expected. */
void client_acceptor_receive(struct server_acceptor *acceptor);

/* A guest is gone that was for this session, or may have been. */
void client_acceptor_lost(struct server_acceptor *acceptor);

/* Tells the only acceptor of a server that a guest was silent for too long. */
void client_acceptor_met_silence(struct server_acceptor *acceptor);

#endif
