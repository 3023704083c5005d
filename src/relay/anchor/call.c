/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Begins and ends calls, and what belongs to them.
 */
#include "relay/anchor/call.h"

#include <errno.h>
#include <stdlib.h>

#include "msrp/report.h"
#include "relay/anchor/lifetime.h"
#include "relay/event.h"
#include "relay/party/terms.h"
#include "relay/request/send.h"
#include "relay/session/token.h"
#include "relay/state.h"
#include "relay/trace/walk.h"

struct relay_section *relay_call_section(const struct relay_call *call, unsigned index)
{
	for (size_t i = 0; i < call->n_sections; i++) {
		if (call->section[i]->index == index)
			return call->section[i];
	}
	return NULL;
}

struct relay_section *relay_section_new(struct relay_call *call, unsigned index)
{
	struct relay_section *section = calloc(1, sizeof(*section));

	if (!section)
		return NULL;
	section->call = call;
	section->index = index;
	return section;
}

/* A leg that is being freed may be asked for the other one. */
static void end_leg(struct relay_leg **at)
{
	struct relay_leg *leg = *at;

	*at = NULL;
	relay_leg_free(leg);
}

void relay_section_free(struct relay_section *section)
{
	if (!section)
		return;
	end_leg(&section->pledged);
	end_leg(&section->leg[0]);
	end_leg(&section->leg[1]);
	relay_terms_done(&section->offer);
	free(section);
}

static void call_free(struct relay_call *call)
{
	free(call->id);
	free(call->tag[0]);
	free(call->tag[1]);
	free(call);
}

static int add_call(struct relay *relay, struct relay_call *call)
{
	int err = heap_add(&relay->dues, &call->due);

	if (err)
		return err;
	relay_call_add(relay, call);
	return 0;
}

static int start_call(struct relay *relay, struct relay_call *call, struct slice id,
		      struct slice tag)
{
	call->relay = relay;
	call->id = slice_dup(id);
	call->id_len = id.len;
	call->tag[0] = slice_dup(tag);
	call->started_ms = call->signal_ms = call->offered_ms = relay->now_ms;
	call->due.deadline = relay->now_ms + RELAY_ANSWER_MS;
	LIST_INIT(&call->meters);
	if (!call->id || !call->tag[0])
		return -ENOMEM;
	return add_call(relay, call);
}

int relay_call_new(struct relay *relay, struct slice id, struct slice tag,
		   struct relay_call **ret_call)
{
	struct relay_call *call;
	int err;

	if (relay->host->hold_call(relay->arg, relay->config->anchor.calls) != 0)
		return RELAY_ANCHOR_FULL;
	call = calloc(1, sizeof(*call));
	err = call ? start_call(relay, call, id, tag) : -ENOMEM;
	if (err) {
		relay->host->release_call(relay->arg);
		if (call)
			call_free(call);
		return err;
	}
	relay->counters.calls++;
	*ret_call = call;
	return 0;
}

void relay_call_end(struct relay_call *call, const char *why)
{
	struct relay *relay = call->relay;

	relay_send_stop(&call->meters, MSRP_NO_SESSION, why);
	relay_walk_skip_call(call);
	relay_call_remove(relay, call);
	heap_remove(&relay->dues, &call->due);
	while (call->n_sections > 0)
		relay_section_free(call->section[--call->n_sections]);
	relay_event_call(call, RELAY_CALL_ENDED, why);
	relay->host->release_call(relay->arg);
	call_free(call);
}

void relay_call_end_all(struct relay *relay, const char *why)
{
	struct relay_call *call;

	while ((call = TAILQ_FIRST(&relay->calls)))
		relay_call_end(call, why);
}

void relay_call_drop_offer(struct relay_call *call)
{
	for (size_t i = 0; i < call->n_sections; i++) {
		struct relay_section *section = call->section[i];

		section->pending = false;
		section->closing = false;
		end_leg(&section->pledged);
	}
}
