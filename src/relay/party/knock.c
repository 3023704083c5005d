/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes such a SEND, and awaits its response only to see whether one comes.
 */
#include "relay/party/knock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/writer.h"
#include "relay/peer.h"
#include "relay/state.h"
#include "relay/transaction.h"

static void write_knock(const struct relay_party *party, struct msrp_random *random, const char *id,
			struct buf *out)
{
	const struct msrp_range nothing = { .start = 1, .end = 0, .total = 0 };
	char message_id[MSRP_IDENT_LEN + 1];

	msrp_ident_make(random, message_id);
	msrp_write_request(out, slice_from(id), SLICE("SEND"));
	msrp_write_header(out, MSRP_H_TO_PATH, slice_from(party->terms.path));
	msrp_write_header(out, MSRP_H_FROM_PATH, slice_from(party->leg->uri));
	msrp_write_header(out, MSRP_H_MESSAGE_ID, slice_from(message_id));
	msrp_write_range(out, &nothing);
	msrp_write_end(out, slice_from(id), '$', false);
}

static int await_knock(struct relay_peer *peer, const char *id)
{
	struct relay *relay = peer->relay;
	struct relay_transaction *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->dest = peer;
	t->is_knock = true;
	memcpy(t->wait.id, id, MSRP_IDENT_LEN + 1);
	t->wait.id_len = MSRP_IDENT_LEN;
	msrp_transactions_add(&relay->transactions, &t->wait);
	LIST_INSERT_HEAD(&peer->asked, t, in_dest);
	msrp_transactions_start(&relay->transactions, &t->wait, relay->now_ms);
	return 0;
}

void relay_knock(struct relay_party *party)
{
	struct relay_peer *peer = party->peer;
	struct buf *out = msrp_conn_control(&peer->conn);
	size_t before = out->len;
	char id[MSRP_IDENT_LEN + 1];

	msrp_ident_make(&peer->relay->random, id);
	write_knock(party, &peer->relay->random, id, out);
	if (buf_failed(out) || await_knock(peer, id) != 0) {
		buf_truncate(out, before);
		return;
	}
	party->addressed = true;
	relay_peer_kick(peer);
}
