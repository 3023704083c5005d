/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/world_auth.h"

#include <assert.h>
#include <string.h>

/* "60:alice" is alice until the clock of this world shows 60 seconds. */
static void limit_time(const struct world *w, struct slice user, struct msrp_ha1_answer *found)
{
	size_t at = slice_find(user, ':');
	uint64_t until_s;

	found->valid_s = UINT64_MAX;
	if (!slice_to_u64(slice_first(user, at), &until_s) || at == user.len)
		return;
	found->account = slice_skip(user, at + 1);
	found->valid_s = until_s - w->now_ms / 1000;
	if (until_s <= w->now_ms / 1000)
		found->result = MSRP_HA1_EXPIRED;
}

/* In memory is the first password, but by now it is the other one. */
static void remember(const struct relay_lookup *lookup, struct msrp_ha1_answer *found)
{
	found->n_ha1 = 1;
	found->from_memory = !relay_lookup_is_anew(lookup);
	if (!found->from_memory)
		found->ha1++;
}

void world_answer_lookup(struct world *w, struct relay_lookup *lookup)
{
	const struct slice password[] = { SLICE(WORLD_PASSWORD), SLICE(WORLD_OTHER_PASSWORD) };
	struct slice user = relay_lookup_user(lookup);
	struct msrp_digest_hex hex[2];
	struct slice ha1[2];
	struct msrp_ha1_answer found = { .result = MSRP_HA1_FOUND, .ha1 = ha1, .n_ha1 = 2 };

	for (size_t i = 0; i < found.n_ha1; i++) {
		int err = msrp_digest_ha1(relay_lookup_algorithm(lookup), user,
					  relay_lookup_realm(lookup), password[i], &hex[i]);

		assert(!err);
		ha1[i] = slice_make(hex[i].text, hex[i].len);
	}
	limit_time(w, user, &found);
	if (slice_equal(user, SLICE(WORLD_UNKNOWN_USER)))
		found.result = MSRP_HA1_UNKNOWN;
	if (slice_equal(user, SLICE(WORLD_BROKEN_USER)))
		found.result = MSRP_HA1_FAILED;
	if (slice_equal(user, SLICE(WORLD_BUSY_USER)))
		found.result = MSRP_HA1_BUSY;
	if (slice_equal(user, SLICE(WORLD_REMEMBERED_USER)))
		remember(lookup, &found);
	relay_lookup_answer(lookup, w->now_ms, &found);
}

static struct relay_origin with_address(const struct relay_origin *origin)
{
	const struct world_end *end = relay_peer_handle(origin->peer);
	struct relay_origin copy = *origin;

	copy.address = slice_from(end->address[0] ? end->address : end->name);
	return copy;
}

bool world_may_try(void *arg, const struct relay_origin *origin)
{
	struct world *w = arg;
	struct relay_origin own = with_address(origin);

	return relay_throttle_may_try(w->throttle, &own, w->now_ms);
}

void world_wrong(void *arg, const struct relay_origin *origin, struct relay_pause *ret_pause)
{
	struct world *w = arg;
	struct relay_origin own = with_address(origin);

	relay_throttle_wrong(w->throttle, &own, w->now_ms, ret_pause);
}

uint64_t world_right(void *arg, const struct relay_origin *origin)
{
	struct world *w = arg;
	struct relay_origin own = with_address(origin);

	return relay_throttle_right(w->throttle, &own, w->now_ms);
}

bool world_is_vouched(void *arg, const struct relay_origin *origin)
{
	struct world *w = arg;

	return relay_throttle_is_vouched(w->throttle, origin, w->now_ms);
}
