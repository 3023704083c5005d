/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hash tables that may hold a million elements, such as sessions. They grow one slot at a time
 * (linear hashing), so nobody waits for it, whereas uthash (base/hash.h) moves all elements at
 * once, which takes a fifth of a second for a million. Smaller tables, or those that are filled at
 * once, use uthash.
 */
#ifndef BASE_HASH_TABLE_H
#define BASE_HASH_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum {
	HASH_TABLE_MIN = 4,	  /* slots of an empty table, which are part of it */
	HASH_TABLE_SEGMENTS = 40, /* each has twice as many slots as the one before: 2^42 in all */
};

/* Embedded in an element, best beside its key, because both are read together. */
struct hash_node {
	struct hash_node *next; /* in its slot */
	uint64_t hash;
};

/* A zeroed one is empty. */
struct hash_table {
	size_t n;	/* elements */
	size_t n_grown; /* slots, besides the first ones */
	size_t n_kept;	/* of these so many are not given back any more; the owner sets it */
	struct hash_node *first[HASH_TABLE_MIN];
	struct hash_node **segment[HASH_TABLE_SEGMENTS];
};

/*
 * HASH is siphash() of the element's key, with a random seed that stays the same, unless nobody
 * else can choose the key. Never fails: without memory the table only gets slower.
 */
void hash_table_add(struct hash_table *table, struct hash_node *node, uint64_t hash);

/* NODE must be in TABLE. An empty table owns no memory, unless it keeps slots. */
void hash_table_remove(struct hash_table *table, struct hash_node *node);

/* Gives back the slots that TABLE keeps, which is empty. */
void hash_table_done(struct hash_table *table);

/*
 * The first element with this hash, and the next one after NODE, or NULL. The caller compares the
 * keys.
 */
struct hash_node *hash_table_find(const struct hash_table *table, uint64_t hash);
struct hash_node *hash_table_next(const struct hash_node *node);

/* Any element, to remove them all, or NULL. */
struct hash_node *hash_table_any(const struct hash_table *table);

#endif
