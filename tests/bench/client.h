/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "bench/web.h"

/*
 * A client that costs as little as possible, so that the relay gets the machine. A failure here
 * makes the run useless, so it ends the program.
 */

enum {
	CLIENT_URI_SIZE = 256, /* those of msrpd have 60 bytes */
};

struct client {
	int fd;
	SSL *tls;			/* NULL: plain TCP */
	char uri[CLIENT_URI_SIZE];	/* its own */
	char use_path[CLIENT_URI_SIZE]; /* what the relay gave it; empty before client_login() */
	struct buf out;			/* bytes that the socket has not taken yet */
	bool is_web;			/* uses a WebSocket */
	struct web web;
};

_Noreturn void die(const char *what);

/* The context of all clients, which must outlive them. Certificates are not verified. */
SSL_CTX *client_context_new(void);

/* That of the other ends, with these files. */
SSL_CTX *client_server_context_new(const char *certificate, const char *key);

/*
 * Connects to PORT of 127.0.0.1; CONTEXT is NULL for plain TCP, and RESUMED is a TLS session or
 * NULL. Returns after the handshake.
 */
void client_init(struct client *c, SSL_CTX *context, const char *port, SSL_SESSION *resumed);

/* The same for who comes to LISTENER, and gets the end of a server's. */
void client_accept(struct client *c, SSL_CTX *server, int listener);

/* From now on it speaks within a WebSocket. */
void client_open_web(struct client *c);

/* Closes, and waits until the other end has closed, if it still waits. */
void client_done(struct client *c);

/* AUTH, challenge, AUTH, 200. NUMBER makes the client's URI different from others. */
void client_login(struct client *c, unsigned number);

/*
 * Likewise for a party of a call, which was shown USE_PATH: its first request tells whose
 * connection this is.
 */
void client_join(struct client *c, unsigned number);

/* Has URIs as long as those of a relay's clients, without one. */
void client_pretend(struct client *c, unsigned number);

/* From now on client_read() and client_send() do not wait. */
void client_stop_waiting(struct client *c);

/* The number of bytes read; 0: none are there now. */
size_t client_read(struct client *c, void *buf, size_t size);

/* Keeps the bytes that the socket does not take now. */
void client_send(struct client *c, struct slice bytes);

/* The socket takes more again. */
void client_flush(struct client *c);

#endif
