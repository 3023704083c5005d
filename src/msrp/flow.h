/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A SEND on its way out, from where its source opens it, by way of a lane, until its last octet
 * and its end-line have left. conn.c cuts it into pieces.
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
 * A *flow* is one SEND on its way out over a connection. On the wire it
 * becomes one *piece* or several: a piece is a complete SEND request, and a
 * flow longer than MSRP_SHORT_BODY can be interrupted (RFC 4975 7.1.1), which
 * ends the piece with '+' and goes on in another one, under a new transaction
 * id and with the right start of range. Flows of one *lane* leave strictly in
 * the order in which they were opened; the lanes of a connection take turns. A
 * lane is for one source, which opens no flow before it has ended the last one.
 */
struct msrp_conn;
struct msrp_flow;
struct msrp_lane;

/*
 * One SEND request on the wire. Kept by the flow's owner, at least until sent()
 * was called for it.
 */
struct msrp_piece {
	const struct msrp_flow_user *user;
	char id[MSRP_IDENT_LEN + 1]; /* transaction id */
	uint64_t start;		     /* position in the message of its first body octet */
	uint64_t len;		     /* body octets in it so far */
	uint64_t stream_end;	     /* where in the connection's output it ends */
	TAILQ_ENTRY(msrp_piece) in_unsent;
};

TAILQ_HEAD(msrp_piece_list, msrp_piece);

struct msrp_flow_user {
	/*
	 * The piece with transaction id ID begins. Returns where to keep it (the
	 * conn fills it in), or NULL when nobody asks what becomes of it.
	 */
	struct msrp_piece *(*begin)(struct msrp_flow *f, const char *id);
	/* Its last byte has been taken by the transport; the conn has no more to do with it. */
	void (*sent)(struct msrp_piece *p);
	/* The conn has no more to do with the flow, which may be freed here. */
	void (*done)(struct msrp_flow *f);
};

struct msrp_flow {
	const struct msrp_flow_user *user;

	/* Filled in by the owner between msrp_flow_init() and msrp_flow_open(). */
	struct buf head; /* header lines, each with its CRLF, but without Byte-Range */
	size_t range_at; /* where in head the Byte-Range line belongs */
	bool has_range;	 /* the owner wants a Byte-Range even on a short, uncut chunk */
	bool has_body;
	struct msrp_range range;

	/* The conn's. */
	struct msrp_lane *lane;
	TAILQ_ENTRY(msrp_flow) in_lane;
	struct buf body;	     /* octets that came and were not written yet */
	uint64_t written;	     /* octets written, in all pieces */
	char flag;		     /* 0 until the end is known, then '$', '+' or '#' */
	bool begun;		     /* a piece has been written, or is being written */
	struct msrp_piece *piece;    /* the open one, if its fate is asked for */
	char id[MSRP_IDENT_LEN + 1]; /* transaction id of the open piece */
};

/* F is zeroed or has been through msrp_flow_reset(). */
void msrp_flow_init(struct msrp_flow *f, const struct msrp_flow_user *user);

/* Makes F empty for its next use; blocks of up to KEEP bytes stay with it. */
void msrp_flow_reset(struct msrp_flow *f, size_t keep);

/* Frees what F holds, which must not be open. */
void msrp_flow_done(struct msrp_flow *f);

/* Hands F to LANE's connection. From now on until done() it is the conn's. */
void msrp_flow_open(struct msrp_flow *f, struct msrp_lane *lane);

/* How many octets of the body have come so far; after an abort, those that will be sent. */
uint64_t msrp_flow_received(const struct msrp_flow *f);

/* More of the body. 0 or -ENOMEM, and then the flow has to be aborted. */
int msrp_flow_write(struct msrp_flow *f, const uint8_t *bytes, size_t len);

/* The body is complete. FLAG is that of the last piece: '$', '+' or '#'. */
void msrp_flow_end(struct msrp_flow *f, char flag);

/*
 * No more of this message, and what has not been written is dropped: the
 * receiver sees '#', or nothing if it has not seen any of it. May call done().
 */
void msrp_flow_abort(struct msrp_flow *f);

/*
 * A new lane of CONN, or NULL without memory. The owner gives it back with
 * msrp_lane_release(), also when the conn is gone; flows in it go on.
 */
struct msrp_lane *msrp_lane_new(struct msrp_conn *conn);
struct msrp_lane *msrp_lane_release(struct msrp_lane *lane); /* NULL is fine; returns NULL */

#endif
