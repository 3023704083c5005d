/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/world_state.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/world_anchor.h"
#include "support/world_auth.h"

/*
 * The host of the relays of a world, where each call is told to the ends of its connections.
 */

static void on_kick(void *arg, struct relay_peer *peer)
{
	struct world_end *end = relay_peer_handle(peer);

	assert(end->open && end->peer == peer);
	end->kicked = true;
}

static int on_connect(void *arg, struct relay_peer *peer, const struct relay_peer *from,
		      const struct msrp_uri_slices *uri, enum relay_trust trust)
{
	struct world *w = arg;
	struct world_end *end;

	world_leave(w);
	end = world_end_new(w, "", uri->host);
	end->peer = peer;
	end->placed = true;
	end->trust = trust;
	world_end_set_address(end, NULL);
	/* A service record gives the port if the URI does not (RFC 4976 section 8). */
	end->port = uri->port > 0 ? uri->port : WORLD_PORT;
	snprintf(end->target, sizeof(end->target), "%s:%u", end->host, (unsigned)end->port);
	world_enter(w);
	relay_peer_set_handle(peer, end);
	return 0;
}

/* The ends of both relays, which world_pump() opens. */
static int on_join(void *arg, struct relay_peer *peer, unsigned worker,
		   const struct relay_peer *from, bool as_it)
{
	struct world *w = arg;
	const struct world_end *model = as_it ? relay_peer_handle(from) : NULL;
	struct world_end *near, *far;

	assert(worker < w->n_relays);
	world_leave(w);
	near = world_end_new(w, "sibling", slice_from(NULL));
	far = world_end_new(w, "sibling", slice_from(model ? model->host : NULL));
	near->secure = far->secure = model ? model->secure : true;
	far->verified = model ? model->verified : false;
	far->as_it = as_it;
	if (model) {
		memcpy(far->bytes, model->bytes, sizeof(far->bytes));
		memcpy(far->certificate, model->certificate, sizeof(far->certificate));
	}
	near->peer = peer;
	near->twin = far;
	far->twin = near;
	near->is_twin = far->is_twin = true;
	far->worker = worker;
	world_enter(w);
	relay_peer_set_handle(peer, near);
	return 0;
}

static void on_close(void *arg, struct relay_peer *peer)
{
	struct world_end *end = relay_peer_handle(peer);

	assert(!end->closing);
	end->closing = true;
}

static void on_hurry(void *arg, struct relay_peer *peer, bool welcome)
{
	struct world_end *end = relay_peer_handle(peer);

	if (!end->twin)
		return;
	end->twin->hurried = true;
	end->twin->is_welcome = welcome;
}

static void on_quiet(void *arg, struct relay_peer *peer, bool on)
{
	struct world_end *end = relay_peer_handle(peer);

	end->quiet = on;
}

static void on_use(void *arg, struct relay_peer *peer, unsigned use)
{
	struct world_end *end = relay_peer_handle(peer);

	end->use = use;
}

static void on_vouch(void *arg, struct relay_peer *peer)
{
	struct world_end *end = relay_peer_handle(peer);

	if (end->twin)
		end->twin->vouched = true;
}

static int on_enrol(void *arg, struct slice id, struct slice hop)
{
	struct world *w = arg;

	return relay_roll_add(w->roll, id, hop);
}

static void on_strike(void *arg, struct slice id)
{
	struct world *w = arg;

	relay_roll_remove(w->roll, id);
}

static bool on_is_anothers(void *arg, struct slice id, struct slice hop)
{
	const struct world *w = arg;

	return relay_roll_is_anothers(w->roll, id, hop);
}

static bool on_is_certified(void *arg, struct relay_peer *peer, struct slice host)
{
	const struct world_end *end = relay_peer_handle(peer);

	return slice_equal_nocase(slice_from(end->host), host);
}

/* xorshift64: the same in every run. */
static void on_random(void *arg, uint8_t *out, size_t len)
{
	struct world *w = arg;

	for (size_t i = 0; i < len; i++) {
		w->random ^= w->random << 13;
		w->random ^= w->random >> 7;
		w->random ^= w->random << 17;
		out[i] = (uint8_t)(w->random >> 32);
	}
}

/* Of all relays of a world. */
static void on_secret(void *arg, uint8_t *out)
{
	memset(out, 0x5e, MSRP_MAC_LEN);
}

static void on_lookup(void *arg, struct relay_lookup *lookup)
{
	struct world *w = arg;

	if (w->lookups_wait && w->n_lookups < sizeof(w->lookup) / sizeof(w->lookup[0]))
		w->lookup[w->n_lookups++] = lookup;
	else
		world_answer_lookup(w, lookup);
}

static int on_hold(void *arg, struct slice user, struct slice realm, size_t max, void **ret_hold)
{
	struct world *w = arg;
	struct relay_share *share;
	int err = relay_quota_take(w->quota, user, realm, max, w->now_ms, &share);

	if (!err)
		*ret_hold = share;
	return err;
}

static void on_release(void *arg, void *hold)
{
	struct world *w = arg;

	relay_quota_give_back(w->quota, hold, w->now_ms);
}

static int on_hold_hop(void *arg, void *hold, size_t max)
{
	const struct world *w = arg;

	return relay_quota_take_hop(hold, max, w->now_ms);
}

static void on_release_hop(void *arg, void *hold)
{
	struct world *w = arg;

	relay_quota_give_back_hop(w->quota, hold, w->now_ms);
}

static size_t on_count_hops(void *arg, const void *hold)
{
	return relay_quota_count_hops(hold);
}

static void on_set_rate(void *arg, void *hold, uint64_t rate)
{
	relay_quota_set_rate(hold, rate);
}

static uint64_t on_use_rate(void *arg, void *hold, enum relay_direction direction, size_t bytes,
			    uint64_t usual)
{
	const struct world *w = arg;

	return relay_quota_use(hold, direction, bytes, usual, w->now_ms);
}

static void on_usage(void *arg, const void *hold, uint64_t usual, struct relay_usage *ret_usage)
{
	const struct world *w = arg;

	relay_quota_usage(hold, usual, w->now_ms, ret_usage);
}

static void on_event(void *arg, const struct relay_event *event)
{
	struct world *w = arg;
	struct world_event *copy;

	assert(event->reason);
	world_leave(w);
	copy = calloc(1, sizeof(*copy));
	assert(copy);
	copy->type = event->type;
	copy->status = event->type == RELAY_AUTH_RIGHT ? (unsigned)event->failures : event->status;
	world_copy_text(copy->reason, slice_from(event->reason));
	TAILQ_INSERT_TAIL(&w->events, copy, in_world);
	world_enter(w);
}

static void on_trace(void *arg, const struct relay_peer *peer, bool incoming, struct slice line)
{
	struct world *w = arg;
	const struct world_end *end = relay_peer_handle(peer);

	world_leave(w);
	buf_add_slice(&w->traced, slice_from(end->name));
	buf_add_slice(&w->traced, incoming ? SLICE(" < ") : SLICE(" > "));
	buf_add_slice(&w->traced, line);
	buf_add_char(&w->traced, '\n');
	world_enter(w);
}

const struct relay_host world_host = {
	.kick = on_kick,
	.connect = on_connect,
	.join = on_join,
	.close = on_close,
	.hurry = on_hurry,
	.quiet = on_quiet,
	.vouch = on_vouch,
	.use = on_use,
	.is_certified = on_is_certified,
	.random = on_random,
	.secret = on_secret,
	.lookup = on_lookup,
	.hold = on_hold,
	.release = on_release,
	.hold_hop = on_hold_hop,
	.release_hop = on_release_hop,
	.count_hops = on_count_hops,
	.set_rate = on_set_rate,
	.use_rate = on_use_rate,
	.usage = on_usage,
	.hold_call = world_hold_call,
	.release_call = world_release_call,
	.has_fingerprint = world_has_fingerprint,
	.may_try = world_may_try,
	.wrong = world_wrong,
	.right = world_right,
	.is_vouched = world_is_vouched,
	.enrol = on_enrol,
	.strike = on_strike,
	.is_anothers = on_is_anothers,
	.event = on_event,
	.trace = on_trace,
};
