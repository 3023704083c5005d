/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells the host of right and wrong passwords and asks it whether an AUTH may be examined, for
 * auth.c and for AUTH requests that request.c forwards.
 */
#include "relay/auth/trial.h"

#include "msrp/report.h"
#include "relay/event.h"
#include "relay/flow/reply.h"
#include "relay/hop.h"
#include "relay/incoming.h"
#include "relay/peer.h"
#include "relay/state.h"

/* USER of REALM at PEER, as the host counts them. */
static struct relay_origin origin_of_peer(const struct relay_peer *peer, struct slice user,
					  struct slice realm)
{
	struct relay_origin origin = {
		.peer = peer,
		.user = user,
		.realm = realm,
		.hop = relay_hop_name(peer->hop),
	};

	return origin;
}

bool relay_trial_may(const struct relay_peer *peer, struct slice user, struct slice realm)
{
	const struct relay_origin origin = origin_of_peer(peer, user, realm);

	return peer->relay->host->may_try(peer->relay->arg, &origin);
}

int relay_trial_refuse(struct relay_peer *peer)
{
	int err;

	peer->in.intake = RELAY_DISCARD;
	err = relay_reply(peer, MSRP_FORBIDDEN, RELAY_TRIAL_REFUSAL);
	relay_peer_count_refusal(peer);
	return err;
}

void relay_trial_wrong(const struct relay_peer *peer, struct slice user, struct slice realm)
{
	const struct relay_origin origin = origin_of_peer(peer, user, realm);
	struct relay_pause pause;

	peer->relay->host->wrong(peer->relay->arg, &origin, &pause);
	if (pause.ms > 0)
		relay_event_pause(&origin, &pause);
}

void relay_trial_right(const struct relay_peer *peer, struct slice user, struct slice realm)
{
	const struct relay_origin origin = origin_of_peer(peer, user, realm);
	uint64_t failures = peer->relay->host->right(peer->relay->arg, &origin);

	if (failures > 0)
		relay_event_right(&origin, failures);
}

/*
 * Anybody can have a name and a certificate for it, and so pass for a relay. It is known to have
 * clients only once one of them has shown a password.
 */
static bool is_vouched(const struct relay_peer *peer)
{
	const struct relay_origin origin = origin_of_peer(peer, slice_from(NULL), slice_from(NULL));

	return peer->hop && peer->relay->host->is_vouched(peer->relay->arg, &origin);
}

void relay_trial_failed(struct relay_peer *peer)
{
	if (++peer->failures >= peer->relay->config->auth.max_failures && !is_vouched(peer))
		relay_peer_close(peer);
}
