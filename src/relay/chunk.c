/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/chunk.h"

#include <stdlib.h>
#include <string.h>

#include "msrp/report.h"
#include "relay/account.h"
#include "relay/event.h"
#include "relay/passage.h"
#include "relay/peer.h"
#include "relay/quiet.h"
#include "relay/reply.h"
#include "relay/route.h"
#include "relay/state.h"
#include "relay/wait.h"

static struct relay_chunk *chunk_alloc(struct relay *relay)
{
	struct relay_chunk *chunk = LIST_FIRST(&relay->spare_chunks);

	if (!chunk)
		return calloc(1, sizeof(*chunk));
	LIST_REMOVE(chunk, in_dest);
	relay->n_spare_chunks--;
	return chunk;
}

static void chunk_recycle(struct relay *relay, struct relay_chunk *chunk)
{
	if (relay->n_spare_chunks == RELAY_SPARE_CHUNKS) {
		msrp_flow_done(&chunk->flow);
		free(chunk);
		return;
	}
	msrp_flow_reset(&chunk->flow, RELAY_SPARE_BLOCK);
	LIST_INSERT_HEAD(&relay->spare_chunks, chunk, in_dest);
	relay->n_spare_chunks++;
}

void relay_chunk_free_spares(struct relay *relay)
{
	while (!LIST_EMPTY(&relay->spare_chunks)) {
		struct relay_chunk *chunk = LIST_FIRST(&relay->spare_chunks);

		LIST_REMOVE(chunk, in_dest);
		msrp_flow_done(&chunk->flow);
		free(chunk);
	}
	relay->n_spare_chunks = 0;
}

/* Neither the conn nor a transaction needs it any more? Then it goes. */
static void chunk_unref(struct relay_chunk *chunk)
{
	struct relay_peer *dest = chunk->dest;

	if (chunk->in_conn || !LIST_EMPTY(&chunk->transactions))
		return;
	if (chunk->source)
		LIST_REMOVE(chunk, in_source);
	LIST_REMOVE(chunk, in_dest);
	dest->relay->n_chunks--;
	relay_account_close(&chunk->entry, chunk->source, dest);
	chunk_recycle(dest->relay, chunk);
	relay_peer_release(dest);
}

static void transaction_free(struct relay_transaction *t)
{
	struct relay_chunk *chunk = t->chunk;

	LIST_REMOVE(t, in_chunk);
	if (t == &chunk->first)
		chunk->first_used = false;
	else
		free(t);
	chunk_unref(chunk);
}

/* It is sent, and if no response comes, that means success. */
static bool is_silent(const struct relay_transaction *t)
{
	return t->written && !t->answered && t->chunk->failure_report == MSRP_FAILURE_PARTIAL;
}

static void stop_waiting(struct relay_transaction *t)
{
	struct relay_peer *dest = t->dest;

	if (is_silent(t)) {
		TAILQ_REMOVE(&dest->silent, t, in_silent);
		dest->n_silent--;
	}
	relay_quiet_end(t);
	msrp_transactions_remove(&dest->relay->transactions, &t->wait);
	dest->n_awaited--;
}

/* Nobody waits for its response any more. The conn may still need the piece. */
static void transaction_end(struct relay_transaction *t)
{
	struct relay_peer *dest = t->dest;

	if (t->answered)
		return;
	stop_waiting(t);
	t->answered = true;
	if (t->written)
		transaction_free(t);
	relay_peer_wake(dest);
}

static struct relay_transaction *transaction_new(struct relay_chunk *chunk)
{
	struct relay_transaction *t = &chunk->first;

	if (chunk->first_used) {
		t = malloc(sizeof(*t));
		if (!t)
			return NULL;
	}
	*t = (struct relay_transaction){ .dest = chunk->dest, .chunk = chunk };
	return t;
}

/* Without memory the piece goes out, and nobody hears of its response. */
static struct msrp_piece *on_begin(struct msrp_flow *f, const char *id)
{
	struct relay_chunk *chunk = CONTAINER_OF(f, struct relay_chunk, flow);
	struct relay_transaction *t;

	chunk->dest->counters->chunks_sent++;
	if (chunk->failure_report == MSRP_FAILURE_NO)
		return NULL;
	t = transaction_new(chunk);
	if (!t)
		return NULL;
	memcpy(t->wait.id, id, MSRP_IDENT_LEN + 1);
	t->wait.id_len = MSRP_IDENT_LEN;
	if (msrp_transactions_add(&chunk->dest->relay->transactions, &t->wait) != 0) {
		if (t != &chunk->first)
			free(t);
		return NULL;
	}
	if (t == &chunk->first)
		chunk->first_used = true;
	LIST_INSERT_HEAD(&chunk->transactions, t, in_chunk);
	chunk->dest->n_awaited++;
	return &t->piece;
}

/* RFC 4976 6.4.1: the timer starts when the last byte has been sent. */
static void start_waiting(struct relay_transaction *t)
{
	struct relay_peer *dest = t->dest;

	msrp_transactions_start(&dest->relay->transactions, &t->wait, dest->relay->now_ms);
	if (!is_silent(t))
		return;
	TAILQ_INSERT_TAIL(&dest->silent, t, in_silent);
	if (++dest->n_silent > RELAY_SILENT_MAX)
		transaction_end(TAILQ_FIRST(&dest->silent));
}

static void on_sent(struct msrp_piece *p)
{
	struct relay_transaction *t = CONTAINER_OF(p, struct relay_transaction, piece);

	t->written = true;
	if (t->answered)
		transaction_free(t);
	else
		start_waiting(t);
}

/* What remains may wait 30 s for its response, and needs no room for a body meanwhile. */
static void on_done(struct msrp_flow *f)
{
	struct relay_chunk *chunk = CONTAINER_OF(f, struct relay_chunk, flow);

	chunk->in_conn = false;
	buf_reset(&f->body, RELAY_WAITING_BLOCK);
	chunk_unref(chunk);
}

static const struct msrp_flow_user flow_user = {
	.begin = on_begin,
	.sent = on_sent,
	.done = on_done,
};

static void add_line(struct relay_chunk *chunk, const struct msrp_header *h)
{
	struct buf *head = &chunk->flow.head;

	if (h->id == MSRP_H_MESSAGE_ID) {
		chunk->message_id_at = head->len + (size_t)(h->value.p - h->line.p);
		chunk->message_id_len = h->value.len;
	}
	buf_add_slice(head, h->line);
	buf_add_slice(head, SLICE("\r\n"));
}

/* Headers go on byte for byte and in their order, Content-Type last (RFC 4975 7.1). */
static void add_headers(struct relay_chunk *chunk, const struct msrp_message *m)
{
	struct msrp_flow *f = &chunk->flow;
	const struct msrp_header *type = NULL;

	f->range_at = f->head.len;
	for (size_t i = 0; i < m->n_headers; i++) {
		const struct msrp_header *h = &m->header[i];

		if (h->id == MSRP_H_BYTE_RANGE)
			f->range_at = f->head.len;
		else if (h->id == MSRP_H_CONTENT_TYPE)
			type = h;
		else
			add_line(chunk, h);
	}
	if (type)
		add_line(chunk, type);
}

static void add_paths(struct relay_chunk *chunk, const struct msrp_message *m,
		      const struct relay_route *route)
{
	struct buf *head = &chunk->flow.head;

	chunk->own_at = head->len + strlen("To-Path: "); /* in a passage it is still there */
	relay_route_write_paths(route, m, head);
	chunk->back_len = m->from.text.len;
	chunk->back_at = head->len - 2 - chunk->back_len;
	chunk->own_len = m->to.uri[0].text.len;
	if (!route->passage)
		chunk->own_at = chunk->back_at - 1 - chunk->own_len;
}

static void chunk_init(struct relay_chunk *chunk, struct relay_peer *source,
		       const struct msrp_message *m, const struct relay_route *route)
{
	msrp_flow_init(&chunk->flow, &flow_user);
	chunk->flow.has_range = m->has_range;
	chunk->flow.range = m->range;
	chunk->flow.has_body = m->has_body;
	chunk->source = source;
	chunk->dest = route->dest;
	chunk->failure_report = m->failure_report;
	chunk->first_used = false;
	chunk->failed_from = UINT64_MAX;
	LIST_INIT(&chunk->transactions);
	add_paths(chunk, m, route);
	add_headers(chunk, m);
}

/* Until it is answered, beside what its conn counts. */
static size_t kept_by(const struct relay_chunk *chunk)
{
	return sizeof(*chunk) + chunk->flow.head.size + RELAY_WAITING_BLOCK;
}

struct relay_chunk *relay_chunk_new(struct relay_peer *source, const struct msrp_message *m,
				    const struct relay_route *route)
{
	struct msrp_lane *lane = relay_route_lane(route, source);
	struct relay_chunk *chunk = lane ? chunk_alloc(source->relay) : NULL;

	if (!chunk)
		return NULL;
	chunk_init(chunk, source, m, route);
	if (buf_failed(&chunk->flow.head)) {
		chunk_recycle(source->relay, chunk);
		return NULL;
	}
	source->relay->n_chunks++;
	relay_account_open(&chunk->entry, source, route->dest, kept_by(chunk), false);
	LIST_INSERT_HEAD(&source->from, chunk, in_source);
	LIST_INSERT_HEAD(&route->dest->to, chunk, in_dest);
	chunk->in_conn = true;
	chunk->coming = true;
	msrp_flow_open(&chunk->flow, lane);
	return chunk;
}

int relay_chunk_write(struct relay_chunk *chunk, const uint8_t *bytes, size_t len)
{
	int err = msrp_flow_write(&chunk->flow, bytes, len);

	relay_peer_kick(chunk->dest);
	return err;
}

void relay_chunk_end(struct relay_chunk *chunk, char flag)
{
	struct relay_peer *dest = chunk->dest;

	chunk->coming = false;
	msrp_flow_end(&chunk->flow, flag);
	relay_peer_kick(dest);
}

void relay_chunk_abort(struct relay_chunk *chunk)
{
	struct relay_peer *dest = chunk->dest;

	chunk->coming = false;
	msrp_flow_abort(&chunk->flow);
	relay_peer_kick(dest);
}

static struct slice head_part(const struct relay_chunk *chunk, size_t at, size_t len)
{
	return slice_first(slice_skip(buf_slice(&chunk->flow.head), at), len);
}

/* RFC 4976 6.4.1, RFC 4975 7.1.4: a REPORT to the original sender, by the way the chunk came. */
static void report(struct relay_chunk *chunk, uint64_t first, uint64_t last, unsigned status,
		   const char *comment)
{
	struct buf *out = msrp_conn_control(&chunk->source->conn);
	size_t before = out->len;
	char id[MSRP_IDENT_LEN + 1];
	struct msrp_report r = {
		.id = slice_make(id, MSRP_IDENT_LEN),
		.to_path = head_part(chunk, chunk->back_at, chunk->back_len),
		.from_path = head_part(chunk, chunk->own_at, chunk->own_len),
		.message_id = head_part(chunk, chunk->message_id_at, chunk->message_id_len),
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
 * The octets from FIRST to LAST have not been delivered. While the chunk is
 * still coming its sender is told by the response, afterwards by a REPORT.
 */
static void fail(struct relay_chunk *chunk, uint64_t first, uint64_t last, unsigned status,
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
		report(chunk, first, last, status, comment);
	}
}

static uint64_t piece_last(const struct msrp_piece *p)
{
	return p->start + p->len - 1;
}

/* Nothing more of this message is wanted there. */
static void piece_failed(struct relay_transaction *t, unsigned status, const char *comment)
{
	struct relay_chunk *chunk = t->chunk;
	bool in_conn = chunk->in_conn;

	fail(chunk, t->piece.start, in_conn ? last_octet(chunk) : piece_last(&t->piece), status,
	     comment);
	if (in_conn) {
		if (t->piece.start < chunk->failed_from)
			chunk->failed_from = t->piece.start;
		msrp_flow_abort(&chunk->flow);
		relay_peer_kick(t->dest);
	}
	transaction_end(t);
}

void relay_chunk_answered(struct relay_transaction *t, unsigned status, struct slice comment)
{
	char *text;

	relay_passage_judge(t->chunk->source, t->dest, status);
	if (status / 100 == 2) {
		transaction_end(t);
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
		transaction_end(t);
}

/* The first octet that may not have reached the next hop; false when all have. */
static bool first_lost(const struct relay_chunk *chunk, uint64_t *ret_first)
{
	const struct relay_transaction *t;
	bool lost = chunk->in_conn;
	uint64_t first = chunk->flow.range.start + chunk->flow.written;

	LIST_FOREACH (t, &chunk->transactions, in_chunk) {
		/* With "partial" there is no 200: what was sent counts as received. */
		bool open = chunk->failure_report == MSRP_FAILURE_YES ? !t->answered : !t->written;

		if (open && (!lost || t->piece.start < first))
			first = t->piece.start;
		lost |= open;
	}
	*ret_first = first;
	return lost;
}

static void chunk_lost(struct relay_chunk *chunk, const char *why)
{
	uint64_t first;

	if (first_lost(chunk, &first))
		fail(chunk, first, last_octet(chunk), MSRP_TIMEOUT, why);
	while (!LIST_EMPTY(&chunk->transactions)) {
		struct relay_transaction *t = LIST_FIRST(&chunk->transactions);

		LIST_REMOVE(t, in_chunk);
		if (!t->answered)
			stop_waiting(t);
		if (t != &chunk->first)
			free(t);
	}
	chunk->in_conn = false;
	chunk_unref(chunk);
}

/* Whatever still comes of it afterwards has been reported already. May free CHUNK. */
static void give_up(struct relay_chunk *chunk, const char *why)
{
	struct relay_peer *dest = chunk->dest;
	uint64_t first;

	if (!first_lost(chunk, &first))
		return;
	fail(chunk, first, last_octet(chunk), MSRP_TIMEOUT, why);
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
		give_up(chunk, why);
	}
}

void relay_chunk_forget(struct relay_peer *peer, const char *why)
{
	/* In this order: it may have sent to itself, and is not to be told any more. */
	while (!LIST_EMPTY(&peer->from)) {
		LIST_FIRST(&peer->from)->source = NULL;
		LIST_REMOVE(LIST_FIRST(&peer->from), in_source);
	}
	while (!LIST_EMPTY(&peer->to))
		chunk_lost(LIST_FIRST(&peer->to), why);
}
