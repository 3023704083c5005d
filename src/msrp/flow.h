/* SPDX-License-Identifier: GPL-3.0-or-later */
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

struct msrp_conn;
struct msrp_flow;
struct msrp_lane;

/*
 * Words. A *flow* is one SEND on its way out over a connection. On the wire it
 * becomes one *piece* or several: a piece is a complete SEND request, and a
 * flow longer than MSRP_SHORT_BODY can be interrupted (RFC 4975 7.1.1), which
 * ends the piece with '+' and goes on in another one, under a new transaction
 * id and with the right start of range. Flows of one *lane* leave strictly in
 * the order they were opened; lanes of a connection take turns.
 */

struct msrp_piece {
	char id[MSRP_IDENT_LEN + 1];
	uint64_t start;	     /* position of its first body octet in the message; 1 is the first */
	uint64_t end;	     /* position of its last one; start - 1 when it has none */
	uint64_t stream_end; /* position in the connection's output after its end-line */
	bool complete;	     /* its end-line has been written: end and stream_end are valid */
	TAILQ_ENTRY(msrp_piece) in_unsent;
};

TAILQ_HEAD(msrp_piece_list, msrp_piece);

/* What a flow tells its owner. None of these may free the flow but done(). */
struct msrp_flow_user {
	/*
	 * A piece is about to be written: fill no field, only say where it is
	 * kept, or NULL if nobody wants to know its fate. The conn fills in id and
	 * start before it calls begun().
	 */
	struct msrp_piece *(*begin)(struct msrp_flow *f);
	void (*begun)(struct msrp_flow *f, struct msrp_piece *p);
	/* The last byte of the piece has been taken by the transport. */
	void (*sent)(struct msrp_flow *f, struct msrp_piece *p);
	/* Everything has been written, or the flow was cancelled by the end of its connection. */
	void (*done)(struct msrp_flow *f, bool delivered);
};
