/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The public face of this room: one connection as a machine for bytes, with a parser for input and
 * lanes of flows for output. The relay has one for each peer, the client one for each link.
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
	 * Bytes waiting for one connection. Above the high mark its sources are not read until it
	 * is below the low one. Enough to keep a fast link busy while a source is woken, little
	 * enough for 100,000 stalled receivers.
	 */
	MSRP_QUEUE_HIGH = 256 * 1024,
	MSRP_QUEUE_LOW = 64 * 1024,

	/* Body octets that a lane may send while others wait: two TLS records. */
	MSRP_TURN = 32 * 1024,

	/* Heads and small bodies are gathered up to one TLS record. */
	MSRP_FRAME = 16 * 1024,
};

TAILQ_HEAD(msrp_lane_list, msrp_lane);

/*
 * One MSRP connection as a machine for bytes: input goes in by recv, output comes out by pull. It
 * knows no sockets or clocks, and serves relay and client alike.
 */
struct msrp_conn {
	struct msrp_parser parser;
	struct msrp_random *random;
	void (*room)(void *arg);
	void *arg;

	/*
	 * Neither has a block while it is empty: the store has a few for all
	 * connections in the processor's cache, where one of each's own would not be.
	 */
	struct store *store; /* NULL: there is none */
	struct buf control;  /* whole messages that wait, before all bodies */
	struct buf frame;    /* bytes on their way out: messages, heads, end-lines, small bodies */
	size_t direct; /* after these: so many bytes of the open flow's body, where they are */
	struct msrp_flow *open;	       /* the flow whose piece is being written */
	uint64_t turn;		       /* body octets written in the current turn */
	struct msrp_lane_list ready;   /* lanes that could begin or continue, by their turns */
	struct msrp_lane_list idle;    /* the others */
	struct msrp_piece_list unsent; /* pieces whose last byte is formed but not sent, in order */
	uint64_t formed;	       /* bytes put into frame or direct since the start */
	uint64_t taken;		       /* bytes taken by sent since the start */
	size_t message_max;	       /* octets of a message, if possible; 0: a stream */
	size_t queued;		       /* bytes that flows hold */
	size_t stalled; /* of these, in lanes whose first flow waits for its source */
	bool full;	/* above the high mark, and not below the low one since */
	bool held;	/* set by the owner: no flow begins, and only whole messages are sent */
};

/*
 * USER gets the input. ROOM, which may be NULL, is called when a full queue has fallen below the
 * low mark. All must outlive the conn.
 */
void msrp_conn_init(struct msrp_conn *c, const struct msrp_parser_user *user,
		    void (*room)(void *arg), void *arg, struct msrp_random *random);

/* Its blocks, and those of the flows that are opened in it, come from STORE, which outlives it. */
void msrp_conn_set_store(struct msrp_conn *c, struct store *store);

/*
 * Call before anything is to be sent: the other side takes one message at a time, as a WebSocket
 * does (RFC 7977 5.1), and each pull returns one or the rest of one. Chunks are cut so that a
 * message has LEN octets at most, unless its head alone has nearly as many. 0: a stream.
 */
void msrp_conn_set_message_max(struct msrp_conn *c, size_t len);

/*
 * Forgets flows, lanes and pieces without a callback (their owners know them) and frees the rest.
 */
void msrp_conn_done(struct msrp_conn *c);

/* Returns like msrp_parser_feed(). */
int msrp_conn_recv(struct msrp_conn *c, const uint8_t *in, size_t len);

/*
 * The next bytes to send; 0 if there are none now, or ever again: see msrp_conn_failed(). The
 * pointer is valid until anything else is done to the conn or its flows; but the same bytes come
 * again at the next pull until they are sent, as a repeated TLS write requires.
 */
size_t msrp_conn_pull(struct msrp_conn *c, const uint8_t **ret_out);

/* The transport has taken the first LEN of the bytes pulled. */
void msrp_conn_sent(struct msrp_conn *c, size_t len);

/*
 * The buffer for whole messages: responses, REPORTs and other requests. They overtake bodies (RFC
 * 4975 7.1.1). If there is no memory for a message, the writer truncates the buffer to its former
 * length.
 */
static inline struct buf *msrp_conn_control(struct msrp_conn *c)
{
	return &c->control;
}

/*
 * Is too much waiting? Then do not read from the sources. Flows that wait for their own source do
 * not count, or many chunks that have only begun would stop all sources, and each other.
 */
bool msrp_conn_is_full(struct msrp_conn *c);

/* All waiting bytes, including those of flows that wait for their source. */
size_t msrp_conn_queued(const struct msrp_conn *c);

/*
 * Moves the output that waits at FROM, none of which was pulled yet, to TO; lanes keep their
 * owners. Returns 0; or -ENOMEM, and then FROM's control messages are lost.
 */
int msrp_conn_move(struct msrp_conn *from, struct msrp_conn *to);

/*
 * Calls P's sent() when everything in the control buffer now has been taken; the owner has set only
 * USER. For a conn without flows.
 */
void msrp_conn_mark(struct msrp_conn *c, struct msrp_piece *p);

/* There was no memory for the next bytes: give up the connection. */
bool msrp_conn_failed(const struct msrp_conn *c);

/* Nothing waits: neither messages nor flows, complete or not. */
bool msrp_conn_is_drained(const struct msrp_conn *c);

#endif
