/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/tally.h"

#include <string.h>

enum {
	MINUTE_MS = 60 * 1000,
	FEW = 5, /* enough to see what goes on, and for tools that count failures */
};

/* Lines of one cause in a minute; 0: all, because whoever causes them has proved who he is. */
static const unsigned lines[RECORD_TYPE_COUNT] = {
	[RECORD_AUTH_FAILED] = FEW,	[RECORD_BAD_REQUEST] = FEW,   [RECORD_REFUSED] = FEW,
	[RECORD_NEXT_HOP_FAILED] = FEW, [RECORD_NOT_DELIVERED] = FEW, [RECORD_TIMED_OUT] = 1,
	[RECORD_MADE_ROOM] = 1,		[RECORD_ACCEPT_FAILED] = 1,   [RECORD_AUTH_RIGHT] = FEW,
	[RECORD_AUTH_PAUSED] = FEW,	[RECORD_AUTH_RESUMED] = FEW,  [RECORD_ADMIN_REFUSED] = FEW,
};

static struct slice from_of(const struct tally_cause *cause)
{
	return slice_make(cause->from, cause->from_len);
}

static struct tally_cause *find(struct tally *tally, enum record_type type, struct slice from)
{
	for (size_t i = 0; i < tally->n_causes; i++) {
		struct tally_cause *cause = &tally->cause[i];

		if (cause->type == type && slice_equal(from_of(cause), from))
			return cause;
	}
	return NULL;
}

static struct tally_cause *add_cause(struct tally *tally, enum record_type type, struct slice from)
{
	struct tally_cause *cause = &tally->cause[tally->n_causes];

	if (tally->n_causes == TALLY_CAUSES)
		return NULL;
	tally->n_causes++;
	*cause = (struct tally_cause){ .type = type, .from_len = from.len };
	if (from.len > 0)
		memcpy(cause->from, from.p, from.len);
	return cause;
}

bool tally_add(struct tally *tally, enum record_type type, struct slice from, uint64_t now_ms)
{
	struct tally_cause *cause;
	uint64_t *n;

	tally->total[type]++;
	if (lines[type] == 0)
		return true;
	if (tally->minute_ends_ms == 0)
		tally->minute_ends_ms = now_ms + MINUTE_MS;
	from = slice_first(from, from.len < TALLY_FROM_MAX ? from.len : TALLY_FROM_MAX);
	cause = find(tally, type, from);
	if (!cause)
		cause = add_cause(tally, type, from);
	n = cause ? &cause->n : &tally->rest[type];
	return ++*n <= lines[type];
}

static void tell(enum record_type type, struct slice from, uint64_t n, tally_more_fn more,
		 void *arg)
{
	if (n > lines[type])
		more(type, from, n - lines[type], arg);
}

void tally_flush(struct tally *tally, tally_more_fn more, void *arg)
{
	for (size_t i = 0; i < tally->n_causes; i++)
		tell(tally->cause[i].type, from_of(&tally->cause[i]), tally->cause[i].n, more, arg);
	for (size_t i = 0; i < RECORD_TYPE_COUNT; i++)
		tell((enum record_type)i, slice_from(NULL), tally->rest[i], more, arg);
	tally->n_causes = 0;
	memset(tally->rest, 0, sizeof(tally->rest));
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
