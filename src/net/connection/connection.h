/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection, as everybody above this room knows it: the relay by way of the daemon, and the
 * client through its links.
 */
#ifndef NET_CONNECTION_CONNECTION_H
#define NET_CONNECTION_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/address/address.h"
#include "net/context.h"
#include "net/tls/tls.h"
#include "net/transport/socket_options.h"

/*
 * One TCP or TLS connection: bytes in, bytes out, without any idea of their meaning.
 *
 * Output is pulled: the user keeps what is to be sent, calls net_conn_kick() when there is some,
 * and is asked for it when the socket can take it. Input is pushed while want_read() permits it;
 * otherwise the socket is not read and TCP slows the sender down.
 *
 * Closing is safe anywhere: inside a callback it only sets a flag, and the work is done when the
 * callback has returned. closed() is always the last callback, always comes unless
 * net_conn_abandon() was called, and never comes from inside a function of this header; the conn is
 * gone after it.
 */
struct net_conn;

/* The user of a connection. Any callback may call any function of this header. */
struct net_conn_user {
	/* A connection, outgoing or accepted, is open, including the TLS handshake. */
	void (*opened)(void *arg);
	/* LEN bytes have come, at least one. Non-zero: close at once, with this as the error. */
	int (*recv)(void *arg, const uint8_t *in, size_t len);
	/* The other side sends no more (FIN or close_notify). Output still goes out. */
	void (*eof)(void *arg);
	/*
	 * The next bytes to send, valid until sent() or the next pull(); 0 if there are none. On a
	 * WebSocket: one whole message, or the rest of the last one.
	 */
	size_t (*pull)(void *arg, const uint8_t **ret_out);
	/* The first LEN of the pulled bytes are taken. */
	void (*sent)(void *arg, size_t len);
	/* The socket has everything that was taken. May be NULL. */
	void (*flushed)(void *arg);
	bool (*want_read)(void *arg);
	/*
	 * ERR is 0 after net_conn_close() or net_conn_abort(), a negative errno
	 * (also UV_ETIMEDOUT, UV_EAI_...), or what recv() returned. WHY is one line
	 * for a log ("certificate has expired"), never NULL.
	 */
	void (*closed)(void *arg, int err, const char *why);
};

/* Takes over the connection of an accept callback. */
void net_conn_set_user(struct net_conn *conn, const struct net_conn_user *user, void *arg);

/*
 * Call when there is output to pull, or when want_read() changes. Cheap; takes effect before the
 * loop waits.
 */
void net_conn_kick(struct net_conn *conn);

/*
 * Sends what pull() has until it returns 0, then closes (TLS: close_notify, then FIN). Gives up
 * after 5 s without progress, with UV_ETIMEDOUT. From now on only pull(), sent() and closed() are
 * called; input is discarded. A connection that is not open yet is abandoned unless there is
 * something to send.
 */
void net_conn_close(struct net_conn *conn);

/* If CONN is a WebSocket, its Close will say that we are going away. */
void net_conn_go_away(struct net_conn *conn);

/* Closes now; unsent output is lost. */
void net_conn_abort(struct net_conn *conn);

/* Aborts and never calls the user again: for a user that is going away itself. */
void net_conn_abandon(struct net_conn *conn);

/* The other side; valid once opened() was called. */
struct net_peer_info {
	struct net_address address;
	bool secure; /* TLS */
	bool websocket;
	bool verified; /* it showed a certificate that is valid now and signed by a trusted CA */
};

const struct net_peer_info *net_conn_peer(const struct net_conn *conn);

/*
 * Does the verified certificate name HOST in its subjectAltName (RFC 4976 6.3, RFC 6125)? False if
 * not verified.
 */
bool net_conn_peer_is(const struct net_conn *conn, const char *host);

/*
 * Were there servers or addresses left to try when it opened? A user that rejects this one may
 * connect again, and avoid its address.
 */
bool net_conn_has_others(const struct net_conn *conn);

/* The address of our end; valid once opened() was called. */
const struct net_address *net_conn_local(const struct net_conn *conn);

/* Ends a connection whose TLS handshake takes longer than MS. The default is 10 s. */
void net_conn_set_handshake_timeout(struct net_conn *conn, unsigned ms);

/* Asked about every resolved address before connecting to it. */
typedef bool (*net_allow_fn)(void *arg, const struct net_address *address);

enum {
	NET_AVOID_MAX = 16, /* as many servers as a service may have */
};

struct net_connect_options {
	const char *host;    /* name or numeric address */
	uint16_t port;	     /* 0: look up SERVICE; without such a record, DEFAULT_PORT */
	const char *service; /* "_msrps._tcp" (RFC 4976 section 8); NULL: no SRV look-up */
	uint16_t default_port;
	struct net_tls *tls;	 /* NULL: plain TCP */
	const char *server_name; /* for SNI and for the certificate; NULL: HOST */
	bool must_verify;	 /* an address whose certificate does not verify counts as failed */
	unsigned timeout_ms;	 /* in all, from look-up to handshake; 0: 10 s */
	struct net_socket_options socket;
	unsigned server_ms; /* for one server, before the next is tried as well; 0: 2 s */
	const struct net_address *avoid; /* addresses to skip, up to NET_AVOID_MAX */
	size_t n_avoid;
	const char *asker;  /* look-ups are limited per asker: "192.0.2.1"; NULL: nobody */
	net_allow_fn allow; /* NULL: all addresses are allowed; if none is: -EACCES */
	void *allow_arg;
};

/*
 * Starts to connect: SRV by priority and weight, then AAAA and A, addresses in turn, IPv6 first,
 * and the next one as soon as one fails (including its TLS handshake) or is slow (250 ms, RFC
 * 8305). A server that responds but does not finish the handshake, or none of whose addresses
 * respond, has server_ms before the next is tried beside it; the first connection to open is taken.
 * opened() or closed() follows. The options and their strings are copied. Returns 0; or a negative
 * errno, and there is no callback.
 */
int net_conn_connect(struct net_context *context, const struct net_connect_options *options,
		     const struct net_conn_user *user, void *arg, struct net_conn **ret_conn);

#endif
