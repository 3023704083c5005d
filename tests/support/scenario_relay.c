/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps of what a host has a relay do, and of what it sees of it.
 */
#include "support/scenario.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/scenario_step.h"

static const char *const event_name[] = {
	[RELAY_SESSION_OPENED] = "session-opened",
	[RELAY_SESSION_RENEWED] = "session-renewed",
	[RELAY_SESSION_ENDED] = "session-ended",
	[RELAY_AUTH_FAILED] = "auth-failed",
	[RELAY_BAD_REQUEST] = "bad-request",
	[RELAY_REFUSED] = "refused",
	[RELAY_NEXT_HOP_FAILED] = "next-hop-failed",
	[RELAY_NOT_DELIVERED] = "not-delivered",
	[RELAY_TIMED_OUT] = "timed-out",
	[RELAY_MADE_ROOM] = "made-room",
	[RELAY_AUTH_RIGHT] = "auth-right",
	[RELAY_AUTH_PAUSED] = "auth-paused",
	[RELAY_CLAIMED] = "claimed",
	[RELAY_CALL_ENDED] = "call-ended",
};

/* The next event of that kind; skips those of other kinds. */
bool scenario_event(struct scenario *s, struct scenario_step *step)
{
	unsigned status = (unsigned)strtoul(step->word[2], NULL, 10);
	struct world_event *event;
	char told[256] = "none";

	while ((event = TAILQ_FIRST(&s->world.events))) {
		const char *name = event_name[event->type];
		bool fits = strcmp(name, step->word[1]) == 0;

		snprintf(told, sizeof(told), "%s %u \"%s\"", name, event->status, event->reason);
		fits = fits && event->status == status &&
		       slice_equal(slice_from(event->reason), step->quoted);
		world_forget_event(&s->world, event);
		if (fits)
			return true;
	}
	return scenario_fail(s, "no such event; the last one was: %s", told);
}

bool scenario_count(struct scenario *s, struct scenario_step *step)
{
	struct relay_totals totals;
	size_t want = strtoul(step->word[2], NULL, 10), got;

	world_count(&s->world, &totals);
	got = totals.peers;
	if (strcmp(step->word[1], "sessions") == 0)
		got = totals.sessions;
	else if (strcmp(step->word[1], "transactions") == 0)
		got = totals.transactions;
	else if (strcmp(step->word[1], "chunks") == 0)
		got = totals.chunks;
	else if (strcmp(step->word[1], "calls") == 0)
		got = totals.calls;
	else if (strcmp(step->word[1], "legs") == 0)
		got = totals.legs;
	return got == want || scenario_fail(s, "there are %zu %s", got, step->word[1]);
}

bool scenario_lookups(struct scenario *s, struct scenario_step *step)
{
	s->world.lookups_wait = strcmp(step->word[1], "wait") == 0;
	if (!s->world.lookups_wait)
		world_answer_lookups(&s->world);
	return true;
}

/* "make room" closes somebody, "make none" must not. */
bool scenario_make(struct scenario *s, struct scenario_step *step)
{
	bool want = strcmp(step->word[1], "room") == 0;

	if (world_make_room(&s->world) != want)
		return scenario_fail(s, want ? "nobody was closed" : "somebody was closed");
	return true;
}

/* trace USER N, or trace call ID N: the operator wants to see that many heads. */
bool scenario_trace(struct scenario *s, struct scenario_step *step)
{
	bool is_call = strcmp(step->word[1], "call") == 0;
	const char *name = step->word[is_call ? 2 : 1];
	uint64_t heads = strtoull(step->word[is_call ? 3 : 2], NULL, 10);

	return world_trace(&s->world, is_call ? RELAY_TRACE_CALL : RELAY_TRACE_USER,
			   slice_from(name), heads) == 0 ||
	       scenario_fail(s, "the trace did not begin");
}

/* traced "TEXT": the next line of the trace; ignores the part before it. */
bool scenario_traced(struct scenario *s, struct scenario_step *step)
{
	struct buf *traced = &s->world.traced;

	while (traced->len > 0) {
		size_t end = slice_find(buf_slice(traced), '\n');
		bool fits = slice_equal(slice_first(buf_slice(traced), end), step->quoted);

		buf_consume(traced, end + 1);
		if (fits)
			return true;
	}
	return scenario_fail(s, "this was not told");
}

/* cut NAME "WHY": the operator ends the session {NAME.uri}, named by a part of its session-id. */
bool scenario_cut(struct scenario *s, struct scenario_step *step)
{
	char name[WORLD_TEXT + sizeof(".uri")];
	const char *uri, *id;
	char why[WORLD_TEXT];

	snprintf(name, sizeof(name), "%s.uri", step->word[1]);
	snprintf(why, sizeof(why), "%" SLICE_FMT, SLICE_ARG(step->quoted));
	uri = bindings_find(&s->bindings, slice_from(name));
	id = uri ? strrchr(uri, '/') : NULL;
	if (!id || !world_cut(&s->world, slice_make(id + 1, 6), why))
		return scenario_fail(s, "no session of %s", step->word[1]);
	return true;
}

bool scenario_memory(struct scenario *s, struct scenario_step *step)
{
	s->memory_lasts = strcmp(step->word[1], "lasts") == 0;
	return true;
}

bool scenario_drain(struct scenario *s, struct scenario_step *step)
{
	for (size_t i = 0; i < s->world.n_relays; i++)
		relay_drain(s->world.relay[i], strcmp(step->word[1], "off") != 0);
	return true;
}

bool scenario_end(struct scenario *s, struct scenario_step *step)
{
	char why[WORLD_TEXT];

	snprintf(why, sizeof(why), "%" SLICE_FMT, SLICE_ARG(step->quoted));
	world_end_relay(&s->world, why);
	return true;
}
