/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chunks that were not delivered: which octets were lost, and how their sender is told, by a
 * response while the chunk is still coming and by a REPORT afterwards.
 */
#include "relay/flow/failure.h"

#include <stdlib.h>

#include "msrp/report.h"
#include "relay/chunk.h"
#include "relay/event.h"
#include "relay/flow/piece.h"
#include "relay/flow/reply.h"
#include "relay/flow/spare.h"
#include "relay/passage.h"
#include "relay/peer.h"
#include "relay/relay.h"
#include "relay/state.h"

static struct slice part_of(const struct buf *text, size_t at, size_t len)
{
	return slice_first(slice_skip(buf_slice(text), at), len);
}

/* RFC 4976 6.4.1, RFC 4975 7.1.4: a REPORT to the original sender, back along the chunk's way. */
static void write_failure_report(struct relay_chunk *chunk, uint64_t first, uint64_t last,
				 unsigned status, const char *comment)
{
	struct buf *out = msrp_conn_control(&chunk->source->conn);
	size_t before = out->len;
	const struct buf *head = &chunk->flow.head;
	const struct buf *paths = chunk->back.len > 0 ? &chunk->back : head;
	char id[MSRP_IDENT_LEN + 1];
	struct msrp_report r = {
		.id = slice_make(id, MSRP_IDENT_LEN),
		.to_path = part_of(paths, chunk->back_at, chunk->back_len),
		.from_path = part_of(paths, chunk->own_at, chunk->own_len),
		.message_id = part_of(head, chunk->message_id_at, chunk->message_id_len),
		.range = { first, last, chunk->flow.range.total },
		.code = status,
		.comment = comment,
	};

	msrp_ident_make(&chunk->dest->relay->random, id);
	msrp_report_write(&r, out);
	if (buf_failed(out)) {
		buf_truncate(out, before);
		relay_peer_close(chunk->source);
		return;
	}
	chunk->source->counters->reports_sent++;
	relay_peer_kick(chunk->source);
}

/* Position of the last octet of the chunk that has come. */
static uint64_t last_octet(const struct relay_chunk *chunk)
{
	return chunk->flow.range.start + msrp_flow_received(&chunk->flow) - 1;
}

/*
 * Octets FIRST to LAST have not been delivered. The sender is told by the response while the chunk
 * is still coming, and by a REPORT afterwards.
 */
static void tell_failure(struct relay_chunk *chunk, uint64_t first, uint64_t last, unsigned status,
			 const char *comment)
{
	if (first >= chunk->failed_from)
		return;
	if (last >= chunk->failed_from)
		last = chunk->failed_from - 1;
	if (chunk->coming) {
		chunk->coming = false;
		if (relay_reply_break_off(chunk->source, status, comment) != 0)
			relay_peer_close(chunk->source);
		return;
	}
	relay_event_peer(chunk->dest, RELAY_NOT_DELIVERED, status, comment);
	if (chunk->source && chunk->failure_report != MSRP_FAILURE_NO) {
		write_failure_report(chunk, first, last, status, comment);
	}
}

static uint64_t piece_last(const struct msrp_piece *p)
{
	return p->start + p->len - 1;
}

/* The next hop wants no more of this message. */
static void piece_failed(struct relay_transaction *t, unsigned status, const char *comment)
{
	struct relay_chunk *chunk = t->chunk;
	bool in_conn = chunk->in_conn;

	tell_failure(chunk, t->piece.start, in_conn ? last_octet(chunk) : piece_last(&t->piece),
		     status, comment);
	if (in_conn) {
		if (t->piece.start < chunk->failed_from)
			chunk->failed_from = t->piece.start;
		msrp_flow_abort(&chunk->flow);
		relay_peer_kick(t->dest);
	}
	relay_piece_end(t);
}

void relay_chunk_answered(struct relay_transaction *t, unsigned status, struct slice comment)
{
	char *text;

	relay_passage_judge(t->chunk->source, t->dest, status);
	if (status / 100 == 2) {
		relay_piece_end(t);
		return;
	}
	text = slice_dup(comment);
	piece_failed(t, status, text ? text : "");
	free(text);
}

void relay_chunk_timed_out(struct relay_transaction *t)
{
	if (t->chunk->failure_report == MSRP_FAILURE_YES)
		piece_failed(t, MSRP_TIMEOUT, "no response from the next hop");
	else
		relay_piece_end(t);
}

/* The first octet that may not have reached the next hop; false if all have. */
static bool first_lost(const struct relay_chunk *chunk, uint64_t *ret_first)
{
	const struct relay_transaction *t;
	bool lost = chunk->in_conn;
	uint64_t first = chunk->flow.range.start + chunk->flow.written;

	LIST_FOREACH (t, &chunk->transactions, in_chunk) {
		/* With "partial" there is no 200: octets count as received once they are sent. */
		bool open = chunk->failure_report == MSRP_FAILURE_YES ? !t->answered : !t->written;

		if (open && (!lost || t->piece.start < first))
			first = t->piece.start;
		lost |= open;
	}
	*ret_first = first;
	return lost;
}

/* Its destination is gone, and with it everything that the conn had of CHUNK. */
static void chunk_lost(struct relay_chunk *chunk, const char *why)
{
	uint64_t first;

	if (first_lost(chunk, &first))
		tell_failure(chunk, first, last_octet(chunk), MSRP_TIMEOUT, why);
	while (!LIST_EMPTY(&chunk->transactions)) {
		struct relay_transaction *t = LIST_FIRST(&chunk->transactions);

		LIST_REMOVE(t, in_chunk);
		if (!t->answered)
			relay_piece_stop_waiting(t);
		if (t != &chunk->first)
			relay_spare_return_transaction(chunk->dest->relay, t);
	}
	chunk->in_conn = false;
	relay_spare_return_unused(chunk);
}

/* Anything that still comes of it has been reported already. May free CHUNK. */
static void give_up_chunk(struct relay_chunk *chunk, const char *why)
{
	struct relay_peer *dest = chunk->dest;
	uint64_t first;

	if (!first_lost(chunk, &first))
		return;
	tell_failure(chunk, first, last_octet(chunk), MSRP_TIMEOUT, why);
	if (first < chunk->failed_from)
		chunk->failed_from = first;
	if (!chunk->in_conn)
		return;
	msrp_flow_abort(&chunk->flow);
	relay_peer_kick(dest);
}

void relay_chunk_give_up(struct relay_peer *peer, const char *why)
{
	struct relay_chunk *chunk, *next;

	for (chunk = LIST_FIRST(&peer->to); chunk; chunk = next) {
		next = LIST_NEXT(chunk, in_dest);
		give_up_chunk(chunk, why);
	}
}

void relay_chunk_forget(struct relay_peer *peer, const char *why)
{
	/* In this order: it may have sent to itself, and must not be told any more. */
	while (!LIST_EMPTY(&peer->from)) {
		LIST_FIRST(&peer->from)->source = NULL;
		LIST_REMOVE(LIST_FIRST(&peer->from), in_source);
	}
	while (!LIST_EMPTY(&peer->to))
		chunk_lost(LIST_FIRST(&peer->to), why);
}
