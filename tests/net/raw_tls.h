/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_RAW_TLS_H
#define NET_RAW_TLS_H

#include <openssl/ssl.h>

#include "net/endpoint.h"

/*
 * A side with nothing but OpenSSL, for things that ours does not do.
 */
struct raw_tls {
	int fd;
	SSL_CTX *ctx; /* the test's own */
	SSL *ssl;
};

/* Connects to the listener of the world, as a client. Without waiting. */
void raw_tls_open(struct raw_tls *raw, const struct world *w);

/* The client of the world connects to it, a server with the certificate of the world. */
void raw_tls_serve(struct raw_tls *raw, struct world *w);

void raw_tls_close(struct raw_tls *raw);

/* These run the loop while the raw side works; results are OpenSSL's. */
int raw_tls_handshake(struct raw_tls *raw, struct world *w);
int raw_tls_read(struct raw_tls *raw, struct world *w, void *in, int size);

#endif
