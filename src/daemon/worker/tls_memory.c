/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All of it is malloc()'s, so that any thread may free what another one took, and a thread without
 * a struct of its own keeps nothing.
 */
#include "daemon/worker/tls_memory.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local struct tls_memory *own;

static void *kind_pop(struct tls_memory_kind *kind)
{
	void *block = kind->first;

	if (!block)
		return NULL;
	memcpy(&kind->first, block, sizeof(kind->first));
	kind->n--;
	return block;
}

static void kind_push(struct tls_memory_kind *kind, void *block)
{
	memcpy(block, &kind->first, sizeof(kind->first));
	kind->first = block;
	kind->n++;
}

/* The kind whose blocks have room for SIZE bytes; NULL: none is kept. */
static struct tls_memory_kind *kind_for(size_t size)
{
	size_t i = size > TLS_MEMORY_MIN
		       ? (size - TLS_MEMORY_MIN + TLS_MEMORY_STEP - 1) / TLS_MEMORY_STEP
		       : 0;

	if (i < TLS_MEMORY_KINDS)
		return &own->crumbs[i];
	return size > TLS_MEMORY_RECORD && size <= TLS_MEMORY_RECORD_MAX ? &own->records : NULL;
}

/* The one that a block with room for SIZE bytes belongs to. */
static struct tls_memory_kind *kind_of(size_t size)
{
	size_t i = (size - TLS_MEMORY_MIN) / TLS_MEMORY_STEP;

	if (size >= TLS_MEMORY_RECORD_MAX)
		return size < TLS_MEMORY_RECORD_MAX + TLS_MEMORY_MIN ? &own->records : NULL;
	return size >= TLS_MEMORY_MIN && i < TLS_MEMORY_KINDS ? &own->crumbs[i] : NULL;
}

/* Any record's will do for the next, whatever its size. */
static size_t size_to_ask(size_t size)
{
	return size > TLS_MEMORY_RECORD && size <= TLS_MEMORY_RECORD_MAX ? TLS_MEMORY_RECORD_MAX
									 : size;
}

static void *take_kept(size_t size, const char *file, int line)
{
	struct tls_memory_kind *kind = own ? kind_for(size) : NULL;
	void *block = kind ? kind_pop(kind) : NULL;

	return block ? block : malloc(size_to_ask(size));
}

static void give(void *block, const char *file, int line)
{
	struct tls_memory_kind *kind = NULL;

	if (own && block)
		kind = kind_of(malloc_usable_size(block));
	if (kind && kind->n < TLS_MEMORY_KEPT)
		kind_push(kind, block);
	else
		free(block);
}

static void *resize(void *block, size_t size, const char *file, int line)
{
	return realloc(block, size);
}

void tls_memory_start(void)
{
	/* Too late it fails, and OpenSSL goes on with malloc(). */
	(void)CRYPTO_set_mem_functions(take_kept, resize, give);
}

void tls_memory_enter(struct tls_memory *memory)
{
	own = memory;
}

static void free_all(struct tls_memory_kind *kind)
{
	void *block;

	while ((block = kind_pop(kind)))
		free(block);
}

void tls_memory_leave(struct tls_memory *memory)
{
	own = NULL;
	for (size_t i = 0; i < TLS_MEMORY_KINDS; i++)
		free_all(&memory->crumbs[i]);
	free_all(&memory->records);
}
