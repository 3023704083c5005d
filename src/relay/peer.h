/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_PEER_H
#define RELAY_PEER_H

#include "relay/internal.h"

/*
 * A new peer for a connection to URI, which the relay makes for what comes FROM there (NULL: from
 * nobody in particular), and which was started. 0 or a negative errno.
 */
int relay_peer_connect(struct relay *relay, const struct relay_peer *from,
		       const struct msrp_uri *uri, struct relay_peer **ret_peer);

/*
 * The same to the sibling WORKER, as a passage of LIKE: nothing but that keeps it open.
 */
int relay_peer_join(struct relay_peer *like, unsigned worker, struct relay_peer **ret_peer);

/* It has output, or may be read again. */
void relay_peer_kick(struct relay_peer *peer);

/* Closes a connection that the relay has made and that no session and no request needs any more. */
void relay_peer_release(struct relay_peer *peer);

/* Sends what it still has, then closes. May be called again. */
void relay_peer_close(struct relay_peer *peer);

/* A request of it has succeeded: its probation is over. */
void relay_peer_prove(struct relay_peer *peer);

/* A request of it was refused: on probation, several of them close it. */
void relay_peer_count_refusal(struct relay_peer *peer);

/* Is so much waiting for it that those who send to it must not be read? */
bool relay_peer_is_full(struct relay_peer *peer);

#endif
