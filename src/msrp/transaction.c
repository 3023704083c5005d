/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hash by id, and a list by time, which is sorted because all deadlines are equally far away.
 */
#include "msrp/transaction.h"

#include <assert.h>
#include <string.h>

void msrp_transactions_init(struct msrp_transactions *all, const uint8_t seed[SIPHASH_KEY_LEN])
{
	*all = (struct msrp_transactions){ 0 };
	memcpy(all->seed, seed, SIPHASH_KEY_LEN);
	TAILQ_INIT(&all->waiting);
}

static struct msrp_transaction *transaction_of(struct hash_node *node)
{
	return CONTAINER_OF(node, struct msrp_transaction, by_id);
}

static struct slice id_of(const struct msrp_transaction *t)
{
	return slice_make(t->id, t->id_len);
}

void msrp_transactions_add(struct msrp_transactions *all, struct msrp_transaction *t)
{
	assert(t->id_len > 0 && t->id_len <= MSRP_IDENT_MAX);
	t->deadline_ms = 0;
	hash_table_add(&all->by_id, &t->by_id, siphash(all->seed, t->id, t->id_len));
}

void msrp_transactions_start(struct msrp_transactions *all, struct msrp_transaction *t,
			     uint64_t now_ms)
{
	assert(t->deadline_ms == 0);
	t->deadline_ms = now_ms + MSRP_TRANSACTION_MS;
	TAILQ_INSERT_TAIL(&all->waiting, t, in_waiting);
	if (!all->punctual)
		all->punctual = t;
}

struct msrp_transaction *msrp_transactions_find(struct msrp_transactions *all, struct slice id)
{
	struct hash_node *node;

	if (id.len == 0 || id.len > MSRP_IDENT_MAX)
		return NULL;
	node = hash_table_find(&all->by_id, siphash(all->seed, id.p, id.len));
	while (node && !slice_equal(id_of(transaction_of(node)), id))
		node = hash_table_next(node);
	return node ? transaction_of(node) : NULL;
}

struct msrp_transaction *msrp_transactions_any(const struct msrp_transactions *all)
{
	struct hash_node *node = hash_table_any(&all->by_id);

	return node ? transaction_of(node) : NULL;
}

size_t msrp_transactions_count(const struct msrp_transactions *all)
{
	return all->by_id.n;
}

void msrp_transactions_remove(struct msrp_transactions *all, struct msrp_transaction *t)
{
	hash_table_remove(&all->by_id, &t->by_id);
	if (t->deadline_ms == 0)
		return;
	if (all->punctual == t)
		all->punctual = TAILQ_NEXT(t, in_waiting);
	TAILQ_REMOVE(&all->waiting, t, in_waiting);
	t->deadline_ms = 0;
}

struct msrp_transaction *msrp_transactions_overdue(struct msrp_transactions *all, uint64_t now_ms)
{
	struct msrp_transaction *first = TAILQ_FIRST(&all->waiting);

	return first && first->deadline_ms <= now_ms ? first : NULL;
}

uint64_t msrp_transactions_deadline(const struct msrp_transactions *all)
{
	const struct msrp_transaction *first = TAILQ_FIRST(&all->waiting);

	return first ? first->deadline_ms : UINT64_MAX;
}

uint64_t msrp_transactions_next_late(const struct msrp_transactions *all)
{
	const struct msrp_transaction *next = all->punctual;

	return next ? next->deadline_ms - MSRP_TRANSACTION_MS + MSRP_LATE_MS : UINT64_MAX;
}

struct msrp_transaction *msrp_transactions_late(struct msrp_transactions *all, uint64_t now_ms)
{
	struct msrp_transaction *next = all->punctual;

	if (msrp_transactions_next_late(all) > now_ms)
		return NULL;
	all->punctual = TAILQ_NEXT(next, in_waiting);
	return next;
}
