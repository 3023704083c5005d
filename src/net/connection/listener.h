/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Listening sockets, opened by address or inherited from systemd. Each accepted connection becomes
 * a struct net_conn.
 */
#ifndef NET_CONNECTION_LISTENER_H
#define NET_CONNECTION_LISTENER_H

#include <stdbool.h>

#include "net/address/address.h"
#include "net/connection/connection.h"
#include "net/context.h"
#include "net/proxy/proxies.h"
#include "net/tls/tls.h"
#include "net/transport/socket_options.h"
#include "net/transport/transport.h"
#include "net/websocket/websocket.h"

struct net_listener;

/* The protocol of connections to a listener. */
struct net_protocol {
	struct net_tls *tls;			  /* NULL: plain TCP */
	enum net_tls_clients clients;		  /* whether TLS wants their certificates */
	struct net_websocket_settings *websocket; /* NULL: never a WebSocket */
	bool either;				  /* a WebSocket, or its protocol without one */
	struct net_socket_options socket;
	struct net_proxies
	    *proxies; /* those that send a PROXY header before all that; NULL: nobody */
};

/*
 * A connection has come (TLS: before its handshake), and so has its PROXY header, if it has to send
 * one; PEER is the address in that. The callee gives it a user with net_conn_set_user(), or drops
 * it with net_conn_abandon(). opened() follows when the handshake is done.
 */
typedef void (*net_accept_fn)(void *arg, struct net_conn *conn, const struct net_address *peer);

/*
 * accept() failed for lack of descriptors or memory. True: room was made, try again when the loop
 * has turned; false: try again in a second. Called each time.
 */
typedef bool (*net_accept_failed_fn)(void *arg, int err);

/*
 * A connection from PEER, a proxy, was closed because its PROXY header did not come, or was
 * invalid; any other connection that sends a header is closed with NET_PROXY_FAULT. WHY is one
 * line.
 */
typedef void (*net_accept_refused_fn)(void *arg, const struct net_address *peer, const char *why);

/* Each of the listeners that share an address gets some of the connections. */
enum net_sharing {
	NET_SHARED_BY_NOBODY,
	NET_SHARED_FROM_NOW, /* the first of them: nobody else may have the address yet */
	NET_SHARED_BEFORE,   /* a further one */
};

struct net_listener_options {
	/* Port 0: the system chooses. :: also accepts IPv4, and only IPv4 if there is no IPv6. */
	struct net_address address;
	enum net_sharing sharing;     /* of the address, with others of this process */
	struct net_protocol protocol; /* the listener holds references */
	net_accept_fn accept;
	net_accept_failed_fn accept_failed;   /* may be NULL */
	net_accept_refused_fn accept_refused; /* may be NULL */
	void *arg;
};

/*
 * The same in steps, for callers who want all of several listeners or none. The socket of a
 * listener that is not started yet keeps connections waiting.
 *
 * Opens a socket that listens at ADDRESS, without anybody to accept connections yet; from any
 * thread. Returns 0 or a negative errno.
 */
int net_listener_open(const struct net_address *address, enum net_sharing sharing, int *ret_fd);

/*
 * The address that the socket FD listens at. Returns 0 or a negative errno, also if it is not an IP
 * socket.
 */
int net_listener_name(int fd, struct net_address *ret_address);

/*
 * Makes a listener that owns the socket FD from now on, whatever address OPTIONS have. Returns 0;
 * or a negative errno, and FD is still the caller's.
 */
int net_listener_adopt(struct net_context *context, const struct net_listener_options *options,
		       int fd, struct net_listener **ret_listener);
void net_listener_start(struct net_listener *listener);

/* Returns 0 or a negative errno. */
int net_listener_new(struct net_context *context, const struct net_listener_options *options,
		     struct net_listener **ret_listener);

/* Stops listening; accepted connections stay. Returns NULL. */
struct net_listener *net_listener_free(struct net_listener *listener);

/* The address that it listens at, with the actual port. */
const struct net_address *net_listener_address(const struct net_listener *listener);

/* New connections get these settings; open ones keep theirs. */
void net_listener_set_protocol(struct net_listener *listener, const struct net_protocol *protocol);

#endif
