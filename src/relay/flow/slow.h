/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Users may send and receive so many bytes per second, on all their connections together. A
 * connection that sends more is not read for a while, so TCP slows its sender down. That of another
 * relay is shared by many and cannot wait for one user: the excess is refused there.
 */
#ifndef RELAY_FLOW_SLOW_H
#define RELAY_FLOW_SLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct relay;
struct relay_peer;

enum {
	/* How far ahead a user may be before the sender has to wait; also the size of a burst. */
	RELAY_SLOW_BURST_MS = 1000,

	/* A sender waits until the user is so far ahead; so it is woken ten times a second. */
	RELAY_SLOW_STEP_MS = 100,

	/*
	 * The most that a sender waits at a time. Responses of its own wait as well, and after 30
	 * seconds they would be too late.
	 */
	RELAY_SLOW_MAX_MS = 10 * 1000,

	/*
	 * How far ahead a user may be for what comes from another relay. Its senders are slowed
	 * down there, to a rate that need not be the same to the second.
	 */
	RELAY_SLOW_REFUSE_MS = 8 * 1000,
};

/* The answer to a relay that sends more to a user, or for one, than they may use. */
#define RELAY_TOO_FAST "the user's rate is exceeded"

/*
 * LEN octets of the chunk that PEER is sending are charged to the users whose sessions it passes;
 * PEER may have to wait. Returns false if PEER is another relay and the rest is to be refused.
 */
bool relay_slow_charge(struct relay_peer *peer, size_t len);

/* Is PEER waiting, and not to be read? */
bool relay_peer_is_slowed(const struct relay_peer *peer);

/* Reads on from up to MAX peers whose wait is over. Returns when to call again. */
uint64_t relay_slow_end(struct relay *relay, unsigned max);

/* PEER is gone. */
void relay_slow_forget(struct relay_peer *peer);

#endif
