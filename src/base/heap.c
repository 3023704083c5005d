/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The array holds pointers to nodes, and each node knows its place, so that any node can be removed
 * in logarithmic time.
 */
#include "base/heap.h"

#include <errno.h>
#include <stdlib.h>

enum { HEAP_SIZE_MIN = 16 };

void heap_done(struct heap *h)
{
	free(h->node);
	*h = (struct heap){ 0 };
}

static void place(struct heap *h, struct heap_node *n, size_t at)
{
	h->node[at - 1] = n;
	n->at = at;
}

static void sift_up(struct heap *h, struct heap_node *n)
{
	size_t at = n->at;

	while (at > 1 && h->node[at / 2 - 1]->deadline > n->deadline) {
		place(h, h->node[at / 2 - 1], at);
		at /= 2;
	}
	place(h, n, at);
}

static void sift_down(struct heap *h, struct heap_node *n)
{
	size_t at = n->at;

	for (size_t child = at * 2; child <= h->n; child = at * 2) {
		if (child < h->n && h->node[child]->deadline < h->node[child - 1]->deadline)
			child++;
		if (h->node[child - 1]->deadline >= n->deadline)
			break;
		place(h, h->node[child - 1], at);
		at = child;
	}
	place(h, n, at);
}

int heap_add(struct heap *h, struct heap_node *n)
{
	if (h->n == h->size) {
		size_t size = h->size > 0 ? h->size * 2 : HEAP_SIZE_MIN;
		struct heap_node **node = realloc(h->node, size * sizeof(struct heap_node *));

		if (!node)
			return -ENOMEM;
		h->node = node;
		h->size = size;
	}
	place(h, n, ++h->n);
	sift_up(h, n);
	return 0;
}

void heap_remove(struct heap *h, struct heap_node *n)
{
	struct heap_node *last;
	size_t at = n->at;

	if (at == 0)
		return;
	n->at = 0;
	last = h->node[--h->n];
	if (last == n)
		return;
	place(h, last, at);
	sift_up(h, last);
	sift_down(h, last);
}

void heap_move(struct heap *h, struct heap_node *n, uint64_t deadline)
{
	n->deadline = deadline;
	sift_up(h, n);
	sift_down(h, n);
}

struct heap_node *heap_first(const struct heap *h)
{
	return h->n > 0 ? h->node[0] : NULL;
}
