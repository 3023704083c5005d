/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ways to a transport: calling and being called, directly, through a relay (RFC 4976), or on
 * one port for many sessions. Each is a connector, which is prepared, completed, and cleaned up.
 */
#ifndef CLIENT_MSRP_CONNECT_H
#define CLIENT_MSRP_CONNECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link.h"
#include "message.h"
#include "transport.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Connectors and acceptors ---- */

/* Makes one session connection, once. */
struct msrp_connector;

/* The calling side: connects to the first URI of the remote path, and binds. */
int msrp_connector_direct_new(struct msrp_context *context, struct msrp_connector **ret_connector);

/*
 * The called side: listens, and waits until the owner of the remote path has connected and bound.
 */
int msrp_acceptor_direct_new(struct msrp_context *context, struct msrp_connector **ret_connector);

struct msrp_relay_settings {
	const char *domain;   /* the user's: the realm, and where SRV records are looked up */
	const char *host;     /* the relay's; NULL: by _msrps._tcp of the domain */
	uint16_t port;	      /* 0: from SRV, otherwise 2855 */
	const char *username; /* without domain */
	const char *password;
	unsigned expires_s; /* lifetime of our URI unless renewed; 0: the relay's choice */
	bool without_tls;   /* for closed networks: only the password's digest protects it */
	const char *realm;  /* required of the relay; NULL: see below */
	void *reserved[4];  /* NULL */
};

/*
 * Connects to a relay and authenticates there, and binds or waits to be bound through it. The
 * certificate is verified for HOST, or without one for DOMAIN. Settings are copied; -EINVAL without
 * a user name, a password, or a valid domain or host. If a domain has several relays, the next one
 * is tried when one cannot be reached, hangs, disconnects or refuses; but not with a password that
 * one of them has refused.
 *
 * A relay without a verified certificate has to prove that it knows the password (rspauth in
 * Authentication-Info), and to ask for the password of a realm that is DOMAIN or HOST, or is above
 * or below it; unless the credentials are insecure. Over TLS, the URIs that it grants have to be
 * msrps.
 */
int msrp_relay_connection_new(struct msrp_context *context,
			      const struct msrp_relay_settings *settings, enum msrp_mode mode,
			      struct msrp_connector **ret_connector);

/*
 * Chooses by relay settings: through the relay, active or passive; or, if RELAY is NULL, directly.
 * For programs whose users may or may not have a relay.
 */
int msrp_connector_relay_new(struct msrp_context *context, const struct msrp_relay_settings *relay,
			     struct msrp_connector **ret_connector);
int msrp_acceptor_relay_new(struct msrp_context *context, const struct msrp_relay_settings *relay,
			    struct msrp_connector **ret_connector);
int msrp_get_connector(struct msrp_context *context, const struct msrp_relay_settings *relay,
		       struct msrp_connector **ret_connector);
int msrp_get_acceptor(struct msrp_context *context, const struct msrp_relay_settings *relay,
		      struct msrp_connector **ret_connector);

/*
 * Recognise requests of the session by the session-ids of both ends alone
 * (draft-ietf-simple-msrp-sessmatch-10): for sessions that pass a border controller which changes
 * hosts and ports in SDP, but not in MSRP. Before prepare; otherwise -EALREADY.
 */
int msrp_connector_use_sessmatch(struct msrp_connector *connector, bool use_sessmatch);

/*
 * Replaces the context's credentials for this connector: what it trusts and shows in TLS, to a
 * relay or to the other side. All files are read before it returns. On failure ERROR holds one line
 * of explanation, file name included, and nothing has changed. Before prepare; otherwise -EALREADY.
 * -ENOTSUP for acceptors of a server, which has one certificate for all.
 */
int msrp_connector_use_credentials(struct msrp_connector *connector,
				   const struct msrp_tls_credentials *credentials, char *error,
				   size_t error_len);

/*
 * LOGGER instead of the context's or the server's, for the connection that is made, as long as it
 * lasts; NULL: none. Before prepare; otherwise -EALREADY.
 */
int msrp_connector_use_logger(struct msrp_connector *connector, const struct msrp_logger *logger);

/* LOCAL_PATH is the path to send to the other side, valid until cleanup; NULL unless ERR is 0. */
typedef void (*msrp_prepared_fn)(void *arg, int err, const char *why, const char *local_path);

/*
 * LOCAL may be NULL. Once: otherwise -EALREADY. -EINVAL for a host that is not numeric, and for
 * other parts that are empty or not valid in a URI.
 */
int msrp_connector_prepare(struct msrp_connector *connector, const struct msrp_local_uri *local,
			   msrp_prepared_fn prepared, void *arg);

/*
 * Our own URI, the last one of the path, with the actual port; NULL before prepared(). Valid until
 * cleanup.
 */
const struct msrp_uri *msrp_connector_local_uri(const struct msrp_connector *connector);

/*
 * The time that the relay keeps the path unless it is renewed, which happens automatically; 0: no
 * relay, no limit.
 */
unsigned msrp_connector_expires(const struct msrp_connector *connector);

/*
 * If ERR is 0, the callee owns TRANSPORT and makes a session of it, or reads a chunk, before it
 * returns, because more may have arrived already. Otherwise it is NULL.
 */
typedef void (*msrp_completed_fn)(void *arg, int err, const char *why,
				  struct msrp_transport *transport);

/*
 * After prepared() without error (otherwise -EINVAL), and once (otherwise -EALREADY). The passive
 * side may pass NULL for REMOTE_PATH, and then is bound by whoever comes first: for programs whose
 * users exchange the path of one side only.
 */
int msrp_connector_complete(struct msrp_connector *connector, const char *remote_path,
			    msrp_completed_fn completed, void *arg);

/*
 * Likewise for programs that go step by step: the loop runs until there is an outcome, or for
 * TIMEOUT_MS; less than 0 means for ever. Not for callbacks, like the functions of a queue session
 * below, which is usually made next; its description also explains -EBUSY, -EINTR and -ECANCELED.
 * -ETIMEDOUT: there was no outcome in time, and the connector is good for nothing but cleanup.
 * Otherwise they return the ERR that the callback would get; ERROR then has WHY, and may be NULL
 * with a length of 0. The transport waits until it is used, and nothing that arrives meanwhile is
 * lost.
 */
int msrp_connector_prepare_blocking(struct msrp_connector *connector,
				    const struct msrp_local_uri *local, int timeout_ms, char *error,
				    size_t error_len, const char **ret_local_path);
int msrp_connector_complete_blocking(struct msrp_connector *connector, const char *remote_path,
				     int timeout_ms, char *error, size_t error_len,
				     struct msrp_transport **ret_transport);

/*
 * At any time: ends what is under way, and frees. Must always be called, even after complete() has
 * succeeded. A transport that was handed out lives on. Returns NULL; NULL is fine.
 */
struct msrp_connector *msrp_connector_cleanup(struct msrp_connector *connector);

/* ---- Server ---- */

/*
 * Many expected sessions behind one port, or a few. The To-Path of a connection's first SEND names
 * its session; if that is not expected, it is answered 481 (506 if the session has its connection
 * already) and closed. A connection may come before its session's complete(): it waits.
 *
 *     msrp_server_new()                  once
 *     msrp_acceptor_server_new()         for each session
 *     msrp_connector_prepare()           from here on it is expected
 *     msrp_connector_complete()
 *     msrp_connector_cleanup()           from here on it is not
 *     msrp_server_free()
 */
struct msrp_server;

struct msrp_server_options {
	const char *certificate;	  /* PEM, for msrps; NULL: the context's */
	const char *key;		  /* PEM */
	const char *ca_file;		  /* PEM: authorities for callers; NULL: the system's */
	const struct msrp_logger *logger; /* for its acceptors; NULL: the context's; outlives it */
	void *reserved[4];		  /* NULL */
};

/* OPTIONS may be NULL. On failure ERROR holds one line of explanation. */
int msrp_server_new(struct msrp_context *context, const struct msrp_server_options *options,
		    char *error, size_t error_len, struct msrp_server **ret_server);

/* Its acceptors must have been cleaned up: otherwise SERVER is returned unharmed. NULL is fine. */
struct msrp_server *msrp_server_free(struct msrp_server *server);

/*
 * Expects one session. The port of prepare() is opened if the server does not
 * listen there yet, and stays open; 0 is the port that it has on this
 * host already, or a free one. prepare() fails with -EADDRINUSE for a session-id that is
 * expected already.
 */
int msrp_acceptor_server_new(struct msrp_server *server, struct msrp_connector **ret_connector);

#ifdef __cplusplus
}
#endif

#endif
