/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_ENDPOINT_H
#define NET_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/buf.h"
#include "net/connection/connection.h"
#include "net/connection/listener.h"
#include "net/context.h"
#include "net/tls/tls.h"
#include "support/certificate.h"

struct endpoint;

typedef void (*endpoint_hook_fn)(struct endpoint *e);

/* The user of a connection in these tests: it sends its output and notes what happens. */
struct endpoint {
	struct net_conn *conn; /* NULL before there is one and after closed() */
	struct world *world;
	const uint8_t *out; /* its output */
	size_t out_len;
	size_t pull_max; /* at most that much at a time; 0: all */
	bool reading;	 /* the result of want_read() */
	bool discard;	 /* input is counted and not kept */
	int recv_result; /* the result of recv() */
	struct buf in;	 /* its input */
	size_t n_in;	 /* bytes received */
	size_t n_sent;
	size_t n_pulls;
	char calls[8]; /* in their order, repeated ones once: o(pened) r(ecv) e(of) c(losed) */
	int err;       /* of closed() */
	char why[200];
	endpoint_hook_fn on_opened, on_recv, on_eof, on_pull, on_sent, on_closed;
};

/* One loop with a listener, an accepted connection, and one that was connected to it. */
struct world {
	uv_loop_t loop;
	uv_timer_t watchdog;
	struct net_context *context;
	struct net_listener *listener;
	struct net_tls *server_tls; /* NULL: plain TCP */
	struct net_tls *client_tls;
	const char *server_name; /* what the client expects */
	struct support_ca *ca;
	struct support_certificate certificate; /* for relay.test and 127.0.0.1 */
	struct endpoint server, client;
	size_t n_accepted;
};

extern const struct net_conn_user endpoint_user;

/* The transports of most tests. */
enum {
	WITH_TCP,
	WITH_TLS,
	N_TRANSPORTS,
};

void world_init(struct world *w, int transport);

/* Closes everything that is left, and runs the loop to its end. */
void world_done(struct world *w);

/* Settings for TLS: of a client with the certificate OWN, or NULL; and of a server. */
struct net_tls *world_client_tls(const char *ca, bool verify,
				 const struct support_certificate *own);
struct net_tls *world_server_tls(const struct net_tls_domain *domain, size_t n, const char *ca);

/* Replaces the usual settings; NULL: those stay. */
void world_use_tls(struct world *w, struct net_tls *server, struct net_tls *client);

void world_listen(struct world *w);
uint16_t world_port(const struct world *w);

/* Connects the client to the listener, without waiting. */
void world_connect(struct world *w);

/* The usual beginning: everything above, until both ends are open. */
void world_open(struct world *w, int transport);

/* Runs the loop until the condition is true. */
#define WORLD_RUN_UNTIL(w, condition)                                                              \
	do {                                                                                       \
		while (!(condition))                                                               \
			uv_run(&(w)->loop, UV_RUN_ONCE);                                           \
	} while (0)

/* Runs the loop until nothing moves any more at either end. */
void world_settle(struct world *w);

bool endpoint_is_open(const struct endpoint *e);
bool endpoint_is_closed(const struct endpoint *e);
void endpoint_send(struct endpoint *e, const void *p, size_t len);

/* LEN bytes that do not repeat soon; freed by the caller. */
uint8_t *endpoint_noise(size_t len);

#endif
