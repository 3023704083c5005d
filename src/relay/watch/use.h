/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The uses of a connection: sessions and calls, of its own or of others. A relay that has a
 * sibling's peer by a passage tells the sibling, which has the connection and decides when it ends.
 * So a connection ends by the same rules whatever worker has it.
 */
#ifndef RELAY_WATCH_USE_H
#define RELAY_WATCH_USE_H

struct relay_peer;

enum relay_use {
	RELAY_USE_LINK = 1, /* by a stranger, in somebody's session */
	RELAY_USE_SESSION = 2,
	RELAY_USE_PARTY = 4, /* by a call */
	RELAY_USE_ANY = RELAY_USE_LINK | RELAY_USE_SESSION | RELAY_USE_PARTY,
	RELAY_USE_SERVED = 8, /* a call has used it at some time */
};

/* The uses of PEER here and at siblings, as a set of the above. */
unsigned relay_use_of(const struct relay_peer *peer);

/* The uses may have changed: if PEER stands for a sibling's peer, tells the sibling. */
void relay_use_tell(struct relay_peer *peer);

#endif
