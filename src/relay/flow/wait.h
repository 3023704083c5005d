/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A peer that sends to one that is full is not read until there is room. Another relay sends for
 * many, all of whom would wait then: that lasts RELAY_HOLD_MS at most.
 */
#ifndef RELAY_FLOW_WAIT_H
#define RELAY_FLOW_WAIT_H

#include <stdbool.h>

struct relay_peer;

enum {
	/*
	 * One receiver that takes nothing keeps a connection from being read. If that
	 * comes from another relay, the messages of all its clients wait; after 30 s
	 * that relay would report them as failed, so the receiver is given up before.
	 */
	RELAY_HOLD_MS = 15 * 1000,

	/*
	 * For so long after that, what is not welcome to it is refused as soon as it is full
	 * again, and keeps nothing else waiting meanwhile.
	 */
	RELAY_OVERRUN_MS = 60 * 1000,
};

/* PEER is not read until DEST has room. */
void relay_peer_wait(struct relay_peer *peer, struct relay_peer *dest);

/* The reason when a receiver keeps another relay waiting, and all clients behind that. */
#define RELAY_HOLDS_UP "the receiver holds up another relay"

/* PEER goes on waiting, for RELAY_HOLD_MS more. */
void relay_peer_renew_hold(struct relay_peer *peer);

/* Is so much waiting for PEER that its senders must not be read? */
bool relay_peer_is_full(struct relay_peer *peer);

/* DEST is full: has what PEER sends to be refused, because that was so for too long before? */
bool relay_peer_is_overrun(const struct relay_peer *peer, struct relay_peer *dest);

/* It may have room again: wakes the peers that wait for it. */
void relay_peer_wake(struct relay_peer *peer);

/* PEER waits for nobody any more. */
void relay_peer_stop_waiting(struct relay_peer *peer);

/* Nobody waits for PEER any more, whether there is room or not. */
void relay_peer_wake_all(struct relay_peer *peer);

#endif
