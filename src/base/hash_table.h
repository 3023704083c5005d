/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hash tables that may hold a million elements, such as sessions. Nobody ever waits for one to
 * grow: it does so one slot at a time (linear hashing), where uthash (base/hash.h) moves all
 * elements at once, a fifth of a second for a million. Smaller tables, or those that are filled at
 * once, use uthash.
 */
#ifndef BASE_HASH_TABLE_H
#define BASE_HASH_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum {
	HASH_TABLE_MIN = 4,	  /* slots of an empty table, which it has in itself */
	HASH_TABLE_SEGMENTS = 40, /* of twice as many slots each as the one before: 2^42 */
};

/* Embedded in an element, best beside its key: both are looked at together. */
struct hash_node {
	struct hash_node *next; /* in its slot */
	uint64_t hash;
};

/* A zeroed one is empty. */
struct hash_table {
	size_t n;	/* elements */
	size_t n_grown; /* slots, besides the first ones */
	struct hash_node *first[HASH_TABLE_MIN];
	struct hash_node **segment[HASH_TABLE_SEGMENTS];
};

/*
 * HASH is siphash() of the element's key, with a random seed that stays the same, unless nobody
 * else can choose the key. Cannot fail: without memory the table only gets slower.
 */
void hash_table_add(struct hash_table *table, struct hash_node *node, uint64_t hash);

/* NODE is in TABLE. An empty table owns no memory. */
void hash_table_remove(struct hash_table *table, struct hash_node *node);

/*
 * The first of those with this hash, and the next one after NODE; NULL: there is none. It is for
 * the caller to compare the keys.
 */
struct hash_node *hash_table_find(const struct hash_table *table, uint64_t hash);
struct hash_node *hash_table_next(const struct hash_node *node);

/* Any element, for those who remove all; NULL: there is none. */
struct hash_node *hash_table_any(const struct hash_table *table);

#endif
