/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A binary heap of timers with different deadlines. A node is embedded in the object that it times;
 * a zeroed node is in no heap, a zeroed heap is empty. libuv keeps its heap to itself, and the
 * relay, which knows no loop and no clock, could not use libuv's timers.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap_node {
	uint64_t deadline;
	size_t at; /* its place in the heap, from 1; 0: in no heap */
};

struct heap {
	struct heap_node **node;
	size_t n;
	size_t size;
};

void heap_done(struct heap *h); /* leaves the nodes alone */

/* N is in no heap, and its deadline is set. Returns 0 or -ENOMEM. */
int heap_add(struct heap *h, struct heap_node *n);

/* Does nothing if N is in no heap. */
void heap_remove(struct heap *h, struct heap_node *n);

/* Sets a new deadline for a node of the heap. */
void heap_move(struct heap *h, struct heap_node *n, uint64_t deadline);

/* The node with the earliest deadline, or NULL. */
struct heap_node *heap_first(const struct heap *h);

#endif
