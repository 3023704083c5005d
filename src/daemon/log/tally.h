/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts records, and keeps floods of them out of the log. Of each cause, which is a type of
 * record and an origin, the first few in a minute are logged, and at the end of the minute the
 * number of those that were not. A flood from one cause, or of one type, never hides another
 * one.
 */
#ifndef DAEMON_LOG_TALLY_H
#define DAEMON_LOG_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"
#include "base/slice.h"
#include "daemon/log/record.h"

enum {
	/*
	 * Causes of one type told apart in a minute. When there are more, the one that
	 * matters least makes room, and counts with the others of its type that did: so
	 * memory is not filled by somebody with many addresses, and a cause that comes again
	 * and again stays in sight.
	 */
	TALLY_CAUSES = 512,

	/* Lines of one type in a minute; the rest is counted and logged at its end. */
	TALLY_LINES_MAX = 256,

	TALLY_FROM_MAX = 96, /* what is longer is cut, and longer ones may become one cause */
};

/* How many types are limited at all. */
#define TALLY_COUNT(type, event, level, lines, ...) +((lines) != RECORD_ALL)
enum { TALLY_TYPES = 0 RECORD_TYPES(TALLY_COUNT) };
#undef TALLY_COUNT

struct tally_cause {
	char from[TALLY_FROM_MAX];
	size_t from_len;
	uint64_t n;	  /* in this minute; 0: nobody is here */
	uint64_t written; /* of these */
	uint64_t last;	  /* its place in the order of all that happened */
};

/* What happened of one type in this minute. */
struct tally_table {
	uint64_t n;
	uint64_t written;
	uint64_t rest; /* of causes that made room, and were not written */
	struct tally_cause cause[TALLY_CAUSES];
};

/* Zeroed, but for the key, which is to be known to nobody: nothing has happened yet. */
struct tally {
	uint8_t key[SIPHASH_KEY_LEN];
	uint64_t total[RECORD_TYPE_COUNT]; /* ever */
	uint64_t n;			   /* of the limited types, ever */
	uint64_t minute_ends_ms;	   /* 0: none is running */
	struct tally_table table[TALLY_TYPES];
};

/* N more of TYPE came from FROM (empty: from many) than were written. */
typedef void (*tally_more_fn)(enum record_type type, struct slice from, uint64_t n, void *arg);

/* One of TYPE has come from FROM. Is it to be written? */
bool tally_add(struct tally *tally, enum record_type type, struct slice from, uint64_t now_ms);

/* Tells by MORE what a minute that is over has held back. */
void tally_tick(struct tally *tally, uint64_t now_ms, tally_more_fn more, void *arg);

/* The same at once, whether the minute is over or not. */
void tally_flush(struct tally *tally, tally_more_fn more, void *arg);

/* When to call tally_tick() next; UINT64_MAX: nothing is to be told. */
uint64_t tally_due_ms(const struct tally *tally);

#endif
