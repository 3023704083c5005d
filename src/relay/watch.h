/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_WATCH_H
#define RELAY_WATCH_H

#include "relay/internal.h"

/*
 * Ends connections that get stuck: with a head or a chunk that does not go on,
 * with output that nobody takes, or with nothing to do at all. Each open peer
 * has one place in a heap, for the time when it is to be looked at again. What
 * happens on a connection only notes the time; the heap is touched when
 * something is due earlier than the next look, which is once per time limit
 * and not once per packet.
 */

/* PEER is open. 0 or -ENOMEM. */
int relay_watch_start(struct relay_peer *peer);

/* Nothing ends it any more. May be called at any time. */
void relay_watch_stop(struct relay_peer *peer);

/* Bytes have come and were parsed. */
void relay_watch_heard(struct relay_peer *peer);

/* A head is complete. */
void relay_watch_head_done(struct relay_peer *peer);

/* It was not read for reasons of our own, and is again: its time begins anew. */
void relay_watch_resumed(struct relay_peer *peer);

/* There may be output. */
void relay_watch_kicked(struct relay_peer *peer);

/* There is none left. */
void relay_watch_drained(struct relay_peer *peer);

/* Some of it was taken. */
void relay_watch_sent(struct relay_peer *peer);

/* Has a chunk, or a head, begun to come and not ended? */
bool relay_watch_is_in_body(const struct relay_peer *peer);
bool relay_watch_is_in_head(const struct relay_peer *peer);

/* Until when more of a chunk has to come. */
uint64_t relay_watch_silence_ends(const struct relay_peer *peer);

/* When bytes came or went the last time. */
uint64_t relay_watch_last_ms(const struct relay_peer *peer);

#endif
