/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_LINK_H
#define RELAY_LINK_H

#include "relay/internal.h"

/*
 * The link of SESSION to PEER, who calls itself URI: found, or made. NULL
 * without memory.
 */
struct relay_link *relay_link_get(struct relay_session *session, struct relay_peer *peer,
				  const struct msrp_uri *uri);

/* The link over which the stranger URI was last heard of, or NULL. */
struct relay_link *relay_link_find(const struct relay_session *session, const struct msrp_uri *uri);

/* Chunks in its lanes still go out. */
void relay_link_free(struct relay_link *link);

/* The lane towards the owner or towards the stranger; NULL without memory. */
struct msrp_lane *relay_link_lane(struct relay_link *link, bool to_owner,
				  const struct relay_peer *source);

#endif
