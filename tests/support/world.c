/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/world.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/report.h"
#include "relay/view.h"
#include "support/world_anchor.h"
#include "support/world_auth.h"
#include "support/world_state.h"

enum {
	/* More than a transcript has. With as many as a relay has, most of its time is theirs. */
	THROTTLE_ORIGINS = 256,
};

void world_enter(struct world *w)
{
	if (w->enter)
		w->enter(w->arg);
}

void world_leave(struct world *w)
{
	if (w->leave)
		w->leave(w->arg);
}

void world_copy_text(char to[WORLD_TEXT], struct slice text)
{
	size_t len = text.len < WORLD_TEXT ? text.len : WORLD_TEXT - 1;

	if (len > 0)
		memcpy(to, text.p, len);
	to[len] = '\0';
}

struct world_end *world_end_new(struct world *w, const char *name, struct slice host)
{
	struct world_end *end = calloc(1, sizeof(*end));

	assert(end);
	end->world = w;
	world_copy_text(end->name, slice_from(name));
	world_copy_text(end->host, host);
	TAILQ_INSERT_TAIL(&w->ends, end, in_world);
	return end;
}

static void end_free(struct world_end *end)
{
	TAILQ_REMOVE(&end->world->ends, end, in_world);
	msrp_peek_done(&end->peek);
	buf_done(&end->in);
	buf_done(&end->out);
	free(end);
}

/* From the text, or without one a unique one. */
void world_end_set_address(struct world_end *end, const char *text)
{
	uint64_t n = ++end->world->n_addresses;

	snprintf(end->address, sizeof(end->address), "%s", text ? text : "");
	memset(end->bytes, 0, sizeof(end->bytes));
	if (text)
		memcpy(end->bytes + 1, text, strnlen(text, sizeof(end->bytes) - 1));
	else
		memcpy(end->bytes + 1, &n, sizeof(n));
	end->bytes[0] = text != NULL;
}

void world_answer_lookups(struct world *w)
{
	size_t n = w->n_lookups;

	w->n_lookups = 0;
	for (size_t i = 0; i < n; i++) {
		world_enter(w);
		world_answer_lookup(w, w->lookup[i]);
		world_leave(w);
	}
	world_pump(w);
}

struct relay_config world_config(void)
{
	static const struct relay_identity identity[] = {
		{ true, "relay.example.com", 2855 },
		{ false, "relay.example.com", 2856 },
	};
	static const char *const domain[] = { "example.com" };
	static const char *const types[] = { "*" };
	struct relay_config config = {
		.identity = identity,
		.n_identities = 2,
		.domain = domain,
		.n_domains = 1,
		.session = {
			.other_methods = true,
			.content_types = types,
			.n_content_types = 1,
			.per_user = 50,
			.next_hops = 100,
		},
		.anchor = {
			.on = true,
			.calls = 100,
			.max_age_ms = 24 * 3600 * 1000,
		},
	};

	config.auth.algorithm[0] = MSRP_DIGEST_MD5;
	config.auth.n_algorithms = 1;
	config.auth.expires_default = 600;
	config.auth.expires_min = 60;
	config.auth.expires_max = 3600;
	config.auth.max_failures = 3;
	config.auth.nonce_lifetime = 60;
	return config;
}

void world_init(struct world *w)
{
	*w = (struct world){
		.now_ms = 1000 * 1000,
		.random = 0x9e3779b97f4a7c15,
		.read_size = WORLD_READ,
	};
	TAILQ_INIT(&w->ends);
	TAILQ_INIT(&w->events);
}

int world_start(struct world *w, const struct relay_config *config)
{
	static const uint8_t key[SIPHASH_KEY_LEN] = "as good as any";
	struct relay_config own = *config;
	int err = 0;

	w->quota = relay_quota_new(key);
	w->throttle = relay_throttle_new(key, THROTTLE_ORIGINS);
	w->roll = relay_roll_new(key);
	assert(w->quota && w->throttle && w->roll);
	relay_throttle_configure(w->throttle, w->throttle_failures);
	world_enter(w);
	do {
		own.worker = (unsigned)w->n_relays;
		err = relay_new(&own, &world_host, w, &w->relay[w->n_relays]);
		w->n_relays += !err;
	} while (!err && w->n_relays < config->n_workers);
	world_leave(w);
	return err;
}

int world_configure(struct world *w, const struct relay_config *config)
{
	struct relay_config *prepared[WORLD_WORKERS];
	bool fine = true;

	world_enter(w);
	for (size_t i = 0; i < w->n_relays; i++) {
		prepared[i] = relay_prepare(w->relay[i], config);
		fine &= prepared[i] != NULL;
	}
	for (size_t i = 0; i < w->n_relays; i++) {
		if (fine)
			relay_configure(w->relay[i], prepared[i]);
		else
			relay_discard(prepared[i]);
	}
	world_leave(w);
	return fine ? 0 : -ENOMEM;
}

void world_end_relay(struct world *w, const char *why)
{
	world_enter(w);
	for (size_t i = 0; i < w->n_relays; i++)
		relay_end(w->relay[i], w->now_ms, why);
	world_leave(w);
	world_pump(w);
}

void world_count(const struct world *w, struct relay_totals *ret_totals)
{
	*ret_totals = (struct relay_totals){ 0 };
	for (size_t i = 0; i < w->n_relays; i++) {
		struct relay_totals totals;

		relay_count(w->relay[i], &totals);
		ret_totals->peers += totals.peers;
		ret_totals->sessions += totals.sessions;
		ret_totals->transactions += totals.transactions;
		ret_totals->calls += totals.calls;
		ret_totals->legs += totals.legs;
		ret_totals->chunks += totals.chunks;
	}
}

void world_forget_event(struct world *w, struct world_event *event)
{
	TAILQ_REMOVE(&w->events, event, in_world);
	free(event);
}

void world_done(struct world *w, struct relay_totals *ret_totals)
{
	struct world_end *end;

	world_answer_lookups(w);
	TAILQ_FOREACH (end, &w->ends, in_world)
		world_break(end, "the end of the test");
	if (w->n_relays > 0 && ret_totals) {
		world_wait(w,
			   24 * 3600 * 1000); /* sessions of other relays last until they expire */
		world_count(w, ret_totals);
	}
	/* It may report events, and callbacks leave and enter. */
	world_enter(w);
	for (size_t i = 0; i < w->n_relays; i++)
		w->relay[i] = relay_free(w->relay[i]);
	world_leave(w);
	w->quota = relay_quota_free(w->quota);
	w->throttle = relay_throttle_free(w->throttle);
	w->roll = relay_roll_free(w->roll);
	while (!TAILQ_EMPTY(&w->ends))
		end_free(TAILQ_FIRST(&w->ends));
	while (!TAILQ_EMPTY(&w->events))
		world_forget_event(w, TAILQ_FIRST(&w->events));
	buf_done(&w->traced);
}

struct world_end *world_accept(struct world *w, const char *name, unsigned worker, bool secure,
			       const char *host_name)
{
	return world_accept_from(w, name, worker, secure, host_name, NULL);
}

struct world_end *world_accept_from(struct world *w, const char *name, unsigned worker, bool secure,
				    const char *host_name, const char *address)
{
	struct world_end *end = world_end_new(w, name, slice_from(host_name));

	world_end_set_address(end, address);
	world_enter(w);
	end->peer = relay_peer_new(w->relay[worker], w->now_ms, end);
	end->worker = worker;
	end->message_max = w->message_max;
	world_leave(w);
	if (!end->peer) {
		end_free(end);
		return NULL;
	}
	world_open(end, secure, host_name != NULL);
	return end;
}

struct world_end *world_find_dialled(struct world *w, const char *target)
{
	struct world_end *end;

	TAILQ_FOREACH (end, &w->ends, in_world) {
		if (end->target[0] && !end->name[0] &&
		    (!target || strcmp(end->target, target) == 0))
			return end;
	}
	return NULL;
}

struct world_end *world_find(struct world *w, const char *name)
{
	struct world_end *end;

	TAILQ_FOREACH_REVERSE(end, &w->ends, world_end_list, in_world)
	{
		if (strcmp(end->name, name) == 0)
			return end;
	}
	return NULL;
}

void world_tell_opened(struct world_end *end)
{
	struct world *w = end->world;
	struct relay_peer_info info = {
		.secure = end->secure,
		.verified = end->verified,
		.as_it = end->as_it,
		.message_max = end->message_max,
		.port = end->port,
	};

	memcpy(info.address, end->bytes, sizeof(info.address));
	world_enter(w);
	relay_peer_opened(end->peer, w->now_ms, &info);
	world_leave(w);
}

void world_open(struct world_end *end, bool secure, bool verified)
{
	struct world *w = end->world;

	end->open = true;
	end->may_read = true;
	end->secure = secure;
	end->verified = verified;
	world_tell_opened(end);
	if (!end->is_twin)
		world_pump(w);
}

/* world_pump() tells the other side when it has read everything before that. */
void world_leave_twin(struct world_end *end)
{
	if (!end->twin)
		return;
	end->twin->twin = NULL;
	end->twin = NULL;
}

void world_close_end(struct world_end *end, const char *why)
{
	struct world *w = end->world;
	struct relay_peer *peer = end->peer;

	end->peer = NULL;
	end->open = false;
	buf_clear(&end->in);
	world_leave_twin(end);
	world_enter(w);
	relay_peer_closed(peer, w->now_ms, why);
	world_leave(w);
}

void world_break(struct world_end *end, const char *why)
{
	if (!end->peer)
		return;
	world_close_end(end, why);
	world_pump(end->world);
}

void world_eof(struct world_end *end)
{
	struct world *w = end->world;

	if (!end->peer || end->closing)
		return;
	world_enter(w);
	relay_peer_eof(end->peer, w->now_ms);
	world_leave(w);
	world_pump(w);
}

bool world_make_room(struct world *w)
{
	struct relay_peer *peer = NULL;

	world_enter(w);
	for (size_t i = 0; i < w->n_relays && !peer; i++)
		peer = relay_close_idlest(w->relay[i], w->now_ms);
	world_leave(w);
	if (!peer)
		return false;
	world_break(relay_peer_handle(peer), "cut off");
	return true;
}

int world_trace(struct world *w, enum relay_trace_kind kind, struct slice name, uint64_t heads)
{
	int err = 0;

	world_enter(w);
	for (size_t i = 0; i < w->n_relays && !err; i++)
		err = relay_trace_start(w->relay[i], kind, name, heads);
	world_leave(w);
	return err;
}

bool world_cut(struct world *w, struct slice handle, const char *why)
{
	struct relay_session *session;
	bool found = false;

	for (size_t i = 0; i < w->n_relays && !found; i++)
		found = relay_session_lookup(w->relay[i], handle, &session) == RELAY_HANDLE_FOUND;
	if (!found)
		return false;
	world_enter(w);
	relay_session_cut(session, w->now_ms, MSRP_NO_SESSION, why);
	world_leave(w);
	world_pump(w);
	return true;
}
