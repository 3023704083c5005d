/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outer face of this room: one connection as a machine for bytes, with a parser for what comes
 * in and lanes of flows for what goes out. The relay has one for each peer, the client one for
 * each link.
 */
#ifndef MSRP_CONN_H
#define MSRP_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/list.h"
#include "msrp/flow.h"
#include "msrp/ident.h"
#include "msrp/parser.h"

enum {
	/*
	 * Bytes waiting for one connection. Above the high mark its sources are not
	 * read; below the low one they are again. Enough to keep a fast link busy
	 * while a source is woken, little enough for 100,000 stalled receivers.
	 */
	MSRP_QUEUE_HIGH = 256 * 1024,
	MSRP_QUEUE_LOW = 64 * 1024,

	/* Body octets a lane may send while others wait: two TLS records. */
	MSRP_TURN = 32 * 1024,

	/* Heads and small bodies are gathered up to one TLS record. */
	MSRP_FRAME = 16 * 1024,
};

TAILQ_HEAD(msrp_lane_list, msrp_lane);

/*
 * One MSRP connection as a machine for bytes: what arrives goes in by recv,
 * what is to be sent comes out by pull. It knows nothing of sockets or clocks,
 * and serves relay and client alike.
 */
struct msrp_conn {
	struct msrp_parser parser;
	struct msrp_random *random;
	void (*room)(void *arg);
	void *arg;

	/*
	 * Neither has a block while it is empty: the allocator keeps a few for all
	 * connections in the processor's cache, where one of each's own would not be.
	 */
	struct buf control; /* whole messages that wait, before all bodies */
	struct buf frame;   /* bytes on their way out: messages, heads, end-lines, small bodies */
	size_t direct;	    /* after these: so many bytes of the open flow's body, where they are */
	struct msrp_flow *open;	       /* the flow whose piece is being written */
	uint64_t turn;		       /* body octets written since it got its turn */
	struct msrp_lane_list ready;   /* lanes that could begin or go on, in their order */
	struct msrp_lane_list idle;    /* the others */
	struct msrp_piece_list unsent; /* pieces whose last byte is formed but not sent, in order */
	uint64_t formed;	       /* bytes ever put into frame or direct */
	uint64_t taken;		       /* bytes ever taken by sent */
	size_t message_max; /* octets of a message, as far as can be; 0: it is a stream */
	size_t queued;	    /* bytes that flows hold */
	size_t stalled;	    /* of these, in lanes whose first flow waits for its source */
	bool full;	    /* above the high mark, and not below the low one since */
	bool held;	    /* the owner's: no flow begins, and whole messages alone are sent */
};

/*
 * USER is told what comes in. ROOM is called when the queue has fallen below
 * the low mark after it was full; it may be NULL. All must outlive the conn.
 */
void msrp_conn_init(struct msrp_conn *c, const struct msrp_parser_user *user,
		    void (*room)(void *arg), void *arg, struct msrp_random *random);

/*
 * From now on, and before anything is to be sent: the other side takes one message at a time, as
 * a WebSocket does (RFC 7977 5.1), and each pull is for one or the rest of one. Chunks are cut so
 * that a message has LEN octets at most, unless its head alone has nearly as many. 0: a stream.
 */
void msrp_conn_set_message_max(struct msrp_conn *c, size_t len);

/*
 * Forgets flows, lanes and pieces without a call-back (their owners know them)
 * and frees the rest.
 */
void msrp_conn_done(struct msrp_conn *c);

/* As msrp_parser_feed(). */
int msrp_conn_recv(struct msrp_conn *c, const uint8_t *in, size_t len);

/*
 * The next bytes to send; 0 when there are none now, or ever again: see
 * msrp_conn_failed(). The pointer is valid until anything else is done to the
 * conn or its flows; the bytes are not, they come again at the next pull until
 * they are sent, as a TLS write that has to be repeated needs it.
 */
size_t msrp_conn_pull(struct msrp_conn *c, const uint8_t **ret_out);

/* The transport has taken the first LEN of the bytes pulled. */
void msrp_conn_sent(struct msrp_conn *c, size_t len);

/*
 * Where whole messages are written: responses, REPORTs and other requests.
 * They overtake bodies (RFC 4975 7.1.1). When writing fails for want of memory,
 * the writer truncates the buffer to what it was.
 */
static inline struct buf *msrp_conn_control(struct msrp_conn *c)
{
	return &c->control;
}

/*
 * Is more waiting than should? Then what feeds it should not be read. What
 * waits for its own source does not count, or many beginnings of chunks would
 * keep all of their sources from being read, and each other from being sent.
 */
bool msrp_conn_is_full(struct msrp_conn *c);

/* All bytes that wait, those of flows whose source has sent little of them included. */
size_t msrp_conn_queued(const struct msrp_conn *c);

/*
 * What waits at FROM, of which nothing was pulled yet, waits at TO from now on; lanes stay their
 * owners'. 0; or -ENOMEM, and then FROM's control messages are lost.
 */
int msrp_conn_move(struct msrp_conn *from, struct msrp_conn *to);

/*
 * P, of which the owner has filled in USER alone, is told to be sent() when all
 * that is in the control buffer now was taken. For a conn that no flow was opened on.
 */
void msrp_conn_mark(struct msrp_conn *c, struct msrp_piece *p);

/* There was no memory for the next bytes; the connection has to be given up. */
bool msrp_conn_failed(const struct msrp_conn *c);

/* Nothing waits: neither messages nor flows, complete or not. */
bool msrp_conn_is_drained(const struct msrp_conn *c);

#endif
