/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session and one stranger to it, under the name that it uses on one connection, with the lanes
 * for chunks between it and the owner. It belongs to the session.
 */
#ifndef RELAY_LINK_H
#define RELAY_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "msrp/uri.h"

struct msrp_lane;
struct relay_peer;
struct relay_session;

enum {
	/* Strangers remembered for one session, which has two parties, and connections made for it.
	 */
	RELAY_LINKS_MAX = 16,
};

struct relay_link {
	struct relay_session *session;
	struct relay_peer *peer;    /* NULL: the relay had connected there, and must do so again */
	struct msrp_uri_slices uri; /* the URI next to ours in a path; points into TEXT */
	uint64_t hash;		    /* of URI */
	uint64_t number;	    /* the earlier it was made, the lower */
	bool is_ours;		    /* the relay connects there; otherwise the stranger has come */
	bool has_stood;		    /* IS_OURS, and the connection was open once */
	bool acts;		    /* among the claims to this name, the one that has it */
	bool told;		    /* it was reported that it does not */
	bool known;		    /* the owner has sent to it */
	bool heard;		    /* it has sent to the owner */
	struct msrp_lane *to_owner; /* made when first used, like the next */
	struct msrp_lane *to_peer;
	const struct relay_peer *source; /* whose flows are in to_peer: a lane has one source */
	LIST_ENTRY(relay_link) in_session;
	LIST_ENTRY(relay_link) in_peer;
	char text[];
};

/*
 * The link of SESSION to PEER, which calls itself URI: found, or made. NULL without memory. Beyond
 * RELAY_LINKS_MAX one is forgotten: first of all one to which the owner has never sent, of the
 * address that has most of those.
 */
struct relay_link *relay_link_get(struct relay_session *session, struct relay_peer *peer,
				  const struct msrp_uri_slices *uri);

/*
 * Likewise for messages of the owner to URI over PEER, to which the relay has connected; replaces
 * an existing link of that sort.
 */
struct relay_link *relay_link_connect(struct relay_session *session, struct relay_peer *peer,
				      const struct msrp_uri_slices *uri);

/* Does it have URI, whose HASH is made with the relay's seed? */
bool relay_link_is(const struct relay_link *link, const struct msrp_uri_slices *uri, uint64_t hash);

/* Has SESSION any link with URI? */
bool relay_link_exists(const struct relay_session *session, const struct msrp_uri_slices *uri);

/* The number of strangers that SESSION is linked to at present. */
size_t relay_link_count(const struct relay_session *session);

/* Chunks in its lanes still go out. */
void relay_link_free(struct relay_link *link);

/* PEER is gone; STOOD: its connection was open before. */
void relay_link_forget(struct relay_peer *peer, bool stood);

/* The lane towards the owner or towards the stranger; NULL without memory. */
struct msrp_lane *relay_link_lane(struct relay_link *link, bool to_owner,
				  const struct relay_peer *source);

#endif
