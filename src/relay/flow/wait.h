/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A peer that sends to a full one is not read until there is room. Another relay sends for many,
 * who would all wait: that lasts RELAY_HOLD_MS at most.
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
	 * For this long afterwards, anything that is not welcome to it is refused as soon as it is
	 * full again, so that nothing else has to wait.
	 */
	RELAY_OVERRUN_MS = 60 * 1000,
};

/* Stops reading PEER until DEST has room. */
void relay_peer_wait(struct relay_peer *peer, struct relay_peer *dest);

/* The reason when a receiver keeps another relay waiting, and all clients behind that. */
#define RELAY_HOLDS_UP "the receiver holds up another relay"

/* PEER waits RELAY_HOLD_MS longer. */
void relay_peer_renew_hold(struct relay_peer *peer);

/* Does so much wait for PEER that its senders must not be read? */
bool relay_peer_is_full(struct relay_peer *peer);

/* DEST is full: must PEER's requests be refused, because it was full for too long before? */
bool relay_peer_is_overrun(const struct relay_peer *peer, struct relay_peer *dest);

/* It may have room again: wakes the peers that wait for it. */
void relay_peer_wake(struct relay_peer *peer);

/* PEER waits for nobody any more. */
void relay_peer_stop_waiting(struct relay_peer *peer);

/* Nobody waits for PEER any more, whether there is room or not. */
void relay_peer_wake_all(struct relay_peer *peer);

#endif
