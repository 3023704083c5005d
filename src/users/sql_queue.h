/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions waiting for a database, in a fair order: those of open sessions before those of
 * newcomers, and within each kind one of each origin in turn, so that asking more does not help.
 * It has no lock of its own.
 */
#ifndef USERS_SQL_QUEUE_H
#define USERS_SQL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/list.h"

enum {
	/* More than a household or an office asks at a time; who asks for more has to wait. */
	SQL_QUEUE_ORIGIN_MAX = 128,

	/* In all; each with some memory and an answer that is awaited. */
	SQL_QUEUE_MAX = 1024,
};

enum sql_queue_kind {
	SQL_QUEUE_RENEWALS, /* of users who are in */
	SQL_QUEUE_NEWCOMERS,
	SQL_QUEUE_KINDS,
};

struct sql_queue_key {
	char origin[48]; /* the text of an address, filled up with zeros */
	uint32_t kind;
};

struct sql_queue_item;
TAILQ_HEAD(sql_queue_items, sql_queue_item);

/* The questions of one origin. */
struct sql_queue_source {
	struct sql_queue_key key;
	struct sql_queue_items items;
	size_t n;
	TAILQ_ENTRY(sql_queue_source) in_turns;
	UT_hash_handle hh;
};

TAILQ_HEAD(sql_queue_sources, sql_queue_source);

/* Part of a question, which belongs to the one that asks. Zeroed, it does not wait. */
struct sql_queue_item {
	struct sql_queue_source *source; /* NULL: it does not wait */
	TAILQ_ENTRY(sql_queue_item) in_source;
};

/* Zeroed but for what sql_queue_init() does. */
struct sql_queue {
	struct sql_queue_sources turns[SQL_QUEUE_KINDS]; /* the next one first */
	uint8_t seed[SIPHASH_KEY_LEN];
	struct sql_queue_source *sources;
	size_t n;
};

/* SEED is random, for the hash of origins. */
void sql_queue_init(struct sql_queue *queue, const uint8_t seed[SIPHASH_KEY_LEN]);

/*
 * False: there is no place for it, as so many of that origin wait, or no memory.
 * When all places are taken, somebody goes for it: *RET_DISPLACED is the last
 * question of the origin that has most, which may be this one, or NULL.
 */
bool sql_queue_add(struct sql_queue *queue, struct sql_queue_item *item,
		   const struct sql_queue_key *key, struct sql_queue_item **ret_displaced);

/* The next one, which no longer waits; NULL: there is none. */
struct sql_queue_item *sql_queue_take(struct sql_queue *queue);

void sql_queue_remove(struct sql_queue *queue, struct sql_queue_item *item);

#endif
