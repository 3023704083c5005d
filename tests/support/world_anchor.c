/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/world_anchor.h"

#include <errno.h>
#include <string.h>

int world_hold_call(void *arg, size_t max)
{
	struct world *w = arg;

	if (w->n_calls >= max)
		return -EDQUOT;
	w->n_calls++;
	return 0;
}

void world_release_call(void *arg)
{
	struct world *w = arg;

	w->n_calls--;
}

struct sdp_fingerprint world_fingerprint(enum sdp_hash hash, const char *word)
{
	struct sdp_fingerprint fingerprint = { .hash = hash };

	strncpy((char *)fingerprint.digest, word, sizeof(fingerprint.digest) - 1);
	return fingerprint;
}

bool world_has_fingerprint(void *arg, struct relay_peer *peer,
			   const struct sdp_fingerprint *fingerprint)
{
	const struct world_end *end = relay_peer_handle(peer);
	struct sdp_fingerprint own = world_fingerprint(fingerprint->hash, end->certificate);

	return end->certificate[0] &&
	       memcmp(own.digest, fingerprint->digest, sizeof(own.digest)) == 0;
}

struct relay *world_relay_of(struct world *w, struct slice call_id)
{
	static const uint8_t key[SIPHASH_KEY_LEN] = "as good as any";

	return w->relay[relay_anchor_worker(key, call_id, (unsigned)w->n_relays)];
}
