/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order in which newcomers are closed at a limit, kept in queues so that the next one is
 * found without a search.
 */
#include "daemon/worker/newcomer.h"

#include <assert.h>

enum {
	/*
	 * A heap key: the upper bits count the newcomers, the lower ones say since when the first
	 * has waited.
	 */
	TIME_BITS = 40, /* 34 years of milliseconds */
	MOST = (1 << 24) - 1,
};

void newcomers_init(struct newcomers *all)
{
	*all = (struct newcomers){ 0 };
	for (unsigned i = 0; i < NEWCOMER_SHOWN; i++)
		TAILQ_INIT(&all->young[i]);
}

void newcomers_done(struct newcomers *all)
{
	for (unsigned i = 0; i < NEWCOMER_RANKS; i++) {
		assert(all->heap[i].n == 0);
		heap_done(&all->heap[i]);
	}
}

void newcomer_group_init(struct newcomer_group *group)
{
	*group = (struct newcomer_group){ 0 };
	for (unsigned i = 0; i < NEWCOMER_RANKS; i++)
		TAILQ_INIT(&group->rank[i].list);
}

static bool is_young(unsigned rank)
{
	return rank >= NEWCOMER_SHOWN && rank < NEWCOMER_NO_RANK;
}

static uint64_t key_of(const struct newcomer_rank *rank)
{
	uint64_t n = rank->n < MOST ? rank->n : MOST;
	uint64_t since_ms = TAILQ_FIRST(&rank->list)->since_ms;

	return (MOST - n) << TIME_BITS | (since_ms & (((uint64_t)1 << TIME_BITS) - 1));
}

/* Call when the number or the first of a rank has changed. False without memory. */
static bool settle_rank(struct newcomers *all, struct newcomer_rank *rank, unsigned i)
{
	if (rank->n == 0) {
		heap_remove(&all->heap[i], &rank->in_heap);
		return true;
	}
	if (rank->in_heap.at > 0) {
		heap_move(&all->heap[i], &rank->in_heap, key_of(rank));
		return true;
	}
	rank->in_heap.deadline = key_of(rank);
	return heap_add(&all->heap[i], &rank->in_heap) == 0;
}

static void leave_queue(struct newcomers *all, struct newcomer *n)
{
	struct newcomer_rank *rank = &n->group->rank[n->rank];

	TAILQ_REMOVE(&rank->list, n, in_rank);
	rank->n--;
	settle_rank(all, rank, n->rank);
	if (is_young(n->rank))
		TAILQ_REMOVE(&all->young[n->shown], n, in_young);
	n->rank = NEWCOMER_NO_RANK;
}

static void enter_queue(struct newcomers *all, struct newcomer *n, unsigned i)
{
	struct newcomer_rank *rank = &n->group->rank[i];

	TAILQ_INSERT_TAIL(&rank->list, n, in_rank);
	rank->n++;
	n->rank = i;
	if (is_young(i))
		TAILQ_INSERT_TAIL(&all->young[n->shown], n, in_young);
	if (!settle_rank(all, rank, i))
		leave_queue(all, n);
}

void newcomer_add(struct newcomers *all, struct newcomer_group *group, struct newcomer *n)
{
	n->group = group;
	enter_queue(all, n, NEWCOMER_SHOWN + n->shown);
}

void newcomer_remove(struct newcomers *all, struct newcomer *n)
{
	if (n->rank != NEWCOMER_NO_RANK)
		leave_queue(all, n);
}

void newcomer_show(struct newcomers *all, struct newcomer *n, enum newcomer_shown shown,
		   uint64_t now_ms)
{
	bool listed = n->rank != NEWCOMER_NO_RANK;

	if (shown <= n->shown)
		return;
	newcomer_remove(all, n);
	n->shown = shown;
	n->since_ms = now_ms;
	if (listed)
		enter_queue(all, n, NEWCOMER_SHOWN + shown);
}

/* Each newcomer moves only once, however often this is called. */
static void grow_late(struct newcomers *all, uint64_t now_ms)
{
	for (unsigned i = 0; i < NEWCOMER_SHOWN; i++) {
		struct newcomer *n;

		while ((n = TAILQ_FIRST(&all->young[i])) &&
		       now_ms >= n->since_ms + NEWCOMER_YOUNG_MS) {
			leave_queue(all, n);
			enter_queue(all, n, i);
		}
	}
}

static struct newcomer_rank *top_of(const struct newcomers *all, unsigned i)
{
	struct heap_node *node = heap_first(&all->heap[i]);

	return node ? CONTAINER_OF(node, struct newcomer_rank, in_heap) : NULL;
}

struct newcomer *newcomer_first(struct newcomers *all, uint64_t now_ms)
{
	const struct newcomer_rank *most = NULL;

	grow_late(all, now_ms);
	for (unsigned i = 0; i < NEWCOMER_SHOWN && !most; i++)
		most = top_of(all, i);
	if (most)
		return TAILQ_FIRST(&most->list);
	/*
	 * Young ones have shown little yet, so the address that has sent most is the source of the
	 * flood.
	 */
	for (unsigned i = NEWCOMER_SHOWN; i < NEWCOMER_RANKS; i++) {
		const struct newcomer_rank *top = top_of(all, i);

		if (top && (!most || top->n > most->n))
			most = top;
	}
	return most ? TAILQ_FIRST(&most->list) : NULL;
}
