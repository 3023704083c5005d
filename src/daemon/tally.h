/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_TALLY_H
#define DAEMON_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "daemon/record.h"

/*
 * Counts what happens, and keeps floods of it out of the log: of each cause,
 * which is a type of record and where it came from, the first few of a minute
 * are written, and at the end of the minute how many more there were.
 */
enum {
	/*
	 * Causes told apart in one minute; all others of a type are one. So neither
	 * the log nor memory is filled by somebody with many addresses.
	 */
	TALLY_CAUSES = 64,
	TALLY_FROM_MAX = 64, /* what is longer is cut, and longer ones may become one cause */
};

struct tally_cause {
	enum record_type type;
	char from[TALLY_FROM_MAX];
	size_t from_len;
	uint64_t n; /* in this minute */
};

/* Zeroed: nothing has happened yet. */
struct tally {
	uint64_t total[RECORD_TYPE_COUNT]; /* ever */
	struct tally_cause cause[TALLY_CAUSES];
	size_t n_causes;
	/* Of causes for which there was no place, in this minute. */
	uint64_t rest[RECORD_TYPE_COUNT];
	uint64_t minute_ends_ms; /* 0: none is running */
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
