/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/size.h"

#include <stdlib.h>

/* FNV-1a: a sender who makes two of his own messages collide only has them counted as one. */
static uint64_t hash(uint64_t h, struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3;
	return h;
}

static uint64_t hash_message(const struct msrp_message *m)
{
	uint64_t h = hash(0xcbf29ce484222325, m->to.uri[0].session_id);

	return hash(h, m->message_id);
}

/*
 * The entry with the fewest bytes gives way: forgetting a message costs the
 * limit least when little of it has come.
 */
struct relay_size *relay_size_find(struct relay_peer *peer, const struct msrp_message *m)
{
	struct relay_size *least;
	uint64_t message;

	if (peer->relay->config->session.message_size == 0)
		return NULL;
	if (!peer->sizes)
		peer->sizes = calloc(RELAY_SIZES, sizeof(*peer->sizes));
	if (!peer->sizes)
		return NULL;
	message = hash_message(m);
	least = &peer->sizes[0];
	for (size_t i = 0; i < RELAY_SIZES; i++) {
		struct relay_size *size = &peer->sizes[i];

		if (size->bytes > 0 && size->message == message)
			return size;
		if (size->bytes < least->bytes)
			least = size;
	}
	*least = (struct relay_size){ .message = message };
	return least;
}

bool relay_size_add(const struct relay_peer *peer, struct relay_size *size, size_t len)
{
	if (!size)
		return true;
	size->bytes += len;
	return size->bytes <= peer->relay->config->session.message_size;
}

void relay_size_remove(struct relay_size *size)
{
	if (size)
		size->bytes = 0;
}
