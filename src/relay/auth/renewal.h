/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which session an AUTH wants to keep, if it does not ask for a new one.
 */
#ifndef RELAY_AUTH_RENEWAL_H
#define RELAY_AUTH_RENEWAL_H

#include <stdbool.h>

struct msrp_uri_slices;
struct relay_holder;
struct relay_lookup;
struct relay_peer;
struct relay_session;

/*
 * The session that an AUTH to URI renews, or NULL: the one with that URI, on the connection that
 * owns it.
 */
struct relay_session *relay_renewal_find(const struct relay_peer *peer,
					 const struct msrp_uri_slices *uri);

/*
 * An AUTH to TO that keeps a session of its own user is no password attempt: the password was shown
 * when the session was opened. Without credentials it asks for a nonce to do so.
 */
bool relay_renewal_is(const struct relay_lookup *lookup, const struct msrp_uri_slices *to);

/*
 * The session that this AUTH wants to keep: the one that it is addressed to, or else, among those
 * of a client, the one opened with the same From-Path, which is a URI that a client uses for one
 * session only (RFC 4975 6).
 */
struct relay_session *relay_renewal_choose(const struct relay_lookup *lookup,
					   const struct msrp_uri_slices *to,
					   const struct relay_holder *holder);

#endif
