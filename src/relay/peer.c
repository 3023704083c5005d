/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life of a peer: made, connected, woken, proved, closed and freed. entry.c reports events on
 * its connection, intake.c its requests.
 */
#include "relay/peer.h"

#include <errno.h>
#include <stdlib.h>

#include "msrp/report.h"
#include "relay/event.h"
#include "relay/incoming.h"
#include "relay/session/charge.h"
#include "relay/session/sibling.h"
#include "relay/state.h"
#include "relay/trace/tap.h"
#include "relay/trace/walk.h"
#include "relay/watch/idle.h"
#include "relay/watch/use.h"
#include "relay/watch/watch.h"

struct relay_peer *relay_peer_make(struct relay *relay, void *handle)
{
	struct relay_peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return NULL;
	peer->relay = relay;
	peer->counters = &relay->counters;
	peer->handle = handle;
	peer->number = ++relay->peer_count;
	TAILQ_INIT(&peer->silent);
	msrp_conn_init(&peer->conn, relay->hooks->intake, relay->hooks->room, peer, &relay->random);
	msrp_conn_set_store(&peer->conn, &relay->blocks);
	peer->in.reply.store = &relay->blocks;
	peer->in.whole.store = &relay->blocks;
	LIST_INSERT_HEAD(&relay->peers, peer, in_relay);
	relay->n_peers++;
	return peer;
}

void relay_peer_make_sibling(struct relay_peer *peer)
{
	peer->sibling = true;
	peer->counters = &peer->relay->inside;
	peer->proven = true;
	peer->relay->n_peers--;
	peer->relay->n_siblings++;
}

void relay_peer_start_probation(struct relay_peer *peer)
{
	peer->probation_ms = peer->relay->now_ms + RELAY_PROBATION_MS;
	TAILQ_INSERT_TAIL(&peer->relay->probation, peer, in_probation);
}

static void end_probation(struct relay_peer *peer)
{
	if (peer->probation_ms == 0)
		return;
	TAILQ_REMOVE(&peer->relay->probation, peer, in_probation);
	peer->probation_ms = 0;
}

void relay_peer_pause_probation(struct relay_peer *peer)
{
	end_probation(peer);
}

void relay_peer_resume_probation(struct relay_peer *peer)
{
	if (!peer->proven && !peer->sibling)
		relay_peer_start_probation(peer);
}

/* "host:port" of URI, on the heap. */
static char *copy_authority(const struct msrp_uri_slices *uri)
{
	struct buf text = { 0 };
	char *copy;

	if (uri->host_is_ipv6)
		buf_add_char(&text, '[');
	buf_add_slice(&text, uri->host);
	if (uri->host_is_ipv6)
		buf_add_char(&text, ']');
	buf_add_char(&text, ':');
	buf_add_u64(&text, uri->port);
	copy = buf_failed(&text) ? NULL : slice_dup(buf_slice(&text));
	buf_done(&text);
	return copy;
}

void relay_peer_free(struct relay_peer *peer)
{
	end_probation(peer);
	relay_charge_end(peer);
	relay_watch_stop(peer);
	relay_idle_remove(peer);
	relay_walk_skip_peer(peer);
	relay_tap_free(peer);
	LIST_REMOVE(peer, in_relay);
	peer->relay->n_siblings -= peer->sibling;
	peer->relay->n_peers -= !peer->sibling && !peer->is_absent;
	msrp_conn_done(&peer->conn);
	buf_done(&peer->in.reply);
	buf_done(&peer->in.whole);
	free(peer->next_hop);
	free(peer->next_host);
	free(peer->sizes);
	free(peer);
}

struct relay_peer *relay_peer_new_absent(struct relay *relay)
{
	struct relay_peer *peer = relay_peer_make(relay, NULL);

	if (!peer)
		return NULL;
	peer->is_absent = true;
	relay->n_peers--;
	relay->n_absent++;
	return peer;
}

void relay_peer_free_absent(struct relay_peer *peer)
{
	peer->relay->n_absent--;
	relay_peer_free(peer);
}

/* A session of a sibling is reached in memory, everything else by a connection. */
static int start_connect(struct relay_peer *peer, const struct relay_peer *from,
			 const struct msrp_uri_slices *uri, enum relay_trust trust)
{
	struct relay *relay = peer->relay;
	unsigned worker;

	if (relay_sibling_find_inside(relay, uri, &worker)) {
		relay_peer_make_sibling(peer);
		return relay->host->join(relay->arg, peer, worker, from, false);
	}
	relay_idle_add(peer);
	relay_idle_prove(peer);
	return relay->host->connect(relay->arg, peer, from, uri, trust);
}

int relay_peer_connect(struct relay *relay, const struct relay_peer *from,
		       const struct msrp_uri_slices *uri, enum relay_trust trust,
		       struct relay_peer **ret_peer)
{
	struct relay_peer *peer = relay_peer_make(relay, NULL);
	int err = -ENOMEM;

	if (!peer)
		return err;
	peer->next_hop = copy_authority(uri);
	peer->next_host = slice_dup(uri->host);
	if (peer->next_hop && peer->next_host)
		err = start_connect(peer, from, uri, trust);
	if (err)
		relay_peer_free(peer);
	else
		*ret_peer = peer;
	return err;
}

int relay_peer_join(struct relay_peer *like, unsigned worker, struct relay_peer **ret_peer)
{
	struct relay *relay = like->relay;
	struct relay_peer *peer = relay_peer_make(relay, NULL);
	int err;

	if (!peer)
		return -ENOMEM;
	relay_peer_make_sibling(peer);
	err = relay->host->join(relay->arg, peer, worker, like, true);
	if (err)
		relay_peer_free(peer);
	else
		*ret_peer = peer;
	return err;
}

/* A connection to another relay stays, for other sessions to share. */
void relay_peer_release(struct relay_peer *peer)
{
	if (peer->hop && LIST_EMPTY(&peer->links))
		relay_charge_end(peer);
	if (peer->next_hop && !peer->hop && peer->in.intake == RELAY_DISCARD &&
	    LIST_EMPTY(&peer->to) && LIST_EMPTY(&peer->asked) && LIST_EMPTY(&peer->gathering) &&
	    !(relay_use_of(peer) & RELAY_USE_ANY))
		relay_peer_close(peer);
}

bool relay_peer_want_read(struct relay_peer *peer)
{
	return !peer->waits_for && peer->slowed.at == 0 && !peer->is_overdrawn &&
	       peer->n_lookups == 0 && !peer->early && !peer->closing &&
	       msrp_conn_control(&peer->conn)->len < RELAY_REPLIES_MAX;
}

void relay_peer_kick(struct relay_peer *peer)
{
	if (!peer->is_open)
		return;
	relay_watch_kicked(peer);
	peer->relay->host->kick(peer->relay->arg, peer);
}

void relay_peer_close(struct relay_peer *peer)
{
	if (peer->closing || peer->is_absent)
		return;
	peer->closing = true;
	end_probation(peer);
	relay_watch_stop(peer);
	relay_idle_remove(peer);
	peer->relay->hooks->closing(peer);
	peer->relay->host->close(peer->relay->arg, peer);
}

static void vouch_to_sibling(struct relay_peer *peer)
{
	if (!peer->as_it || peer->has_vouched)
		return;
	peer->has_vouched = true;
	peer->relay->host->vouch(peer->relay->arg, peer);
}

void relay_peer_prove(struct relay_peer *peer)
{
	vouch_to_sibling(peer);
	if (peer->proven)
		return;
	peer->proven = true;
	end_probation(peer);
	relay_idle_prove(peer);
}

void relay_peer_count_refusal(struct relay_peer *peer)
{
	if (peer->probation_ms == 0 || ++peer->refusals < RELAY_PROBATION_REFUSALS)
		return;
	relay_event_peer(peer, RELAY_REFUSED, MSRP_FORBIDDEN, "too many unsuccessful requests");
	relay_peer_close(peer);
}
