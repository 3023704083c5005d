/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory for OpenSSL on the threads of workers. It takes buffers for each record and a few crumbs,
 * and gives them back with the last octet of it, so that an idle connection has none; here they are
 * kept for the next record.
 */
#ifndef DAEMON_WORKER_TLS_MEMORY_H
#define DAEMON_WORKER_TLS_MEMORY_H

#include <stddef.h>

enum {
	/* Crumbs, by how many bytes there are room for: the sizes that malloc() has, up to 280. */
	TLS_MEMORY_MIN = 24,
	TLS_MEMORY_STEP = 16,
	TLS_MEMORY_KINDS = 17,

	/* A buffer for a record, of either direction and whatever version. */
	TLS_MEMORY_RECORD = 16 * 1024,
	TLS_MEMORY_RECORD_MAX = 18 * 1024,

	/*
	 * Of each kind so many are kept, of which one record needs a few: 180 KiB for
	 * a worker.
	 */
	TLS_MEMORY_KEPT = 8,
};

struct tls_memory_kind {
	void *first;
	unsigned n;
};

/* The blocks that one thread keeps. A zeroed one is empty. */
struct tls_memory {
	struct tls_memory_kind crumbs[TLS_MEMORY_KINDS];
	struct tls_memory_kind records;
};

/* Before the process uses OpenSSL for the first time: has it take its memory from here. */
void tls_memory_start(void);

/* On this thread, from now on until the end, OpenSSL's memory is kept in MEMORY. */
void tls_memory_enter(struct tls_memory *memory);

/* That is over, and what was kept is freed. */
void tls_memory_leave(struct tls_memory *memory);

#endif
