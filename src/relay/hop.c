/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Other relays, found by the name in their certificate. A connection that shows one becomes one of
 * that relay's, and the sessions that were opened through it move on when one of them is lost.
 */
#include "relay/hop.h"

#include <errno.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "relay/peer.h"
#include "relay/session/session.h"
#include "relay/state.h"
#include "relay/trace/tap.h"

static void write_authority(const struct msrp_uri_slices *uri, struct buf *out)
{
	for (size_t i = 0; i < uri->host.len; i++)
		buf_add_char(out, ascii_lower(uri->host.p[i]));
	buf_add_char(out, ':');
	buf_add_u64(out, uri->port);
}

static struct relay_hop *find_hop(const struct relay *relay, const struct buf *authority)
{
	struct relay_hop *hop;

	HASH_FIND_SEEDED(relay->seed, relay->hops, buf_data(authority), authority->len, hop);
	return hop;
}

static char *copy_bare_uri(const struct msrp_uri_slices *uri)
{
	struct msrp_uri_slices bare = *uri;
	struct buf text = { 0 };
	char *copy;

	bare.user = slice_from(NULL);
	bare.session_id = slice_from(NULL);
	bare.params = slice_from(NULL);
	msrp_uri_format(&bare, &text);
	copy = buf_failed(&text) ? NULL : slice_dup(buf_slice(&text));
	buf_done(&text);
	return copy;
}

static struct relay_hop *hop_free(struct relay_hop *hop)
{
	free(hop->uri);
	free(hop);
	return NULL;
}

static struct relay_hop *hop_new(struct relay *relay, const struct msrp_uri_slices *uri,
				 const struct buf *authority)
{
	struct relay_hop *hop = calloc(1, sizeof(*hop) + authority->len);

	if (!hop)
		return NULL;
	hop->relay = relay;
	hop->authority_len = authority->len;
	memcpy(hop->authority, buf_data(authority), authority->len);
	hop->uri = copy_bare_uri(uri);
	if (!hop->uri)
		return hop_free(hop);
	HASH_ADD_SEEDED(relay->seed, relay->hops, hop->authority, hop->authority_len, hop);
	return hop->hh.tbl ? hop : hop_free(hop);
}

/* The hop that URI names, made if necessary. NULL without memory. */
static struct relay_hop *get_hop(struct relay *relay, const struct msrp_uri_slices *uri)
{
	struct relay_hop *hop = NULL;
	struct buf authority = { 0 };

	write_authority(uri, &authority);
	if (!buf_failed(&authority)) {
		hop = find_hop(relay, &authority);
		if (!hop)
			hop = hop_new(relay, uri, &authority);
	}
	buf_done(&authority);
	return hop;
}

static void free_hop_if_unused(struct relay_hop *hop)
{
	if (!LIST_EMPTY(&hop->peers) || !LIST_EMPTY(&hop->sessions))
		return;
	HASH_DEL(hop->relay->hops, hop);
	hop_free(hop);
}

bool relay_hop_is_certified(struct relay_peer *peer, struct slice host)
{
	const struct relay *relay = peer->relay;

	return peer->verified && relay->host->is_certified(relay->arg, peer, host);
}

void relay_hop_recognize(struct relay_peer *peer, const struct msrp_uri_slices *uri)
{
	struct relay *relay = peer->relay;

	if (peer->hop || !peer->verified || !uri->secure || uri->port == 0 ||
	    peer->hop_tries >= RELAY_HOP_TRIES)
		return;
	peer->hop_tries++;
	if (!relay->host->is_certified(relay->arg, peer, uri->host))
		return;
	peer->hop = get_hop(relay, uri);
	if (peer->hop)
		LIST_INSERT_HEAD(&peer->hop->peers, peer, in_hop);
}

struct slice relay_hop_host(const struct relay_hop *hop)
{
	struct slice name = relay_hop_name(hop);

	while (name.len > 0 && name.p[name.len - 1] != ':')
		name.len--;
	return slice_first(name, name.len > 0 ? name.len - 1 : 0);
}

/* Compares with what write_authority() would write, without a copy. */
bool relay_hop_is(const struct relay_hop *hop, const struct msrp_uri_slices *uri)
{
	struct slice name = relay_hop_name(hop);
	uint64_t port;

	return uri->secure && name.len > uri->host.len && name.p[uri->host.len] == ':' &&
	       slice_equal_nocase(slice_first(name, uri->host.len), uri->host) &&
	       slice_to_u64(slice_skip(name, uri->host.len + 1), &port) && port == uri->port;
}

/* Sessions without a connection get this one; PEER may be NULL. */
static void move_sessions(struct relay_hop *hop, struct relay_peer *from, struct relay_peer *to)
{
	struct relay_session *session;

	LIST_FOREACH (session, &hop->sessions, in_hop) {
		if (session->owner != from)
			continue;
		relay_session_set_owner(session, to);
		relay_tap_session(session);
	}
}

/* A connection of our own is better than one that a sibling has. */
static struct relay_peer *find_usable_peer(const struct relay_hop *hop)
{
	struct relay_peer *peer, *by_sibling = NULL;

	LIST_FOREACH (peer, &hop->peers, in_hop) {
		if (!peer->closing && !peer->sibling)
			return peer;
		if (!peer->closing)
			by_sibling = peer;
	}
	return by_sibling;
}

void relay_hop_leave(struct relay_peer *peer)
{
	struct relay_hop *hop = peer->hop;

	if (!hop)
		return;
	peer->hop = NULL;
	LIST_REMOVE(peer, in_hop);
	move_sessions(hop, peer, find_usable_peer(hop));
	free_hop_if_unused(hop);
}

struct relay_peer *relay_hop_find_peer(const struct relay *relay, const struct msrp_uri_slices *uri)
{
	const struct relay_hop *hop = NULL;
	struct buf authority = { 0 };

	if (!relay->hops || !uri->secure)
		return NULL;
	write_authority(uri, &authority);
	if (!buf_failed(&authority))
		hop = find_hop(relay, &authority);
	buf_done(&authority);
	return hop ? find_usable_peer(hop) : NULL;
}

void relay_hop_add_session(struct relay_hop *hop, struct relay_session *session)
{
	session->hop = hop;
	LIST_INSERT_HEAD(&hop->sessions, session, in_hop);
}

void relay_hop_remove_session(struct relay_session *session)
{
	struct relay_hop *hop = session->hop;

	if (!hop)
		return;
	session->hop = NULL;
	LIST_REMOVE(session, in_hop);
	free_hop_if_unused(hop);
}

int relay_hop_reconnect(struct relay_hop *hop)
{
	struct relay_peer *peer;
	struct msrp_uri_slices uri;
	int err;

	if (msrp_uri_parse(slice_from(hop->uri), &uri) != 0)
		return -EINVAL;
	err = relay_peer_connect(hop->relay, NULL, &uri, RELAY_TRUST_NAME, &peer);
	if (err)
		return err;
	/* Messages for that relay go only to it, as its certificate must prove. */
	peer->must_be_relay = true;
	peer->hop = hop;
	LIST_INSERT_HEAD(&hop->peers, peer, in_hop);
	move_sessions(hop, NULL, peer);
	return 0;
}
