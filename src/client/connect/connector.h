/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connectors from the inside. direct.c, acceptor.c and relay_connection.c are its kinds.
 */
#ifndef CLIENT_CONNECT_CONNECTOR_H
#define CLIENT_CONNECT_CONNECTOR_H

#include "client/link/context.h"
#include "client/link/local.h"
#include "client/msrp/connect.h"
#include "client/transport/transport.h"

/* The differences between kinds of connectors. Functions return 0 or an error of client/msrp.h. */
struct client_connector_kind {
	int (*prepare)(struct msrp_connector *c, const struct msrp_local_uri *local);
	int (*complete)(struct msrp_connector *c, const char *remote_path);
	void (*cleanup)(struct msrp_connector *c); /* ends everything; free() frees the memory */
	void (*free)(struct msrp_connector *c);
	unsigned (*expires)(const struct msrp_connector *c);
	bool is_served; /* TLS happens elsewhere, before the connector is known */
};

/*
 * The common part of all connectors: two steps, each with one callback. The first member of the
 * struct of each kind.
 */
struct msrp_connector {
	const struct client_connector_kind *kind;
	struct msrp_context *context;
	msrp_prepared_fn prepared; /* NULL unless a prepare is under way */
	void *prepared_arg;
	msrp_completed_fn completed; /* NULL unless a complete is under way */
	void *completed_arg;
	struct client_local local;
	char *own_uri; /* NULL until it is known, like the next */
	char *local_path;
	struct msrp_uri *uri; /* own_uri as the user sees it */
	char *remote_path;    /* of the expected caller; NULL: whoever comes first */
	const struct client_credentials *credentials; /* its own, or the context's */
	struct client_credentials own_credentials;
	int failed; /* an error with nobody waiting for it, or to be reported later */
	bool use_sessmatch;
	const struct msrp_logger *logger;
	bool asked;			  /* prepare() was called, */
	bool prepared_well;		  /* and has reported success */
	bool completing;		  /* complete() was called */
	bool gone;			  /* cleaned up */
	struct client_blocking *blocking; /* runs the loop until there is an outcome; or NULL */
	struct client_timer later;	  /* reports what is known before the caller has returned */
	struct client_garbage garbage;
};

void client_connector_init(struct msrp_connector *c, const struct client_connector_kind *kind,
			   struct msrp_context *context);

/*
 * Makes the own URI at ADDRESS, and with it the local path, as the user wants it; without a relay
 * that is the whole path. Returns 0 or a negative errno.
 */
int client_connector_make_path(struct msrp_connector *c, const struct net_address *address);

/* A transport with the settings of the connector. Returns like client_transport_new(). */
int client_connector_new_transport(struct msrp_connector *c,
				   const struct client_transport_user *user,
				   struct msrp_transport **ret_transport);

/* Stores the path that complete() is to wait for; NULL is whoever comes first. */
int client_connector_expect(struct msrp_connector *c, const char *remote_path);

/* In blocking.c: there will be no outcome. */
void client_blocking_cancel(struct client_blocking *b);

/* The outcomes; each may come at any time, and the user may clean up inside it. */
void client_connector_prepared(struct msrp_connector *c);
void client_connector_completed(struct msrp_connector *c, struct msrp_transport *transport);
void client_connector_failed(struct msrp_connector *c, int err, const char *why);

#endif
