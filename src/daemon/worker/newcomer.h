/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections of which nothing was granted yet, in the order in which they go
 * when there are too many. Nobody keeps a place by having come first:
 *
 *   - those that had the time to show something and did not: first those that are
 *     silent, then those that have opened, then those that have asked;
 *   - then those that have only just come, for a flood that is faster than that.
 *
 * Of equals the address with the most of them loses one, the one that has waited
 * longest there. It has no lock of its own.
 */
#ifndef DAEMON_WORKER_NEWCOMER_H
#define DAEMON_WORKER_NEWCOMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/list.h"

/* What a newcomer has shown. */
enum newcomer_shown {
	NEWCOMER_SILENT, /* nothing: no handshake, or without TLS no byte */
	NEWCOMER_OPEN,
	NEWCOMER_ASKED, /* an AUTH of it came */
	NEWCOMER_SHOWN,
};

enum {
	/* A handshake or a round trip takes less on a bad line; later it stands behind newer ones.
	 */
	NEWCOMER_YOUNG_MS = 2000,

	NEWCOMER_RANKS = 2 * NEWCOMER_SHOWN, /* late ones, then young ones */
	NEWCOMER_NO_RANK = NEWCOMER_RANKS,   /* it is in no list */
};

struct newcomer {
	struct newcomer_group *group;
	unsigned rank;
	enum newcomer_shown shown;
	uint64_t since_ms; /* when it came, or has shown something last */
	TAILQ_ENTRY(newcomer) in_rank;
	TAILQ_ENTRY(newcomer) in_young;
};

TAILQ_HEAD(newcomer_list, newcomer);

/* Those of one rank at one address. */
struct newcomer_rank {
	struct newcomer_list list; /* the longest waiting first */
	size_t n;
	struct heap_node in_heap; /* the one who loses a newcomer first is the first there */
};

/* Those of one address. */
struct newcomer_group {
	struct newcomer_rank rank[NEWCOMER_RANKS];
};

struct newcomers {
	struct heap heap[NEWCOMER_RANKS];	    /* of groups */
	struct newcomer_list young[NEWCOMER_SHOWN]; /* in the order in which they grow late */
};

void newcomers_init(struct newcomers *all);

/* All must have been removed. */
void newcomers_done(struct newcomers *all);

void newcomer_group_init(struct newcomer_group *group);

/* N, which is in no list, is one of GROUP. Without memory it stays in none. */
void newcomer_add(struct newcomers *all, struct newcomer_group *group, struct newcomer *n);

/* Fine when it is in none. */
void newcomer_remove(struct newcomers *all, struct newcomer *n);

/* It has shown something; what it has shown before is never taken back. */
void newcomer_show(struct newcomers *all, struct newcomer *n, enum newcomer_shown shown,
		   uint64_t now_ms);

/* The one that goes first, or NULL. */
struct newcomer *newcomer_first(struct newcomers *all, uint64_t now_ms);

#endif
