/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An outgoing SEND, from where its source opens it, through a lane, until its last octet and its
 * end-line have left. conn.c cuts it into pieces.
 */
#ifndef MSRP_FLOW_H
#define MSRP_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/list.h"
#include "msrp/ident.h"
#include "msrp/message.h"
#include "msrp/range.h"

/*
 * A *flow* is one SEND on its way out over a connection. On the wire it becomes one *piece* or
 * several: a piece is a complete SEND request, and a flow longer than MSRP_SHORT_BODY can be
 * interrupted (RFC 4975 7.1.1), which ends the piece with '+' and continues in another one, under a
 * new transaction id and with the right start of range. Flows of one *lane* leave strictly in the
 * order in which they were opened; the lanes of a connection take turns. A lane is for one source,
 * which opens no flow before it has ended the last one.
 */
struct msrp_conn;
struct msrp_flow;
struct msrp_lane;

/*
 * One SEND request on the wire. The flow's owner keeps it at least until sent() was called for it.
 */
struct msrp_piece {
	const struct msrp_flow_user *user;
	char id[MSRP_IDENT_LEN + 1]; /* transaction id */
	uint64_t start;		     /* position in the message of its first body octet */
	uint64_t len;		     /* body octets in it so far */
	uint64_t stream_end;	     /* where it ends in the connection's output */
	TAILQ_ENTRY(msrp_piece) in_unsent;
};

TAILQ_HEAD(msrp_piece_list, msrp_piece);

struct msrp_flow_user {
	/*
	 * A piece with transaction id ID begins. Returns where to keep it (the conn fills it in),
	 * or NULL if nobody needs its outcome.
	 */
	struct msrp_piece *(*begin)(struct msrp_flow *f, const char *id);
	/* The transport has taken its last byte; the conn is done with it. */
	void (*sent)(struct msrp_piece *p);
	/* The conn is done with the flow, which may be freed here. */
	void (*done)(struct msrp_flow *f);
};

struct msrp_flow {
	const struct msrp_flow_user *user;

	/* The owner fills these in between msrp_flow_init() and msrp_flow_open(). */
	struct buf head; /* header lines, each with its CRLF, but without Byte-Range */
	size_t range_at; /* where the Byte-Range line belongs in head */
	bool has_range;	 /* the owner wants a Byte-Range even on a short, uncut chunk */
	bool has_body;
	struct msrp_range range;

	/* These belong to the conn. */
	struct msrp_lane *lane;
	TAILQ_ENTRY(msrp_flow) in_lane;
	struct buf body;	     /* octets received and not written yet */
	uint64_t written;	     /* octets written, in all pieces */
	char flag;		     /* 0 until the end is known, then '$', '+' or '#' */
	bool begun;		     /* a piece has been written, or is being written */
	struct msrp_piece *piece;    /* the open one, if begin() gave a place for it */
	char id[MSRP_IDENT_LEN + 1]; /* transaction id of the open piece */
};

/* F is zeroed or has been through msrp_flow_reset(). */
void msrp_flow_init(struct msrp_flow *f, const struct msrp_flow_user *user);

/* Empties F for its next use; it keeps blocks of up to KEEP bytes. */
void msrp_flow_reset(struct msrp_flow *f, size_t keep);

/* Frees the contents of F, which must not be open. */
void msrp_flow_done(struct msrp_flow *f);

/* Hands F to LANE's connection, which has it until done(). */
void msrp_flow_open(struct msrp_flow *f, struct msrp_lane *lane);

/* The number of octets of the body received so far; after an abort, of those that will be sent. */
uint64_t msrp_flow_received(const struct msrp_flow *f);

/* Adds to the body. Returns 0; or -ENOMEM, and then the flow has to be aborted. */
int msrp_flow_write(struct msrp_flow *f, const uint8_t *bytes, size_t len);

/* The body is complete. FLAG is that of the last piece: '$', '+' or '#'. */
void msrp_flow_end(struct msrp_flow *f, char flag);

/*
 * Ends the message early, dropping whatever has not been written: the receiver sees '#', or nothing
 * if it has not seen any of it. May call done().
 */
void msrp_flow_abort(struct msrp_flow *f);

/*
 * A new lane of CONN, or NULL without memory. The owner frees it with msrp_lane_release(), even
 * after the conn is gone; flows in it continue.
 */
struct msrp_lane *msrp_lane_new(struct msrp_conn *conn);
struct msrp_lane *msrp_lane_release(struct msrp_lane *lane); /* NULL is fine; returns NULL */

#endif
