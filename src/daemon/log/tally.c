/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts records by type and cause, and decides which of them are written. One tally for each
 * thread; its summaries are logged once a minute.
 */
#include "daemon/log/tally.h"

#include <string.h>

enum {
	MINUTE_MS = 60 * 1000,

	/* A cause lives in one set of a table, chosen by a keyed hash. */
	WAYS = 8,
	SETS = TALLY_CAUSES / WAYS,
};

/* The table of TYPE, or TALLY_TYPES if its lines are not limited. */
static size_t index_of(enum record_type type)
{
	size_t index = 0;

	if (record_lines(type) == RECORD_ALL)
		return TALLY_TYPES;
	for (int i = 0; i < (int)type; i++)
		index += record_lines((enum record_type)i) != RECORD_ALL;
	return index;
}

static struct slice from_of(const struct tally_cause *cause)
{
	return slice_make(cause->from, cause->from_len);
}

/* An empty place matters least; then the cause with fewest records, and then the oldest. */
static bool matters_less(const struct tally_cause *a, const struct tally_cause *b)
{
	return a->n != b->n ? a->n < b->n : a->last < b->last;
}

static struct tally_cause *get_cause(struct tally *tally, struct tally_table *table,
				     struct slice from)
{
	struct tally_cause *set =
	    &table->cause[siphash(tally->key, from.p, from.len) % SETS * WAYS];
	struct tally_cause *least = &set[0];

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].n > 0 && slice_equal(from_of(&set[i]), from))
			return &set[i];
		if (matters_less(&set[i], least))
			least = &set[i];
	}
	table->rest += least->n - least->written;
	*least = (struct tally_cause){ .from_len = from.len };
	if (from.len > 0)
		memcpy(least->from, from.p, from.len);
	return least;
}

bool tally_add(struct tally *tally, enum record_type type, struct slice from, uint64_t now_ms)
{
	size_t i = index_of(type);
	struct tally_table *table;
	struct tally_cause *cause;

	tally->total[type]++;
	if (i == TALLY_TYPES)
		return true;
	table = &tally->table[i];
	if (tally->minute_ends_ms == 0)
		tally->minute_ends_ms = now_ms + MINUTE_MS;
	cause = get_cause(tally, table,
			  slice_first(from, from.len < TALLY_FROM_MAX ? from.len : TALLY_FROM_MAX));
	cause->last = ++tally->n;
	cause->n++;
	table->n++;
	if (cause->written >= record_lines(type) || table->written >= TALLY_LINES_MAX)
		return false;
	cause->written++;
	table->written++;
	return true;
}

static void flush_table(struct tally_table *table, enum record_type type, tally_more_fn more,
			void *arg)
{
	for (size_t i = 0; i < TALLY_CAUSES; i++) {
		const struct tally_cause *cause = &table->cause[i];

		if (cause->n > cause->written)
			more(type, from_of(cause), cause->n - cause->written, arg);
	}
	if (table->rest > 0)
		more(type, slice_from(NULL), table->rest, arg);
	memset(table, 0, sizeof(*table));
}

void tally_flush(struct tally *tally, tally_more_fn more, void *arg)
{
	struct tally_table *table = tally->table;

	for (int i = 0; i < RECORD_TYPE_COUNT; i++) {
		enum record_type type = (enum record_type)i;

		if (record_lines(type) == RECORD_ALL)
			continue;
		if (table->n > 0)
			flush_table(table, type, more, arg);
		table++;
	}
	tally->minute_ends_ms = 0;
}

void tally_tick(struct tally *tally, uint64_t now_ms, tally_more_fn more, void *arg)
{
	if (now_ms >= tally_due_ms(tally))
		tally_flush(tally, more, arg);
}

uint64_t tally_due_ms(const struct tally *tally)
{
	return tally->minute_ends_ms > 0 ? tally->minute_ends_ms : UINT64_MAX;
}
