/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the request of a response, by its transaction id, and passes it to failure.c or request.c.
 * A response to nothing, or from the wrong peer, is dropped.
 */
#include "relay/request/response.h"

#include "base/list.h"
#include "msrp/message.h"
#include "msrp/transaction.h"
#include "relay/flow/failure.h"
#include "relay/flow/reply.h"
#include "relay/peer.h"
#include "relay/request/request.h"
#include "relay/route/route.h"
#include "relay/state.h"
#include "relay/transaction.h"
#include "relay/watch/quiet.h"

int relay_response(struct relay_peer *peer, const struct msrp_message *m)
{
	struct msrp_transaction *wait = msrp_transactions_find(&peer->relay->transactions, m->id);
	struct relay_transaction *t;

	peer->counters->responses_received[relay_reply_class(m->status)]++;
	if (!wait || m->problem || (!peer->passage && !relay_route_is_ours(peer->relay, m)))
		return 0;
	t = CONTAINER_OF(wait, struct relay_transaction, wait);
	if (t->dest != peer)
		return 0; /* somebody else's: ids are unguessable, but visible along the path */
	relay_quiet_answered(peer);
	if (t->chunk)
		relay_chunk_answered(t, m->status, m->comment);
	else
		relay_request_answered(t, m);
	return 0;
}
