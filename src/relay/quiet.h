/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_QUIET_H
#define RELAY_QUIET_H

#include "relay/internal.h"

/*
 * Which peers leave things unanswered: a response has been owed for MSRP_LATE_MS, or
 * nothing of what waits for them was taken for so long. Their connections may hang,
 * which only shows in that way. A peer that answers again is quiet no more.
 *
 * Of a connection that is with a sibling, and here by a passage, the sibling tells.
 */
bool relay_quiet_is(const struct relay_peer *peer);

/* The response to T is late. */
void relay_quiet_late(struct relay_transaction *t);

/* T is not waited for any more, answered or not. May be called for any. */
void relay_quiet_end(struct relay_transaction *t);

/* T was waited for to no end. */
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
