/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the bytes of messages over all their chunks, if the configuration limits their size.
 */
#include "relay/flow/size.h"

#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"
#include "base/slice.h"
#include "msrp/message.h"
#include "relay/peer.h"
#include "relay/state.h"

static uint64_t hash_message(const struct relay *relay, const struct msrp_message *m)
{
	const struct slice session = m->to.uri[0].session_id;
	const uint64_t part[] = {
		siphash(relay->seed, session.p, session.len),
		siphash(relay->seed, m->message_id.p, m->message_id.len),
	};

	return siphash(relay->seed, part, sizeof(part));
}

/*
 * No other chunk of PEER is in progress when this is called, so nobody keeps a pointer into the old
 * ones.
 */
static bool make_room_for_sizes(struct relay_peer *peer)
{
	size_t n = peer->hop ? RELAY_HOP_SIZES : RELAY_SIZES;
	struct relay_size *sizes;

	if (peer->n_sizes >= n)
		return true;
	sizes = realloc(peer->sizes, n * sizeof(*sizes));
	if (!sizes)
		return peer->n_sizes > 0;
	memset(sizes + peer->n_sizes, 0, (n - peer->n_sizes) * sizeof(*sizes));
	peer->sizes = sizes;
	peer->n_sizes = n;
	return true;
}

/* The bytes of an abandoned message do not count any more. */
static void forget_if_idle(const struct relay_peer *peer, struct relay_size *size)
{
	if (peer->relay->now_ms - size->last_ms >= RELAY_SIZE_IDLE_MS)
		size->bytes = 0;
}

/*
 * If all entries are taken, the one with the fewest bytes is reused, and its bytes count for the
 * new message: nobody gets past the limit by sending many messages at a time. The count is never
 * less than the bytes that came.
 */
struct relay_size *relay_size_find(struct relay_peer *peer, const struct msrp_message *m)
{
	struct relay_size *least;
	uint64_t message;

	peer->in.position = m->has_range ? m->range.start - 1 : 0;
	if (peer->relay->config->session.message_size == 0 || !make_room_for_sizes(peer))
		return NULL;
	message = hash_message(peer->relay, m);
	least = &peer->sizes[0];
	for (size_t i = 0; i < peer->n_sizes; i++) {
		struct relay_size *size = &peer->sizes[i];

		forget_if_idle(peer, size);
		if (size->bytes > 0 && size->message == message)
			return size;
		if (size->bytes < least->bytes)
			least = size;
	}
	least->message = message;
	return least;
}

/* The position counts as well, for a sender that ends each piece as if it were the last. */
bool relay_size_add(struct relay_peer *peer, size_t len)
{
	uint64_t most = peer->relay->config->session.message_size;
	struct relay_size *size = peer->in.size;

	if (most == 0)
		return true;
	if (len > most || peer->in.position > most - len)
		return false;
	peer->in.position += len;
	if (!size)
		return true;
	size->bytes += len;
	size->last_ms = peer->relay->now_ms;
	return size->bytes <= most;
}

void relay_size_remove(struct relay_size *size)
{
	if (size)
		size->bytes = 0;
}
