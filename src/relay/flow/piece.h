/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A chunk leaves in one piece or several (RFC 4975 7.1.1), each a request of its own with a
 * transaction that waits for its response, unless the sender wants to hear of no failure.
 */
#ifndef RELAY_FLOW_PIECE_H
#define RELAY_FLOW_PIECE_H

struct msrp_flow;
struct msrp_piece;
struct relay_transaction;

enum {
	/*
	 * With Failure-Report "partial" silence is success: a piece counts as received when so
	 * many later ones of that sort have gone to the same peer. Else nobody could stream in
	 * that way faster than RELAY_TRANSACTIONS_MAX pieces in 30 s.
	 */
	RELAY_SILENT_MAX = 256,
};

/* For the user of a chunk's flow: see struct msrp_flow_user. */
struct msrp_piece *relay_piece_on_begin(struct msrp_flow *f, const char *id);
void relay_piece_on_sent(struct msrp_piece *p);

/* Nobody waits for its response any more. The conn may still need the piece. */
void relay_piece_end(struct relay_transaction *t);

/* The same, while the whole chunk ends: T stays where it is. */
void relay_piece_stop_waiting(struct relay_transaction *t);

#endif
