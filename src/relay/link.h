/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_LINK_H
#define RELAY_LINK_H

#include "relay/internal.h"

/*
 * The link of SESSION to PEER, who calls itself URI: found, or made. NULL
 * without memory. Beyond RELAY_LINKS_MAX one is forgotten, and first of all one to which
 * the owner has never sent, of the address that has most of those.
 */
struct relay_link *relay_link_get(struct relay_session *session, struct relay_peer *peer,
				  const struct msrp_uri *uri);

/*
 * The same for what the owner sends to URI over PEER, to which the relay has connected; what
 * there was of that sort is replaced.
 */
struct relay_link *relay_link_connect(struct relay_session *session, struct relay_peer *peer,
				      const struct msrp_uri *uri);

/* Is it one of URI, whose HASH is made with the relay's seed? */
bool relay_link_is(const struct relay_link *link, const struct msrp_uri *uri, uint64_t hash);

/* Is there any of URI in SESSION? */
bool relay_link_exists(const struct relay_session *session, const struct msrp_uri *uri);

/* How many strangers SESSION is linked to at present. */
size_t relay_link_count(const struct relay_session *session);

/* Chunks in its lanes still go out. */
void relay_link_free(struct relay_link *link);

/* PEER is gone; STOOD: it had come to stand. */
void relay_link_forget(struct relay_peer *peer, bool stood);

/* The lane towards the owner or towards the stranger; NULL without memory. */
struct msrp_lane *relay_link_lane(struct relay_link *link, bool to_owner,
				  const struct relay_peer *source);

#endif
