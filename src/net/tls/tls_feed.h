/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Input below TLS, in doses: so that one peer with many small records cannot monopolise a loop.
 */
#ifndef NET_TLS_TLS_FEED_H
#define NET_TLS_TLS_FEED_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/transport/transport.h"

enum {
	/*
	 * Records in one read. Beyond the first few, time depends on bytes, but 64 KiB in records
	 * of one byte would take 60 ms.
	 */
	NET_TLS_RECORDS_PER_READ = 128,

	/*
	 * Records in a row that bring no data: KeyUpdate, tickets, alerts, empty ones, new
	 * handshakes, and fragments of a handshake. A KeyUpdate takes 8 us for 27 bytes; no honest
	 * peer sends two without data between them (RFC 8446 5.5 wants one for gigabytes), and a
	 * server only a handful of tickets. A whole handshake has less than 10.
	 */
	NET_TLS_BARREN_MAX = 32,

	/*
	 * Bytes of data that make up for a barren record, so that a peer cannot break the row for
	 * one byte each: less than the smallest MSRP request, so that a peer may have new keys for
	 * each.
	 */
	NET_TLS_BYTES_PER_BARREN = 128,

	/*
	 * For all connections of a context together, in one turn of the loop: barren records (4
	 * ms), and calls that continue a handshake (up to 4 ms each, with RSA-4096). A connection
	 * that has to wait is next in the next turn; data never waits.
	 */
	NET_TURN_BARREN_MAX = 512,
	NET_TURN_HANDSHAKES_MAX = 4,
};

/*
 * Input for OpenSSL. A call of SSL_read_ex() processes whatever it can get before it returns, so it
 * gets one record at a time, and none beyond the limits of one read, one turn of the loop and one
 * peer. The bytes of several records come from the socket with one system call and wait in the
 * context; what is left at the end of a call waits in the transport. A zeroed struct is one for a
 * handshake.
 */
struct net_tls_feed {
	const uint8_t *raw; /* in the context, during a call */
	size_t raw_len;
	unsigned n_records; /* begun in this call */
	unsigned n_barren;  /* records that brought no data and were not made up for */
	size_t credit;	    /* bytes of data, too few to make up for another */
	bool fresh;	    /* the latest record has not brought data yet */
	bool open;	    /* the handshake is done */
	bool put_off;	    /* OpenSSL was told to wait for the next turn */
};

/* Counts the records of SSL, which is T's, here. */
void net_tls_feed_watch(SSL *ssl, struct net_transport *t);

/* In tls_transport.c: the feed of T. */
struct net_tls_feed *net_tls_feed_of(struct net_transport *t);

/* Around each call of OpenSSL that reads. end() returns 0 or -ENOMEM. */
void net_tls_feed_begin(struct net_tls_feed *feed);
int net_tls_feed_end(struct net_tls_feed *feed, struct net_transport *t);

/* For OpenSSL: returns like net_transport_recv(), or NET_NEXT_TURN. */
int net_tls_feed_take(struct net_tls_feed *feed, struct net_transport *t, void *out, size_t size,
		      size_t *ret_len);

/* The call has brought LEN bytes of data. */
void net_tls_feed_brought(struct net_tls_feed *feed, struct net_transport *t, size_t len);

/* The handshake is done. */
void net_tls_feed_open(struct net_tls_feed *feed);

/* Is there input that the socket will not report? */
bool net_tls_feed_has(const struct net_tls_feed *feed, const struct net_transport *t);

/* May this read begin another record? */
bool net_tls_feed_may_go_on(const struct net_tls_feed *feed);

#endif
