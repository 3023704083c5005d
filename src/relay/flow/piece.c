/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The transactions of chunks: one for each piece in which a chunk leaves, from the piece's first
 * byte until it has been answered, has timed out, or counts as received.
 */
#include "relay/flow/piece.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "msrp/ident.h"
#include "msrp/message.h"
#include "msrp/transaction.h"
#include "relay/chunk.h"
#include "relay/flow/spare.h"
#include "relay/flow/wait.h"
#include "relay/peer.h"
#include "relay/state.h"
#include "relay/transaction.h"
#include "relay/watch/quiet.h"

/* May free its chunk, too. */
static void piece_transaction_free(struct relay_transaction *t)
{
	struct relay_chunk *chunk = t->chunk;

	LIST_REMOVE(t, in_chunk);
	if (t == &chunk->first)
		chunk->first_used = false;
	else
		relay_spare_return_transaction(chunk->dest->relay, t);
	relay_spare_return_unused(chunk);
}

/* It is sent, and silence means success. */
static bool is_piece_silent(const struct relay_transaction *t)
{
	return t->written && !t->answered && t->chunk->failure_report == MSRP_FAILURE_PARTIAL;
}

void relay_piece_stop_waiting(struct relay_transaction *t)
{
	struct relay_peer *dest = t->dest;

	if (is_piece_silent(t)) {
		TAILQ_REMOVE(&dest->silent, t, in_silent);
		dest->n_silent--;
	}
	relay_quiet_end(t);
	msrp_transactions_remove(&dest->relay->transactions, &t->wait);
	dest->n_awaited--;
}

/* Nobody waits for its response any more. The conn may still need the piece. */
void relay_piece_end(struct relay_transaction *t)
{
	struct relay_peer *dest = t->dest;

	if (t->answered)
		return;
	relay_piece_stop_waiting(t);
	t->answered = true;
	if (t->written)
		piece_transaction_free(t);
	relay_peer_wake(dest);
}

/* The first one is part of the chunk itself. */
static struct relay_transaction *piece_transaction_new(struct relay_chunk *chunk)
{
	struct relay_transaction *t = &chunk->first;

	if (chunk->first_used) {
		t = relay_spare_take_transaction(chunk->dest->relay);
		if (!t)
			return NULL;
	}
	*t = (struct relay_transaction){ .dest = chunk->dest, .chunk = chunk };
	return t;
}

/* Without memory the piece is sent, but its response is ignored. */
struct msrp_piece *relay_piece_on_begin(struct msrp_flow *f, const char *id)
{
	struct relay_chunk *chunk = CONTAINER_OF(f, struct relay_chunk, flow);
	struct relay_transaction *t;

	chunk->dest->counters->chunks_sent++;
	if (chunk->failure_report == MSRP_FAILURE_NO)
		return NULL;
	t = piece_transaction_new(chunk);
	if (!t)
		return NULL;
	memcpy(t->wait.id, id, MSRP_IDENT_LEN + 1);
	t->wait.id_len = MSRP_IDENT_LEN;
	msrp_transactions_add(&chunk->dest->relay->transactions, &t->wait);
	if (t == &chunk->first)
		chunk->first_used = true;
	LIST_INSERT_HEAD(&chunk->transactions, t, in_chunk);
	chunk->dest->n_awaited++;
	return &t->piece;
}

/* RFC 4976 6.4.1: the timer starts when the last byte has been sent. */
static void start_piece_timer(struct relay_transaction *t)
{
	struct relay_peer *dest = t->dest;

	msrp_transactions_start(&dest->relay->transactions, &t->wait, dest->relay->now_ms);
	if (!is_piece_silent(t))
		return;
	TAILQ_INSERT_TAIL(&dest->silent, t, in_silent);
	if (++dest->n_silent > RELAY_SILENT_MAX)
		relay_piece_end(TAILQ_FIRST(&dest->silent));
}

void relay_piece_on_sent(struct msrp_piece *p)
{
	struct relay_transaction *t = CONTAINER_OF(p, struct relay_transaction, piece);

	t->written = true;
	if (t->answered)
		piece_transaction_free(t);
	else
		start_piece_timer(t);
}
