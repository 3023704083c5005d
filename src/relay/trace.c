/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts, lists and stops the traces that an operator asks for by msrpctl trace. */
#include "relay/trace.h"

#include <errno.h>
#include <stdlib.h>

#include "relay/anchor/leg.h"
#include "relay/peer.h"
#include "relay/session.h"
#include "relay/state.h"
#include "relay/tap.h"

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

static void free_taps(struct relay *relay)
{
	struct relay_peer *peer;

	LIST_FOREACH (peer, &relay->peers, in_relay)
		relay_tap_free(peer);
}

/* Those that have told everything make room; taps may know them by name. */
static void forget_spent(struct relay *relay)
{
	struct relay_target *target, *next;

	LIST_FOREACH_SAFE (target, &relay->targets, in_relay, next) {
		if (target->heads > 0)
			continue;
		free_taps(relay);
		target_free(target);
	}
}

int relay_trace_start(struct relay *relay, enum relay_trace_kind kind, struct slice name,
		      uint64_t heads)
{
	struct relay_session *session;
	const struct relay_call *call;
	struct relay_target *target;

	forget_spent(relay);
	if (count_targets(relay) == RELAY_TRACES_MAX)
		return -ENOSPC;
	target = target_new(kind, name, heads);
	if (!target)
		return -ENOMEM;
	LIST_INSERT_HEAD(&relay->targets, target, in_relay);
	for (session = relay->sessions; session; session = session->hh.next)
		relay_tap_session(session);
	for (call = relay->calls; call; call = call->hh.next)
		relay_tap_call(call);
	return 0;
}

void relay_trace_stop(struct relay *relay)
{
	free_taps(relay);
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
