/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_PEER_H
#define RELAY_PEER_H

#include "relay/internal.h"

/*
 * What a peer sets going in files above its own. There is one table, in relay/entry.c, so that
 * who reads what happens when a connection closes finds all of it in one place.
 */
struct relay_hooks {
	const struct msrp_parser_user *intake;	  /* gets what a peer sends */
	void (*room)(void *peer);		  /* there is room again for what goes to it */
	void (*closing)(struct relay_peer *peer); /* its connection is about to close */
};

/* A new peer with no connection yet, in no queue. NULL without memory. */
struct relay_peer *relay_peer_make(struct relay *relay, void *handle);

/* It is a sibling: it neither has to prove itself nor does it go to make room. */
void relay_peer_make_sibling(struct relay_peer *peer);

/* Its connection is gone, and so is all that others knew of it but for its charge and tap. */
void relay_peer_free(struct relay_peer *peer);

/* RFC 4976 6.1: it has RELAY_PROBATION_MS to have a request granted. */
void relay_peer_start_probation(struct relay_peer *peer);

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

#endif
