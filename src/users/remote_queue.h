/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions waiting for a place, in a fair order: those of open sessions before those of
 * newcomers, and within each kind one of each origin in turn, so that nobody gains by asking more.
 * It has no lock of its own.
 */
#ifndef USERS_REMOTE_QUEUE_H
#define USERS_REMOTE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/list.h"

enum {
	/* More than a household or an office asks at a time; further questions are refused. */
	REMOTE_QUEUE_ORIGIN_MAX = 128,

	/* In all. Each costs some memory, and somebody waits for its answer. */
	REMOTE_QUEUE_MAX = 1024,
};

enum remote_queue_kind {
	REMOTE_QUEUE_RENEWALS, /* from users with an open session */
	REMOTE_QUEUE_NEWCOMERS,
	REMOTE_QUEUE_KINDS,
};

struct remote_queue_key {
	char origin[48]; /* an address as text, padded with zeros */
	uint32_t kind;
};

struct remote_queue_item;
TAILQ_HEAD(remote_queue_items, remote_queue_item);

/* The questions of one origin. */
struct remote_queue_source {
	struct remote_queue_key key;
	struct remote_queue_items items;
	size_t n;
	TAILQ_ENTRY(remote_queue_source) in_turns;
	UT_hash_handle hh;
};

TAILQ_HEAD(remote_queue_sources, remote_queue_source);

/* Embedded in a question, and owned with it. Zeroed, it is not in the queue. */
struct remote_queue_item {
	struct remote_queue_source *source; /* NULL: not in the queue */
	TAILQ_ENTRY(remote_queue_item) in_source;
};

/* Zeroed except for what remote_queue_init() sets. */
struct remote_queue {
	struct remote_queue_sources turns[REMOTE_QUEUE_KINDS]; /* in order of their turns */
	uint8_t seed[SIPHASH_KEY_LEN];
	struct remote_queue_source *sources;
	size_t n;
};

/* SEED is random, to key the hash of origins. */
void remote_queue_init(struct remote_queue *queue, const uint8_t seed[SIPHASH_KEY_LEN]);

/*
 * False: refused, because too many questions of that origin wait, or for lack of memory. When the
 * queue is full, one question must leave: *RET_DISPLACED is the last question of the origin that
 * has most, perhaps this very one; otherwise NULL.
 */
bool remote_queue_add(struct remote_queue *queue, struct remote_queue_item *item,
		      const struct remote_queue_key *key, struct remote_queue_item **ret_displaced);

/* Takes the next question out of the queue; NULL: it is empty. */
struct remote_queue_item *remote_queue_take(struct remote_queue *queue);

void remote_queue_remove(struct remote_queue *queue, struct remote_queue_item *item);

#endif
