/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of a context, for the files of this room.
 */
#ifndef NET_CONTEXT_STATE_H
#define NET_CONTEXT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/store.h"
#include "base/heap.h"
#include "base/list.h"
#include "net/context.h"
#include "net/transport/output.h"

struct net_conn;
struct net_resolver;

enum {
	NET_INPUT_SIZE = 64 * 1024, /* four of the largest TLS records (RFC 8446 5.1) */
	/*
	 * So much is read of all connections together before what it led to is sent:
	 * few enough blocks for it to lie in the processor's cache, and to be used again.
	 */
	NET_READ_AHEAD = 128 * 1024,
	/*
	 * Three of them, with what TLS 1.3 adds to each: together with one that had begun before,
	 * all that comes with one system call has room above.
	 */
	NET_TLS_RAW_SIZE = 3 * (16384 + 22),
};

/* The part of one turn of the loop that all connections together have used. */
struct net_turn {
	unsigned n_barren;     /* TLS records that brought no data */
	unsigned n_handshakes; /* calls that continued a handshake */
	size_t n_read;	       /* bytes that have come since net_context_send() */
};

/* The context as the files of this folder see it. */
struct net_context {
	uv_loop_t *loop;
	/*
	 * Runs before the loop waits; referenced while there are connections, which keeps the loop
	 * running.
	 */
	uv_prepare_t prepare;
	/* Active while the list has work: keeps the loop from waiting. */
	uv_idle_t idle;
	uv_timer_t timer; /* for the earliest time-out */
	struct heap timeouts;
	LIST_HEAD(, net_conn) conns;
	TAILQ_HEAD(, net_conn) dirty; /* connections to handle before the loop waits */
	size_t n_dirty;
	size_t n_conns;
	bool is_sending; /* net_context_count_read() has it sent */
	struct net_turn turn;
	unsigned refs; /* its owner, handles, connections, listeners */
	bool freed;    /* the owner has freed it */
	struct net_resolver *resolver;
	struct store blocks;
	struct net_scratch out;
	uint8_t raw[NET_TLS_RAW_SIZE]; /* input of TLS sockets, on its way to OpenSSL */
	uint8_t in[NET_INPUT_SIZE];    /* input on its way to recv() */
};

/* The memory stays until each ref has had its unref. */
void net_context_ref(struct net_context *context);
void net_context_unref(struct net_context *context);

/* A connection begins, and ends, to keep the loop running. */
void net_context_add_conn(struct net_context *context, struct net_conn *conn);
void net_context_remove_conn(struct net_context *context, struct net_conn *conn);

/* Calls net_conn_timed_out() in MS, replacing an earlier time. Returns 0 or -ENOMEM. */
int net_context_start_timeout(struct net_context *context, struct net_conn *conn, unsigned ms);
void net_context_stop_timeout(struct net_context *context, struct net_conn *conn);

/* LEN bytes were read: if they are many by now, output is sent before more is read. */
void net_context_count_read(struct net_context *context, size_t len);

/* Puts CONN on the list of connections to handle; it may be there already. */
void net_context_mark(struct net_context *context, struct net_conn *conn);
void net_context_unmark(struct net_context *context, struct net_conn *conn);

#endif
