/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Allocates chunks and takes them back: a few are kept for reuse, because a relay makes and frees
 * one for each SEND. A chunk is freed when neither a conn nor a transaction needs it.
 */
#include "relay/flow/spare.h"

#include <assert.h>
#include <stdlib.h>

#include "relay/chunk.h"
#include "relay/flow/account.h"
#include "relay/peer.h"
#include "relay/state.h"
#include "relay/transaction.h"

enum {
	TRANSACTION_BLOCK = 2 * STORE_BLOCK_MIN,
};

static_assert(sizeof(struct relay_transaction) <= TRANSACTION_BLOCK, "it fits");

static void free_chunk(struct relay_chunk *chunk)
{
	msrp_flow_done(&chunk->flow);
	buf_done(&chunk->back);
	free(chunk);
}

struct relay_chunk *relay_spare_take(struct relay *relay)
{
	struct relay_chunk *chunk = LIST_FIRST(&relay->spare_chunks);

	if (chunk) {
		LIST_REMOVE(chunk, in_dest);
		relay->n_spare_chunks--;
		return chunk;
	}
	chunk = calloc(1, sizeof(*chunk));
	if (!chunk)
		return NULL;
	chunk->flow.head.store = &relay->blocks;
	chunk->back.store = &relay->blocks;
	return chunk;
}

void relay_spare_return(struct relay *relay, struct relay_chunk *chunk)
{
	if (relay->n_spare_chunks == RELAY_SPARE_CHUNKS) {
		free_chunk(chunk);
		return;
	}
	msrp_flow_reset(&chunk->flow, RELAY_SPARE_BLOCK);
	buf_reset(&chunk->back, RELAY_SPARE_BLOCK);
	LIST_INSERT_HEAD(&relay->spare_chunks, chunk, in_dest);
	relay->n_spare_chunks++;
}

struct relay_transaction *relay_spare_take_transaction(struct relay *relay)
{
	return store_take(&relay->blocks, TRANSACTION_BLOCK);
}

void relay_spare_return_transaction(struct relay *relay, struct relay_transaction *t)
{
	store_give(&relay->blocks, t, TRANSACTION_BLOCK);
}

void relay_spare_free(struct relay *relay)
{
	while (!LIST_EMPTY(&relay->spare_chunks)) {
		struct relay_chunk *chunk = LIST_FIRST(&relay->spare_chunks);

		LIST_REMOVE(chunk, in_dest);
		free_chunk(chunk);
	}
	relay->n_spare_chunks = 0;
}

/* Frees it if neither the conn nor a transaction needs it any more. */
void relay_spare_return_unused(struct relay_chunk *chunk)
{
	struct relay_peer *dest = chunk->dest;

	if (chunk->in_conn || !LIST_EMPTY(&chunk->transactions))
		return;
	if (chunk->source)
		LIST_REMOVE(chunk, in_source);
	LIST_REMOVE(chunk, in_dest);
	dest->relay->n_chunks--;
	relay_account_close(&chunk->entry, chunk->source, dest);
	relay_spare_return(dest->relay, chunk);
	relay_peer_release(dest);
}
