/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sorts by priority, and draws by weight within each priority.
 */
#include "net/address/srv.h"

#include <stdlib.h>
#include <string.h>

/* Weight 0 comes first within a priority, which gives it a very small chance (RFC 2782). */
static int compare(const void *a, const void *b)
{
	const struct net_srv *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return (x->weight > 0) - (y->weight > 0);
}

static void move_to_front(struct net_srv *records, size_t i)
{
	struct net_srv chosen = records[i];

	memmove(records + 1, records, i * sizeof(*records));
	records[0] = chosen;
}

/*
 * Draws one of N records of one priority, each with a chance proportional to its weight, and moves
 * it to the front.
 */
static void draw(struct net_srv *records, size_t n, net_random_fn random, void *arg)
{
	uint32_t sum = 0, drawn;
	size_t i;

	for (i = 0; i < n; i++)
		sum += records[i].weight;
	drawn = random(arg, sum);
	for (i = 0, sum = 0; i < n - 1; i++) {
		sum += records[i].weight;
		if (sum >= drawn)
			break;
	}
	move_to_front(records, i);
}

void net_srv_sort(struct net_srv *records, size_t n, net_random_fn random, void *arg)
{
	size_t end;

	qsort(records, n, sizeof(*records), compare);
	for (size_t i = 0; i < n; i++) {
		end = i + 1;
		while (end < n && records[end].priority == records[i].priority)
			end++;
		draw(records + i, end - i, random, arg);
	}
}
