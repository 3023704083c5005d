/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which peers leave things unanswered: a response has been owed for MSRP_LATE_MS, or none of their
 * output was taken for that long. Their connections may hang, which has no other sign. A peer that
 * answers again is no longer quiet. For a connection that a sibling has, and that is here by a
 * passage, the sibling reports it.
 */
#ifndef RELAY_WATCH_QUIET_H
#define RELAY_WATCH_QUIET_H

#include <stdbool.h>
#include <stddef.h>

struct relay_passage;
struct relay_peer;
struct relay_transaction;

/* Tells whether a peer leaves things unanswered: see quiet.h. */
struct relay_quiet {
	size_t n_late;	/* responses that it owes */
	bool timed_out; /* a response timed out, and it has sent none since */
	bool stalled;	/* it takes nothing */
	bool far;	/* as reported by the sibling that has the connection */
	bool told;	/* the siblings to which it has passages know */
};

/* Does PEER leave anything unanswered? */
bool relay_quiet_is(const struct relay_peer *peer);

/* The response to T is late. */
void relay_quiet_late(struct relay_transaction *t);

/* T is not waited for any more, answered or not. May be called for any transaction. */
void relay_quiet_end(struct relay_transaction *t);

/* T has timed out. */
void relay_quiet_timed_out(struct relay_transaction *t);

/* PEER has sent an awaited response. */
void relay_quiet_answered(struct relay_peer *peer);

/* PEER takes none of its output, or does again. */
void relay_quiet_stalled(struct relay_peer *peer, bool on);

/* The sibling that has PEER's connection reports it, or takes it back. */
void relay_quiet_far(struct relay_peer *peer, bool on);

/* PASSAGE is new: informs its sibling. */
void relay_quiet_tell(const struct relay_passage *passage);

#endif
