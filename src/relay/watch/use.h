/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a connection is used for: sessions and calls, of its own or of others. A relay that has a
 * sibling's peer by a passage tells the sibling, whose connection it is and who decides when it
 * ends. So a connection ends by the same rules whatever worker it is with.
 */
#ifndef RELAY_WATCH_USE_H
#define RELAY_WATCH_USE_H

struct relay_peer;

enum relay_use {
	RELAY_USE_LINK = 1, /* it is a stranger's, in somebody's session */
	RELAY_USE_SESSION = 2,
	RELAY_USE_PARTY = 4, /* of a call */
	RELAY_USE_ANY = RELAY_USE_LINK | RELAY_USE_SESSION | RELAY_USE_PARTY,
	RELAY_USE_SERVED = 8, /* a call has used it, if only before */
};

/* For what PEER is used here and at siblings, as a set of the above. */
unsigned relay_use_of(const struct relay_peer *peer);

/* That may have changed here: if PEER stands for one of a sibling's, that is told. */
void relay_use_tell(struct relay_peer *peer);

#endif
