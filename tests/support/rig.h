/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_RIG_H
#define SUPPORT_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msrp/conn.h"

/*
 * A connection with lanes and flows for tests, and a receiver's view of its output.
 */

enum { RIG_LANES = 3, RIG_FLOWS = 16, RIG_PIECES = 8 };

struct rig_piece {
	struct msrp_piece piece; /* first, so that a piece is its rig_piece */
	struct rig_flow *flow;
};

struct rig_flow {
	struct msrp_flow flow; /* first, so that a flow is its rig_flow */
	struct rig *rig;
	struct rig_piece piece[RIG_PIECES];
	unsigned n_pieces;
	bool is_unasked; /* begin() keeps no piece */
	bool is_done;
	void (*on_done)(struct rig *rig); /* NULL: nothing more happens in done() */
};

struct rig {
	struct msrp_conn conn;
	struct msrp_random random;
	struct msrp_lane *lane[RIG_LANES];
	struct rig_flow flow[RIG_FLOWS];
	unsigned n_rooms;		  /* calls of room() */
	void (*on_room)(struct rig *rig); /* NULL: nothing more happens in room() */

	struct msrp_parser receiver;
	struct buf seen; /* by the receiver, a line a message: "m0 1-5/5 5 $" or "200 0 $" */
	size_t len;	 /* body octets of the message that is being received */
	struct buf told; /* by sent(), a piece each: "m0 1+5, " is five octets from 1 on */
};

/*
 * Flows are set up as "SEND, m0" and so on, with a body and without a
 * Byte-Range, and not open. Transaction ids are 16 letters each.
 */
struct rig *rig_new(void);
struct rig *rig_free(struct rig *rig); /* lanes may be released or not; returns NULL */

void rig_set_range(struct rig *rig, unsigned flow, uint64_t start, uint64_t end, uint64_t total);
void rig_open(struct rig *rig, unsigned flow, unsigned lane);
void rig_write(struct rig *rig, unsigned flow, size_t len);
void rig_end(struct rig *rig, unsigned flow, char flag);
void rig_abort(struct rig *rig, unsigned flow);

/* A whole flow: opened, LEN octets written, ended with '$'. */
void rig_send(struct rig *rig, unsigned flow, unsigned lane, size_t len);

/* A response among the control messages. */
void rig_respond(struct rig *rig);

void rig_release(struct rig *rig, unsigned lane);

/* Takes the result of one pull, MOST bytes of it at most. False if there was nothing. */
bool rig_take(struct rig *rig, size_t most);

/* Takes everything, in steps of at most MOST bytes. */
void rig_take_all(struct rig *rig, size_t most);

/* Fails the case unless the receiver has seen WANT since the last time. */
void rig_expect_seen(struct rig *rig, const char *want);

/* Likewise for the calls of sent(). */
void rig_expect_told(struct rig *rig, const char *want);

#endif
