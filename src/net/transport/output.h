/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last stop of outgoing octets: small pieces are gathered, large ones go to the socket in
 * place.
 */
#ifndef NET_TRANSPORT_OUTPUT_H
#define NET_TRANSPORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	/*
	 * Two TLS records with one system call; more is no faster. It is also the most that a
	 * connection may have to keep when its socket is full, and that a later short message
	 * cannot overtake.
	 */
	NET_SCRATCH_SIZE = 36 * 1024,
};

/*
 * Gathers the bytes of one connection at a time on their way to its socket. A context has one; it
 * is empty whenever no connection is at work.
 */
struct net_scratch {
	size_t len;
	uint8_t bytes[NET_SCRATCH_SIZE];
};

/* Output to one socket: small pieces become one system call. */
struct net_output {
	int fd;			     /* not owned */
	struct net_scratch *scratch; /* the context's */
	struct buf rest;	     /* taken by us, but not by the socket; at most one scratch */
};

/* Drops unsent bytes. */
void net_output_done(struct net_output *output);

/*
 * Makes room for LEN bytes, sending what is in the way. Returns 0, NET_WANT_WRITE, or a negative
 * errno.
 */
int net_output_make_room(struct net_output *output, size_t len);

/* Adds LEN bytes, for which there must be room. */
void net_output_add(struct net_output *output, const void *p, size_t len);

/* Sends what was added. Returns 0 if everything is sent, NET_WANT_WRITE, or a negative errno. */
int net_output_flush(struct net_output *output);

/* Bypasses the scratch, which must be empty: sends bytes in place. Results as above. */
int net_output_send(struct net_output *output, const uint8_t *p, size_t len, size_t *ret_sent);

#endif
