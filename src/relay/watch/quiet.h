/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which peers leave things unanswered: a response has been owed for MSRP_LATE_MS, or nothing of
 * what waits for them was taken for so long. Their connections may hang, which only shows in that
 * way. A peer that answers again is quiet no more. Of a connection that is with a sibling, and
 * here by a passage, the sibling tells.
 */
#ifndef RELAY_WATCH_QUIET_H
#define RELAY_WATCH_QUIET_H

#include <stdbool.h>
#include <stddef.h>

struct relay_passage;
struct relay_peer;
struct relay_transaction;

/* What tells whether a peer leaves things unanswered: see quiet.h. */
struct relay_quiet {
	size_t n_late;	/* responses that it owes */
	bool timed_out; /* it owed one until nobody waited any more, and has sent none since */
	bool stalled;	/* it takes nothing */
	bool far;	/* so says the sibling that has the connection it stands for */
	bool told;	/* the siblings to which it has passages */
};

/* Does PEER leave anything unanswered? */
bool relay_quiet_is(const struct relay_peer *peer);

/* The response to T is late. */
void relay_quiet_late(struct relay_transaction *t);

/* T is not waited for any more, answered or not. May be called for any. */
void relay_quiet_end(struct relay_transaction *t);

/* T has timed out. */
void relay_quiet_timed_out(struct relay_transaction *t);

/* PEER has sent a response that was waited for. */
void relay_quiet_answered(struct relay_peer *peer);

/* PEER takes nothing of its output, or does again. */
void relay_quiet_stalled(struct relay_peer *peer, bool on);

/* The sibling that has the connection of PEER says so, or takes it back. */
void relay_quiet_far(struct relay_peer *peer, bool on);

/* PASSAGE is new, and its sibling is to know. */
void relay_quiet_tell(const struct relay_passage *passage);

#endif
