/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How chunks end at their next hop, by a response or without one, and what their senders are told
 * of those that were not delivered (RFC 4976 6.4.1).
 */
#ifndef RELAY_FLOW_FAILURE_H
#define RELAY_FLOW_FAILURE_H

#include "base/slice.h"

struct relay_peer;
struct relay_transaction;

/* The next hop has answered one of its pieces. */
void relay_chunk_answered(struct relay_transaction *t, unsigned status, struct slice comment);

/* There was no answer for 30 s (RFC 4976 6.4.1). */
void relay_chunk_timed_out(struct relay_transaction *t);

/*
 * PEER, which is still there, gets no more: reports what has not reached it, and cuts off what is
 * under way.
 */
void relay_chunk_give_up(struct relay_peer *peer, const char *why);

/* PEER is gone: reports what did not reach it, and forgets it as a source. */
void relay_chunk_forget(struct relay_peer *peer, const char *why);

#endif
