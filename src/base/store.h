/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks of memory that were given back, kept for their next use. Each chunk that passes
 * through a relay takes and gives back several; without a store the allocator would give their
 * pages back to the system, and get new ones, each time.
 */
#ifndef BASE_STORE_H
#define BASE_STORE_H

#include <stddef.h>

enum {
	STORE_BLOCK_MIN =
	    256,	  /* a response fits; all others are twice as large as the one before */
	STORE_KINDS = 12, /* sizes that are kept: up to 512 KiB, a full queue and what comes */

	/*
	 * Of each size so many bytes are kept, and at least two blocks. Together that
	 * is less than 7 MiB for a store, and never more than was in use at a time.
	 */
	STORE_KEPT_MAX = 512 * 1024,
};

struct store_block;

/* On one thread. A zeroed one is empty. */
struct store {
	struct store_block *first[STORE_KINDS];
	size_t n[STORE_KINDS];
};

/* Frees what is kept. */
void store_done(struct store *store);

/*
 * A block of SIZE bytes, which is STORE_BLOCK_MIN or twice as much any number of times. STORE may
 * be NULL. NULL without memory.
 */
void *store_take(struct store *store, size_t size);

/* Gives a block of that SIZE to STORE, wherever it is from. STORE and BLOCK may be NULL. */
void store_give(struct store *store, void *block, size_t size);

#endif
