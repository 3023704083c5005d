/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts records, and keeps floods of them out of the log. A cause is a type of record and an
 * origin. In each minute the first few records of a cause are logged, and at the end the number of
 * those that were not. A flood from one cause, or of one type, never hides another.
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
	 * Causes of one type told apart in a minute. When there are more, the one that matters
	 * least is dropped and its records are counted together with others like it. So an attacker
	 * with many addresses cannot fill memory, and a persistent cause stays visible.
	 */
	TALLY_CAUSES = 512,

	/* Lines of one type in a minute; the rest is counted and logged at its end. */
	TALLY_LINES_MAX = 256,

	TALLY_FROM_MAX = 96, /* longer ones are truncated, and may merge into one cause */
};

/* The number of types that are limited. */
#define TALLY_COUNT(type, event, level, lines, ...) +((lines) != RECORD_ALL)
enum { TALLY_TYPES = 0 RECORD_TYPES(TALLY_COUNT) };
#undef TALLY_COUNT

struct tally_cause {
	char from[TALLY_FROM_MAX];
	size_t from_len;
	uint64_t n;	  /* in this minute; 0: an empty place */
	uint64_t written; /* of these */
	uint64_t last;	  /* its place in the order of all records */
};

/* The records of one type in this minute. */
struct tally_table {
	uint64_t n;
	uint64_t written;
	uint64_t rest; /* of dropped causes, and not written */
	struct tally_cause cause[TALLY_CAUSES];
};

/* Zeroed is empty, but the key must be set and kept secret. */
struct tally {
	uint8_t key[SIPHASH_KEY_LEN];
	uint64_t total[RECORD_TYPE_COUNT]; /* since the start */
	uint64_t n;			   /* of the limited types, since the start */
	uint64_t minute_ends_ms;	   /* 0: no minute is running */
	struct tally_table table[TALLY_TYPES];
};

/* N records of TYPE from FROM (empty: from many) were not written. */
typedef void (*tally_more_fn)(enum record_type type, struct slice from, uint64_t n, void *arg);

/* Counts a record of TYPE from FROM. Should it be written? */
bool tally_add(struct tally *tally, enum record_type type, struct slice from, uint64_t now_ms);

/* Calls MORE with what the minute held back, if it is over. */
void tally_tick(struct tally *tally, uint64_t now_ms, tally_more_fn more, void *arg);

/* The same at once, even in the middle of a minute. */
void tally_flush(struct tally *tally, tally_more_fn more, void *arg);

/* When to call tally_tick() next; UINT64_MAX: nothing is held back. */
uint64_t tally_due_ms(const struct tally *tally);

#endif
