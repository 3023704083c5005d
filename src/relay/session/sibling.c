/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Session-ids whose first letter names a worker: makes them, and reads them to find the relay of
 * this process that has the session.
 */
#include "relay/session/sibling.h"

#include "relay/hop.h"
#include "relay/relay.h"
#include "relay/session/session.h"
#include "relay/session/token.h"
#include "relay/settings.h"
#include "relay/state.h"

/* One for each worker. Each of them may begin a session-id (RFC 4975 section 9). */
static const char letters[RELAY_WORKERS_MAX + 1] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void relay_sibling_make_id(struct relay *relay, char ret_id[RELAY_SESSION_LEN + 1])
{
	ret_id[0] = letters[relay->config->worker];
	msrp_session_id_make(&relay->random, ret_id + 1);
}

/* The second letter has no meaning; it only makes the token longer. */
void relay_sibling_make_token(struct relay *relay, char ret_token[RELAY_TOKEN_LEN + 1])
{
	ret_token[0] = letters[relay->config->worker];
	ret_token[1] = 'a';
	msrp_session_id_make(&relay->random, ret_token + 2);
}

/* Finds another worker whose letter ID begins with. */
static bool find_by_id(const struct relay_config *config, struct slice id, unsigned *ret_worker)
{
	size_t worker;

	if (config->n_workers < 2 || (id.len != RELAY_SESSION_LEN && id.len != RELAY_TOKEN_LEN))
		return false;
	worker = slice_find(slice_from(letters), id.p[0]);
	if (worker >= config->n_workers || worker == config->worker)
		return false;
	*ret_worker = (unsigned)worker;
	return true;
}

static bool is_anothers(const struct relay *relay, struct slice id, const struct relay_hop *hop)
{
	return relay->host->is_anothers(relay->arg, id, relay_hop_name(hop));
}

/* With sessmatch the session-id suffices, if there is such a session (RFC 6714). */
bool relay_sibling_find(const struct relay *relay, const struct msrp_uri_slices *uri,
			unsigned *ret_worker)
{
	if (!find_by_id(relay->config, uri->session_id, ret_worker))
		return false;
	if (uri->session_id.len == RELAY_TOKEN_LEN)
		return relay_token_is(relay, uri) && is_anothers(relay, uri->session_id, NULL);
	return relay_settings_is_own(relay->config, uri) ||
	       (relay->config->session.sessmatch && is_anothers(relay, uri->session_id, NULL));
}

bool relay_sibling_find_inside(const struct relay *relay, const struct msrp_uri_slices *uri,
			       unsigned *ret_worker)
{
	if (relay_sibling_find(relay, uri, ret_worker))
		return true;
	if (!relay_leg_find(relay, uri) && !relay_session_find(relay, uri))
		return false;
	*ret_worker = relay->config->worker;
	return true;
}

bool relay_sibling_owns(const struct relay *relay, const struct msrp_uri_slices *uri,
			const struct relay_hop *hop)
{
	unsigned worker;

	return relay_sibling_find(relay, uri, &worker) && is_anothers(relay, uri->session_id, hop);
}

bool relay_find_worker(const struct relay *relay, const struct msrp_uri_slices *to,
		       unsigned *ret_worker)
{
	return relay_sibling_find(relay, to, ret_worker);
}
