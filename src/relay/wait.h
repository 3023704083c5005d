/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_WAIT_H
#define RELAY_WAIT_H

#include "relay/internal.h"

/*
 * Who sends to a peer that is full is not read until there is room. Another relay sends for
 * many, who would all wait then: that lasts RELAY_HOLD_MS at most.
 */

/* PEER is not read until DEST has room. */
void relay_peer_wait(struct relay_peer *peer, struct relay_peer *dest);

/* What is told when a receiver keeps a relay waiting, that is, all who send through it. */
#define RELAY_HOLDS_UP "the receiver holds up another relay"

/* PEER goes on waiting, for RELAY_HOLD_MS more. */
void relay_peer_renew_hold(struct relay_peer *peer);

/* Is so much waiting for PEER that those who send to it must not be read? */
bool relay_peer_is_full(struct relay_peer *peer);

/* DEST is full: has what PEER sends to be refused, because that was so for too long before? */
bool relay_peer_is_overrun(const struct relay_peer *peer, struct relay_peer *dest);

/* It may have room again: wakes who waits for it. */
void relay_peer_wake(struct relay_peer *peer);

/* PEER waits for nobody any more. */
void relay_peer_stop_waiting(struct relay_peer *peer);

/* Nobody waits for PEER any more, whether there is room or not. */
void relay_peer_wake_all(struct relay_peer *peer);

#endif
