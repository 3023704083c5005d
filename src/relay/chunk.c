/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A SEND that goes on to the next hop: its new head, with the paths moved, and its flow, which
 * send.c feeds as the body comes in. piece.c has its pieces, failure.c its end.
 */
#include "relay/chunk.h"

#include <string.h>

#include "relay/flow/account.h"
#include "relay/flow/piece.h"
#include "relay/flow/spare.h"
#include "relay/peer.h"
#include "relay/route/route.h"
#include "relay/state.h"

/* The chunk may wait 30 s for its response, and needs no room for a body meanwhile. */
static void on_flow_done(struct msrp_flow *f)
{
	struct relay_chunk *chunk = CONTAINER_OF(f, struct relay_chunk, flow);

	chunk->in_conn = false;
	buf_done(&f->body);
	relay_spare_return_unused(chunk);
}

static const struct msrp_flow_user flow_user = {
	.begin = relay_piece_on_begin,
	.sent = relay_piece_on_sent,
	.done = on_flow_done,
};

static void add_line(struct relay_chunk *chunk, const struct msrp_header_slices *h)
{
	struct buf *head = &chunk->flow.head;

	if (h->id == MSRP_H_MESSAGE_ID) {
		chunk->message_id_at = head->len + (size_t)(h->value.p - h->line.p);
		chunk->message_id_len = h->value.len;
	}
	buf_add_slice(head, h->line);
	buf_add_slice(head, SLICE("\r\n"));
}

/* Headers are forwarded byte for byte and in their order, Content-Type last (RFC 4975 7.1). */
static void add_headers(struct relay_chunk *chunk, const struct msrp_message *m)
{
	struct msrp_flow *f = &chunk->flow;
	const struct msrp_header_slices *type = NULL;

	f->range_at = f->head.len;
	for (size_t i = 0; i < m->n_headers; i++) {
		const struct msrp_header_slices *h = &m->header[i];

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

/* The paths that the source knows, because the head has those of the other leg. */
static void keep_paths(struct relay_chunk *chunk, const struct msrp_message *m)
{
	chunk->own_at = 0;
	chunk->own_len = m->to.uri[0].text.len;
	chunk->back_at = chunk->own_len;
	chunk->back_len = m->from.text.len;
	buf_add_slice(&chunk->back, m->to.uri[0].text);
	buf_add_slice(&chunk->back, m->from.text);
}

/* Remembers where the new head has the parts for a REPORT. */
static void add_paths(struct relay_chunk *chunk, const struct msrp_message *m,
		      const struct relay_route *route)
{
	struct buf *head = &chunk->flow.head;

	if (route->to) {
		keep_paths(chunk, m);
		relay_route_write_paths(route, m, head);
		return;
	}
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

/* The bytes it occupies until it is answered, besides what its conn counts. */
static size_t kept_by(const struct relay_chunk *chunk)
{
	return sizeof(*chunk) + chunk->flow.head.size + chunk->back.size;
}

struct relay_chunk *relay_chunk_new(struct relay_peer *source, const struct msrp_message *m,
				    const struct relay_route *route)
{
	struct msrp_lane *lane = relay_route_lane(route, source);
	struct relay_chunk *chunk = lane ? relay_spare_take(source->relay) : NULL;

	if (!chunk)
		return NULL;
	chunk_init(chunk, source, m, route);
	if (buf_failed(&chunk->flow.head) || buf_failed(&chunk->back)) {
		relay_spare_return(source->relay, chunk);
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
