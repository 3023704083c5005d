/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the leg that a request is for, by one look-up, and the call that a proxy means.
 */
#include "relay/session/token.h"

#include "relay/leg.h"
#include "relay/state.h"

bool relay_token_is(const struct relay *relay, const struct msrp_uri_slices *uri)
{
	return relay->is_anchor && uri->session_id.len == RELAY_TOKEN_LEN;
}

static uint64_t token_hash(const struct relay *relay, const char *token)
{
	return siphash(relay->seed, token, RELAY_TOKEN_LEN);
}

static struct relay_leg *leg_of(struct hash_node *node)
{
	return CONTAINER_OF(node, struct relay_leg, by_token);
}

void relay_leg_add(struct relay *relay, struct relay_leg *leg)
{
	hash_table_add(&relay->legs, &leg->by_token, token_hash(relay, leg->token));
}

void relay_leg_remove(struct relay *relay, struct relay_leg *leg)
{
	hash_table_remove(&relay->legs, &leg->by_token);
}

struct relay_leg *relay_leg_find(const struct relay *relay, const struct msrp_uri_slices *uri)
{
	struct hash_node *node;

	if (relay->legs.n == 0 || uri->session_id.len != RELAY_TOKEN_LEN)
		return NULL;
	node = hash_table_find(&relay->legs, token_hash(relay, uri->session_id.p));
	while (node && memcmp(leg_of(node)->token, uri->session_id.p, RELAY_TOKEN_LEN) != 0)
		node = hash_table_next(node);
	return node ? leg_of(node) : NULL;
}

static struct slice call_id_of(const struct relay_call *call)
{
	return slice_make(call->id, call->id_len);
}

static struct relay_call *call_of(struct hash_node *node)
{
	return CONTAINER_OF(node, struct relay_call, by_call_id);
}

static uint64_t call_hash(const struct relay *relay, struct slice id)
{
	return siphash(relay->seed, id.p, id.len);
}

void relay_call_add(struct relay *relay, struct relay_call *call)
{
	hash_table_add(&relay->by_call_id, &call->by_call_id, call_hash(relay, call_id_of(call)));
	TAILQ_INSERT_TAIL(&relay->calls, call, in_relay);
}

void relay_call_remove(struct relay *relay, struct relay_call *call)
{
	hash_table_remove(&relay->by_call_id, &call->by_call_id);
	TAILQ_REMOVE(&relay->calls, call, in_relay);
}

struct relay_call *relay_call_find(const struct relay *relay, struct slice id)
{
	struct hash_node *node = hash_table_find(&relay->by_call_id, call_hash(relay, id));

	while (node && !slice_equal(call_id_of(call_of(node)), id))
		node = hash_table_next(node);
	return node ? call_of(node) : NULL;
}
