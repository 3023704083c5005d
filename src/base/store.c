/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list for each size, the latest first: it is in the processor's cache.
 */
#include "base/store.h"

#include <assert.h>
#include <sanitizer/asan_interface.h>
#include <stdlib.h>

struct store_block {
	struct store_block *next;
};

static unsigned kind_of(size_t size)
{
	assert(size >= STORE_BLOCK_MIN && (size & (size - 1)) == 0);
	return (unsigned)__builtin_ctzl(size / STORE_BLOCK_MIN);
}

static size_t kept_max(size_t size)
{
	return size > STORE_KEPT_MAX / 2 ? 2 : STORE_KEPT_MAX / size;
}

static struct store_block *store_pop(struct store *store, unsigned kind)
{
	struct store_block *block = store->first[kind];

	if (!block)
		return NULL;
	ASAN_UNPOISON_MEMORY_REGION(block, (size_t)STORE_BLOCK_MIN << kind);
	store->first[kind] = block->next;
	store->n[kind]--;
	return block;
}

/* AddressSanitizer reports a look into it, as into one that was freed. */
static void store_push(struct store *store, unsigned kind, struct store_block *block)
{
	block->next = store->first[kind];
	store->first[kind] = block;
	store->n[kind]++;
	ASAN_POISON_MEMORY_REGION(block, (size_t)STORE_BLOCK_MIN << kind);
}

void store_done(struct store *store)
{
	struct store_block *block;

	for (unsigned kind = 0; kind < STORE_KINDS; kind++) {
		while ((block = store_pop(store, kind)))
			free(block);
	}
}

void *store_take(struct store *store, size_t size)
{
	unsigned kind = kind_of(size);
	struct store_block *block = store && kind < STORE_KINDS ? store_pop(store, kind) : NULL;

	return block ? block : malloc(size);
}

void store_give(struct store *store, void *block, size_t size)
{
	unsigned kind;

	if (!block)
		return;
	kind = kind_of(size);
	if (!store || kind >= STORE_KINDS || store->n[kind] >= kept_max(size))
		free(block);
	else
		store_push(store, kind, block);
}
