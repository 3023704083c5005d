/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths as strings, and the comparisons that decide whose a request is: by session-ids only, with
 * sessmatch.
 */
#ifndef CLIENT_LINK_PATHS_H
#define CLIENT_LINK_PATHS_H

#include "client/link/local.h"
#include "msrp/ident.h"
#include "msrp/path.h"
#include "net/address/address.h"

/* These make the strings of paths; the caller frees them. All return 0 or a negative errno. */

/*
 * The URI of one end of a session, with LOCAL's parts; without a session-id it gets a random one.
 */
int client_uri_make(struct msrp_random *random, const struct client_local *local, bool secure,
		    const struct net_address *address, char **ret_uri);

/* The URI to which an AUTH goes: msrps://DOMAIN;tcp, with PORT unless it is 0. */
int client_relay_uri_make(bool secure, const char *domain, uint16_t port, char **ret_uri);

/* The path for SDP: USE_PATH (may be NULL) reversed, then OWN (RFC 4976 5.1). */
int client_local_path_make(const char *use_path, const char *own, char **ret_path);

/* FIRST (may be NULL) and REST with a space between them. */
int client_path_join(const char *first, const char *rest, char **ret_path);

/*
 * Does a request with the paths TO and FROM belong to a session between OWN, our URI, and REMOTE,
 * the other side's path? RFC 4975 5.4: To-Path identifies the session, and From-Path must be the
 * expected one, so that nobody else who learned our URI can slip in. With sessmatch the session-ids
 * of both ends decide, because something in between may have changed the rest.
 */
bool client_paths_to_us(const struct msrp_path_slices *to, const struct msrp_uri_slices *own,
			bool sessmatch);
bool client_paths_from(const struct msrp_path_slices *from, const struct msrp_path_slices *remote,
		       bool sessmatch);

/* Does PATH end with all the URIs of TAIL? */
bool client_path_ends_with(const struct msrp_path_slices *path,
			   const struct msrp_path_slices *tail);

#endif
