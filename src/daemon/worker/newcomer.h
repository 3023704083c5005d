/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections with no request granted yet, in the order in which they go when there are too many.
 * Coming first secures no place:
 *
 *   - first those that had the time to show something: the silent ones, then
 *     those that have opened, then those that have asked;
 *   - then those that have only just come, for a flood that is faster than that.
 *
 * Among equals, the address with most of them loses the one that has waited longest. It has no lock
 * of its own.
 */
#ifndef DAEMON_WORKER_NEWCOMER_H
#define DAEMON_WORKER_NEWCOMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/list.h"

/* The things that a newcomer can show. */
enum newcomer_shown {
	NEWCOMER_SILENT, /* nothing: no handshake, or without TLS no byte */
	NEWCOMER_OPEN,
	NEWCOMER_ASKED, /* it has sent an AUTH */
	NEWCOMER_SHOWN,
};

enum {
	/*
	 * A handshake or a round trip takes less even on a bad line; after that it goes before
	 * newer ones.
	 */
	NEWCOMER_YOUNG_MS = 2000,

	NEWCOMER_RANKS = 2 * NEWCOMER_SHOWN, /* late ones, then young ones */
	NEWCOMER_NO_RANK = NEWCOMER_RANKS,   /* in no list */
};

struct newcomer {
	struct newcomer_group *group;
	unsigned rank;
	enum newcomer_shown shown;
	uint64_t since_ms; /* when it came, or last showed something */
	TAILQ_ENTRY(newcomer) in_rank;
	TAILQ_ENTRY(newcomer) in_young;
};

TAILQ_HEAD(newcomer_list, newcomer);

/* Those of one rank at one address. */
struct newcomer_rank {
	struct newcomer_list list; /* longest waiting first */
	size_t n;
	struct heap_node in_heap; /* the first one loses the next newcomer */
};

/* Those of one address. */
struct newcomer_group {
	struct newcomer_rank rank[NEWCOMER_RANKS];
};

struct newcomers {
	struct heap heap[NEWCOMER_RANKS];	    /* of groups */
	struct newcomer_list young[NEWCOMER_SHOWN]; /* in the order in which they become late */
};

void newcomers_init(struct newcomers *all);

/* All must have been removed. */
void newcomers_done(struct newcomers *all);

void newcomer_group_init(struct newcomer_group *group);

/* Adds N, which is in no list, to GROUP. Without memory it stays in none. */
void newcomer_add(struct newcomers *all, struct newcomer_group *group, struct newcomer *n);

/* Fine if it is in no list. */
void newcomer_remove(struct newcomers *all, struct newcomer *n);

/* It has shown something; what it has shown stays. */
void newcomer_show(struct newcomers *all, struct newcomer *n, enum newcomer_shown shown,
		   uint64_t now_ms);

/* The one that goes first, or NULL. */
struct newcomer *newcomer_first(struct newcomers *all, uint64_t now_ms);

#endif
