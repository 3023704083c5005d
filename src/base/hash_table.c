/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Linear hashing. With 2^L to 2^(L+1) slots, those below the latest power of two that have been
 * split use one more bit of the hash than the others. Each element that is added splits the next
 * slot, so that a slot has one element on average. Slots are in segments that never move.
 */
#include "base/hash_table.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
	FIRST_BITS = 2, /* HASH_TABLE_MIN is two to this power */
	SPARSE_BELOW =
	    4, /* slots for each element are too many; well above the one at which it grows */
};

static unsigned log2_of(size_t n)
{
	return 63 - (unsigned)__builtin_clzll(n);
}

static size_t count_slots(const struct hash_table *table)
{
	return HASH_TABLE_MIN + table->n_grown;
}

/* Segment I has the slots from 2^(I + FIRST_BITS) to the next power of two. */
static struct hash_node **slot_at(const struct hash_table *table, size_t i)
{
	unsigned bits;

	if (i < HASH_TABLE_MIN)
		return (struct hash_node **)&table->first[i];
	bits = log2_of(i);
	return &table->segment[bits - FIRST_BITS][i - ((size_t)1 << bits)];
}

/* The slot from which slot I was split. */
static size_t parent_of(size_t i)
{
	return i - ((size_t)1 << log2_of(i));
}

static struct hash_node **slot_of(const struct hash_table *table, uint64_t hash)
{
	size_t n = count_slots(table);
	size_t i = hash & (((size_t)2 << log2_of(n)) - 1);

	return slot_at(table, i < n ? i : parent_of(i));
}

/* Returns false if there is no memory for the slot after the last one. */
static bool make_slot(struct hash_table *table)
{
	size_t n = count_slots(table);
	unsigned bits = log2_of(n);
	struct hash_node ***segment = &table->segment[bits - FIRST_BITS];

	if (n == (size_t)1 << bits)
		*segment = calloc(n, sizeof(struct hash_node *));
	table->n_grown += *segment != NULL;
	return *segment != NULL;
}

static void split_slot(struct hash_table *table)
{
	size_t i = count_slots(table);
	size_t bit = (size_t)1 << log2_of(i);
	struct hash_node *node, *next;
	struct hash_node **kept, **moved;

	if (!make_slot(table))
		return;
	kept = slot_at(table, parent_of(i));
	moved = slot_at(table, i);
	node = *kept;
	*kept = NULL;
	for (; node; node = next) {
		struct hash_node **to = node->hash & bit ? moved : kept;

		next = node->next;
		node->next = *to;
		*to = node;
	}
}

/* Removes the last slot and puts its elements back into the one they came from. */
static void merge_slot(struct hash_table *table)
{
	size_t i = count_slots(table) - 1;
	unsigned bits = log2_of(i);
	struct hash_node **last = slot_at(table, i);
	struct hash_node **end = slot_at(table, parent_of(i));

	while (*end)
		end = &(*end)->next;
	*end = *last;
	*last = NULL;
	table->n_grown--;
	if (i == (size_t)1 << bits) {
		free(table->segment[bits - FIRST_BITS]);
		table->segment[bits - FIRST_BITS] = NULL;
	}
}

void hash_table_add(struct hash_table *table, struct hash_node *node, uint64_t hash)
{
	struct hash_node **slot = slot_of(table, hash);

	node->hash = hash;
	node->next = *slot;
	*slot = node;
	if (++table->n > count_slots(table))
		split_slot(table);
}

void hash_table_remove(struct hash_table *table, struct hash_node *node)
{
	struct hash_node **at = slot_of(table, node->hash);

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
	node->next = NULL;
	table->n--;
	while (table->n_grown > table->n_kept && count_slots(table) > SPARSE_BELOW * table->n)
		merge_slot(table);
}

void hash_table_done(struct hash_table *table)
{
	assert(table->n == 0);
	while (table->n_grown > 0)
		merge_slot(table);
}

static struct hash_node *first_with(struct hash_node *node, uint64_t hash)
{
	while (node && node->hash != hash)
		node = node->next;
	return node;
}

struct hash_node *hash_table_find(const struct hash_table *table, uint64_t hash)
{
	return first_with(*slot_of(table, hash), hash);
}

struct hash_node *hash_table_next(const struct hash_node *node)
{
	return first_with(node->next, node->hash);
}

struct hash_node *hash_table_any(const struct hash_table *table)
{
	size_t i = count_slots(table);

	while (i > 0 && !*slot_at(table, i - 1))
		i--;
	return i > 0 ? *slot_at(table, i - 1) : NULL;
}
