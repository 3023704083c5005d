/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Octets in and out of a socket, with or without TLS: what stream.c works with.
 */
#ifndef NET_TRANSPORT_TRANSPORT_H
#define NET_TRANSPORT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/context.h"
#include "net/proxy/proxy_header.h"
#include "net/transport/output.h"

enum {
	NET_WHY_MAX = 160, /* one line of a log */
	/*
	 * The most that write() takes whole or not at all; more needs a system call of its own
	 * anyway.
	 */
	NET_WHOLE_MAX = 16 * 1024,
};

/* The results of a transport's functions besides 0 and a negative errno. */
enum {
	NET_WANT_READ = 1, /* nothing more before the socket is readable */
	NET_WANT_WRITE,	   /* nothing more before the socket is writable */
	NET_EOF,	   /* the other side sends no more */
	NET_NEXT_TURN,	   /* there may be more, but others come first: try next turn */
	NET_REFUSED,	   /* of a handshake: we refuse this connection, and they have been told */
};

/* May the other side of an accepted connection be a browser? */
enum net_web {
	NET_WEB_NEVER,
	NET_WEB_MAYBE,
	NET_WEB_ALWAYS,
};

/* Whether a server with TLS wants certificates from its clients. */
enum net_tls_clients {
	NET_TLS_CLIENTS_ASKED,	  /* for a certificate, which need not verify (RFC 4976 6.1) */
	NET_TLS_CLIENTS_REQUIRED, /* to show one that verifies */
	NET_TLS_CLIENTS_NOT_ASKED,
};

struct net_certificate;
struct net_tls;
struct net_transport;

/*
 * How bytes get in and out of a connected socket, so that the layers above need not know whether
 * there is TLS. A function that returns a negative errno may leave a line of explanation in WHY.
 */
struct net_transport_ops {
	/* Returns 0 once bytes may be exchanged, NET_WANT_READ, NET_WANT_WRITE or NET_NEXT_TURN. */
	int (*handshake)(struct net_transport *t);
	/* Returns 0 with *ret_len > 0 bytes in OUT, or any of the above. */
	int (*read)(struct net_transport *t, uint8_t *out, size_t size, size_t *ret_len);
	/*
	 * Takes *ret_len bytes of the LEN at P, all or none if there are at most NET_WHOLE_MAX.
	 * Returns NET_WANT_WRITE if that is not all. They are sent only by net_output_flush().
	 */
	int (*write)(struct net_transport *t, const uint8_t *p, size_t len, size_t *ret_len);
	/* Adds to the output that we send no more. */
	void (*say_end)(struct net_transport *t);
	/* Has the other side shown a certificate that verifies? */
	bool (*peer_verified)(struct net_transport *t);
	bool (*peer_is)(struct net_transport *t, const char *host);
	/* A reference to it; NULL: it showed none. */
	struct net_certificate *(*peer_certificate)(struct net_transport *t);
	/* Frees, and closes the socket. */
	void (*free)(struct net_transport *t);
};

/* The first member of every transport. */
struct net_transport {
	const struct net_transport_ops *ops;
	struct net_context *context;
	int fd; /* owned */
	struct net_output output;
	struct buf held; /* read from the socket, and not yet given to TLS */
	/*
	 * A read got less than it asked for: the socket is empty until the loop reports otherwise,
	 * and another read would be a wasted system call. The connection clears it when the socket
	 * is readable.
	 */
	bool drained;
	bool secure;
	bool watched; /* it must not begin with a PROXY header */
	struct net_proxy_watch watch;
	char *why; /* NULL if there is nothing to explain */
};

void net_transport_init(struct net_transport *t, const struct net_transport_ops *ops,
			struct net_context *context, int fd);

/* Moves it to another context. */
void net_transport_move(struct net_transport *t, struct net_context *context);

/* It leaves its context: what it holds is nobody's but its own. */
void net_transport_leave(struct net_transport *t);

/* Sets the explanation of the error that is returned next. Without memory there is none. */
void net_transport_explain(struct net_transport *t, const char *why);

/* Closes the socket. */
void net_transport_done(struct net_transport *t);

/*
 * Reads from the socket; everything must be read by this function. Returns 0 with *ret_len > 0,
 * NET_WANT_READ, NET_EOF or a negative errno.
 */
int net_transport_recv(struct net_transport *t, void *out, size_t size, size_t *ret_len);

/* Each takes over FD, and closes it on failure. Returns 0 or a negative errno. */
int net_tcp_new(struct net_context *context, int fd, struct net_transport **ret_transport);
int net_tls_accept_new(struct net_context *context, int fd, struct net_tls *tls, enum net_web web,
		       enum net_tls_clients clients, struct net_transport **ret_transport);
/* The certificate must name SERVER_NAME, a name or a numeric address. */
int net_tls_connect_new(struct net_context *context, int fd, struct net_tls *tls,
			const char *server_name, struct net_transport **ret_transport);

#endif
