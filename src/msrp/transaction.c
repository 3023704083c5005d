/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hash by id, and a list by time, which is sorted because all deadlines are equally far away.
 */
#include "msrp/transaction.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

void msrp_transactions_init(struct msrp_transactions *all, const uint8_t seed[SIPHASH_KEY_LEN])
{
	memcpy(all->seed, seed, SIPHASH_KEY_LEN);
	all->by_id = NULL;
	TAILQ_INIT(&all->waiting);
	all->punctual = NULL;
}

int msrp_transactions_add(struct msrp_transactions *all, struct msrp_transaction *t)
{
	assert(t->id_len > 0 && t->id_len <= MSRP_IDENT_MAX);
	t->deadline_ms = 0;
	HASH_ADD_SEEDED(all->seed, all->by_id, t->id, t->id_len, t);
	return t->hh.tbl ? 0 : -ENOMEM;
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
	struct msrp_transaction *t;

	if (id.len == 0 || id.len > MSRP_IDENT_MAX)
		return NULL;
	HASH_FIND_SEEDED(all->seed, all->by_id, id.p, id.len, t);
	return t;
}

void msrp_transactions_remove(struct msrp_transactions *all, struct msrp_transaction *t)
{
	HASH_DELETE(hh, all->by_id, t);
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
