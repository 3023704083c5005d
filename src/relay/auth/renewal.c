/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the session that an AUTH wants to keep, so that auth.c renews it instead of opening one.
 */
#include "relay/auth/renewal.h"

#include "msrp/uri.h"
#include "relay/auth/lookup.h"
#include "relay/peer.h"
#include "relay/session/session.h"

struct relay_session *relay_renewal_find(const struct relay_peer *peer,
					 const struct msrp_uri_slices *uri)
{
	struct relay_session *session = relay_session_find(peer->relay, uri);

	return session && relay_session_is_owned_by(session, peer) ? session : NULL;
}

/* Does USER, a name that may be longer than its account ("1060:alice"), own SESSION? */
static bool is_user_of(const struct relay_session *session, struct slice user)
{
	struct slice account = slice_from(session->user);
	size_t rest = user.len > account.len ? user.len - account.len : 0;

	if (rest == 0)
		return slice_equal(user, account);
	return (user.p[rest - 1] == ':' && slice_equal(slice_skip(user, rest), account)) ||
	       (user.p[account.len] == ':' && slice_equal(slice_first(user, account.len), account));
}

static bool keeps_session(const struct relay_lookup *lookup, const struct relay_session *session)
{
	return lookup->authorization.len == 0 || is_user_of(session, lookup->credentials.username);
}

bool relay_renewal_is(const struct relay_lookup *lookup, const struct msrp_uri_slices *to)
{
	const struct relay_peer *peer = lookup->peer;
	const struct relay_session *session;

	if (to->session_id.len > 0 || peer->hop) {
		session = relay_renewal_find(peer, to);
		return session && keeps_session(lookup, session);
	}
	LIST_FOREACH (session, &peer->sessions, in_owner) {
		if (slice_equal(slice_from(session->client), lookup->from) &&
		    slice_equal(slice_from(session->realm), lookup->realm) &&
		    keeps_session(lookup, session))
			return true;
	}
	return false;
}

struct relay_session *relay_renewal_choose(const struct relay_lookup *lookup,
					   const struct msrp_uri_slices *to,
					   const struct relay_holder *holder)
{
	if (to->session_id.len > 0)
		return relay_renewal_find(lookup->peer, to);
	return lookup->peer->hop ? NULL : relay_session_find_held(lookup->peer, holder);
}
