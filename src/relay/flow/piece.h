/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A chunk leaves in one piece or several (RFC 4975 7.1.1), each a request of its own with a
 * transaction that awaits its response, unless the sender wants no failures reported.
 */
#ifndef RELAY_FLOW_PIECE_H
#define RELAY_FLOW_PIECE_H

struct msrp_flow;
struct msrp_piece;
struct relay_transaction;

enum {
	/*
	 * With Failure-Report "partial" silence means success: a piece counts as received when this
	 * many later such pieces have gone to the same peer. Otherwise nobody could stream that way
	 * faster than RELAY_TRANSACTIONS_MAX pieces in 30 s.
	 */
	RELAY_SILENT_MAX = 256,
};

/* For the user of a chunk's flow: see struct msrp_flow_user. */
struct msrp_piece *relay_piece_on_begin(struct msrp_flow *f, const char *id);
void relay_piece_on_sent(struct msrp_piece *p);

/* Nobody waits for its response any more. The conn may still need the piece. */
void relay_piece_end(struct relay_transaction *t);

/* The same, while the whole chunk ends: T stays in its list. */
void relay_piece_stop_waiting(struct relay_transaction *t);

#endif
