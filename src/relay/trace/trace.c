/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starts, lists and stops the traces that an operator requests by msrpctl trace.
 */
#include "relay/trace/trace.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "relay/leg.h"
#include "relay/session/session.h"
#include "relay/state.h"
#include "relay/trace/tap.h"
#include "relay/trace/walk.h"

/* Sessions examined in one turn, each by the name of its user, for a new trace. */
enum { LOOKS_MAX = 256 };

static struct relay_target *target_new(enum relay_trace_kind kind, struct slice name,
				       uint64_t heads)
{
	struct relay_target *target = calloc(1, sizeof(*target));

	if (!target)
		return NULL;
	target->kind = kind;
	target->heads = heads;
	target->name = slice_dup(name);
	if (!target->name) {
		free(target);
		return NULL;
	}
	return target;
}

static void target_free(struct relay_target *target)
{
	LIST_REMOVE(target, in_relay);
	free(target->name);
	free(target);
}

static size_t count_targets(const struct relay *relay)
{
	const struct relay_target *target;
	size_t n = 0;

	LIST_FOREACH (target, &relay->targets, in_relay)
		n++;
	return n;
}

/*
 * Traces that have reported everything make room; taps may refer to their names. True: taps are
 * gone.
 */
static bool forget_spent(struct relay *relay)
{
	struct relay_target *target, *next;
	bool forgot = false;

	LIST_FOREACH_SAFE (target, &relay->targets, in_relay, next) {
		if (target->heads > 0)
			continue;
		relay_tap_free_all(relay);
		target_free(target);
		forgot = true;
	}
	return forgot;
}

static void stop_tapping(struct relay *relay)
{
	if (relay->is_tapping)
		relay_walk_stop(&relay->untapped);
	relay->is_tapping = false;
}

/* False: there is none left. */
static bool tap_next(struct relay *relay)
{
	struct relay_walk *walk = &relay->untapped;
	struct relay_session *session = walk->session;
	const struct relay_call *call = walk->call;

	if (session) {
		walk->session = relay_walk_after(session);
		relay_tap_session(session);
	} else if (call) {
		walk->call = TAILQ_NEXT(call, in_relay);
		relay_tap_call(call);
	}
	return walk->session || walk->call;
}

bool relay_trace_go_on(struct relay *relay)
{
	unsigned n = 0;

	if (!relay->is_tapping)
		return false;
	while (n++ < LOOKS_MAX) {
		if (!tap_next(relay)) {
			stop_tapping(relay);
			break;
		}
	}
	return relay->is_tapping;
}

/* Later ones are examined when they begin. */
static void start_tapping(struct relay *relay)
{
	stop_tapping(relay);
	relay->is_tapping = true;
	relay_walk_start(&relay->untapped, relay);
	relay_trace_go_on(relay);
}

/* The session or call of that id, if it exists. */
static void tap_one(struct relay *relay, enum relay_trace_kind kind, struct slice id)
{
	struct relay_session *session = NULL;
	struct relay_call *call = NULL;

	if (kind == RELAY_TRACE_SESSION)
		session = relay_session_find_id(relay, id);
	if (kind == RELAY_TRACE_CALL)
		call = relay_call_find(relay, id);
	if (session)
		relay_tap_session(session);
	if (call)
		relay_tap_call(call);
}

int relay_trace_start(struct relay *relay, enum relay_trace_kind kind, struct slice name,
		      uint64_t heads)
{
	bool forgot = forget_spent(relay);
	struct relay_target *target;

	if (count_targets(relay) == RELAY_TRACES_MAX)
		return -ENOSPC;
	target = target_new(kind, name, heads);
	if (target)
		LIST_INSERT_HEAD(&relay->targets, target, in_relay);
	if (target)
		tap_one(relay, kind, name);
	if (forgot || (target && kind == RELAY_TRACE_USER))
		start_tapping(relay);
	return target ? 0 : -ENOMEM;
}

void relay_trace_stop(struct relay *relay)
{
	stop_tapping(relay);
	relay_tap_free_all(relay);
	while (!LIST_EMPTY(&relay->targets))
		target_free(LIST_FIRST(&relay->targets));
}

bool relay_trace_view(const struct relay *relay, size_t i, struct relay_trace_view *ret_view)
{
	const struct relay_target *target;

	LIST_FOREACH (target, &relay->targets, in_relay) {
		if (i-- > 0)
			continue;
		*ret_view = (struct relay_trace_view){
			.kind = target->kind,
			.name = slice_from(target->name),
			.heads = target->heads,
		};
		return true;
	}
	return false;
}
