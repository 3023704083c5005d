/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last stop of octets that leave: small pieces are gathered, large ones go to the socket where
 * they lie.
 */
#ifndef NET_TRANSPORT_OUTPUT_H
#define NET_TRANSPORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	/*
	 * Two TLS records with one system call; more is no faster. It is also what
	 * a connection may have to keep of its own when its socket is full, which
	 * a short message that comes later cannot overtake.
	 */
	NET_SCRATCH_SIZE = 36 * 1024,
};

/*
 * Where the bytes of one connection at a time are gathered on their way to its
 * socket. A context has one; it is empty whenever no connection is at work.
 */
struct net_scratch {
	size_t len;
	uint8_t bytes[NET_SCRATCH_SIZE];
};

/* The way out of one socket: small pieces become one system call. */
struct net_output {
	int fd;			     /* not owned */
	struct net_scratch *scratch; /* of the context */
	struct buf rest;	     /* taken, but the socket did not; at most one scratch */
};

/* Gives up what was not sent. */
void net_output_done(struct net_output *output);

/*
 * Makes room for LEN bytes, sending what stands in the way: 0, NET_WANT_WRITE, or a
 * negative errno.
 */
int net_output_make_room(struct net_output *output, size_t len);

/* Takes LEN bytes, for which there must be room. */
void net_output_add(struct net_output *output, const void *p, size_t len);

/* Sends what was added: 0 when all of it is gone, NET_WANT_WRITE, or a negative errno. */
int net_output_flush(struct net_output *output);

/*
 * Past everything gathered, which must be gone: sends bytes from where they are.
 * Results as above.
 */
int net_output_send(struct net_output *output, const uint8_t *p, size_t len, size_t *ret_sent);

#endif
