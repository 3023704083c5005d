/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection, as everybody above this room knows it: the relay by way of the daemon, and the
 * client by its links.
 */
#ifndef NET_CONNECTION_CONNECTION_H
#define NET_CONNECTION_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/address/address.h"
#include "net/context.h"
#include "net/tls/tls.h"

/*
 * One TCP or TLS connection: bytes in, bytes out, no idea what they mean.
 *
 * Output is pulled: whoever sits above keeps what is to be sent, calls
 * net_conn_kick() when there is some, and is asked for it when the socket can
 * take it. Input is pushed, as long as want_read() says so; when it does not,
 * the socket is not read and TCP slows the sender down.
 *
 * Closing is safe anywhere: inside a callback it only sets a flag, and the
 * work is done when the callback has returned. closed() is always the last
 * callback, always comes unless net_conn_abandon() was called, and never comes
 * from inside a function of this header; the conn is gone after it.
 */
struct net_conn;

/* What sits above a connection. Any of them may call any function of this header. */
struct net_conn_user {
	/* An outgoing connection is open, TLS handshake included; also said of accepted ones. */
	void (*opened)(void *arg);
	/* LEN bytes have come, at least one. Non-zero: close at once, with this as the error. */
	int (*recv)(void *arg, const uint8_t *in, size_t len);
	/* The other side sends no more (FIN or close_notify). Output still goes out. */
	void (*eof)(void *arg);
	/*
	 * The next bytes to send, valid until sent() or the next pull(); 0 when there are none.
	 * On a WebSocket: one whole message, or what is left of the last one.
	 */
	size_t (*pull)(void *arg, const uint8_t **ret_out);
	/* The first LEN of the bytes pulled are taken. */
	void (*sent)(void *arg, size_t len);
	/* All that was taken has been given to the socket. NULL: nobody wants to know. */
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
 * There is output to pull, or want_read() may answer otherwise than before. Cheap;
 * acts before the loop waits.
 */
void net_conn_kick(struct net_conn *conn);

/*
 * Sends what pull() has until it says 0, then closes (TLS: close_notify, then
 * FIN). Gives up after 5 s without progress, which is UV_ETIMEDOUT. From now on
 * only pull(), sent() and closed() are called; input is thrown away. A
 * connection that is not open yet is given up unless there is something to send.
 */
void net_conn_close(struct net_conn *conn);

/* Whatever closes CONN, if it is a WebSocket: it is because we go away. */
void net_conn_go_away(struct net_conn *conn);

/* Closes now; what was not sent is lost. */
void net_conn_abort(struct net_conn *conn);

/* Aborts and never calls the user again: for a user that is going away itself. */
void net_conn_abandon(struct net_conn *conn);

/* Who is on the other side; valid once opened() was called. */
struct net_peer_info {
	struct net_address address;
	bool secure; /* TLS */
	bool websocket;
	bool verified; /* it showed a certificate that a CA of ours signed and that is in date */
};

const struct net_peer_info *net_conn_peer(const struct net_conn *conn);

/*
 * Does the verified certificate name HOST in its subjectAltName (RFC 4976 6.3, RFC
 * 6125)? False when not verified.
 */
bool net_conn_peer_is(const struct net_conn *conn, const char *host);

/*
 * Were there servers or addresses left to be tried when it was opened? A user that is not
 * content with this one connects again, and has its address avoided.
 */
bool net_conn_has_others(const struct net_conn *conn);

/* The address of our end; valid once opened() was called. */
const struct net_address *net_conn_local(const struct net_conn *conn);

/*
 * Ends a connection that makes no progress: TLS handshake not done after MS. The
 * default is 10 s.
 */
void net_conn_set_handshake_timeout(struct net_conn *conn, unsigned ms);

/* Asked of every resolved address before it is connected to. */
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
	bool must_verify;	 /* an address whose certificate does not verify has failed */
	unsigned timeout_ms;	 /* for the whole, from look-up to handshake; 0: 10 s */
	unsigned server_ms;	 /* for one server, before the next is tried as well; 0: 2 s */
	const struct net_address
	    *avoid; /* addresses that are not to be tried, up to NET_AVOID_MAX */
	size_t n_avoid;
	const char *asker;  /* whose look-ups are limited together, "192.0.2.1"; NULL: nobody's */
	net_allow_fn allow; /* NULL: every address will do; when none does: -EACCES */
	void *allow_arg;
};

/*
 * Starts to connect: SRV by priority and weight, then AAAA and A, addresses
 * tried in turn, IPv6 first and the next one as soon as one fails, TLS handshake
 * included, or is slow (250 ms, RFC 8305). A server that is there but does not come
 * to the end of the handshake, and one of which no address answers, has its short time
 * before the next one is tried beside it; the first that is open is taken. opened()
 * or closed() tells the end of it. The options and their strings are copied. 0 or a
 * negative errno, and then no callback.
 */
int net_conn_connect(struct net_context *context, const struct net_connect_options *options,
		     const struct net_conn_user *user, void *arg, struct net_conn **ret_conn);

#endif
