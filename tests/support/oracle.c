/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/oracle.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "msrp/parser.h"
#include "relay/view.h"

/*
 * A request that was sent: its sender, its transaction id, and its destination.
 */
struct sent {
	size_t actor;
	struct buf id;
	struct buf first; /* URIs of its To-Path */
	struct buf next;
	TAILQ_ENTRY(sent) in_oracle;
};

struct owned {
	size_t actor;
	struct buf uri;
	TAILQ_ENTRY(owned) in_oracle;
};

struct side {
	struct oracle *oracle;
	size_t actor;
	struct msrp_parser parser;
	bool is_open;
	bool is_wild; /* what passes there cannot be parsed any more */
};

struct oracle {
	struct world *world;
	struct side sent[ORACLE_ACTORS];
	struct side got[ORACLE_ACTORS];
	TAILQ_HEAD(, sent) requests;
	TAILQ_HEAD(, owned) sessions;
};

static bool names(const struct buf *text, const struct msrp_uri_slices *uri)
{
	struct msrp_uri_slices own;

	return text->len > 0 && msrp_uri_parse(buf_slice(text), &own) == 0 &&
	       msrp_uri_slices_equal(&own, uri);
}

static const struct owned *find_owned(const struct oracle *o, const struct msrp_uri_slices *uri)
{
	const struct owned *owned;

	TAILQ_FOREACH (owned, &o->sessions, in_oracle) {
		if (names(&owned->uri, uri))
			return owned;
	}
	return NULL;
}

static bool is_live(const struct oracle *o, const struct msrp_uri_slices *uri)
{
	struct relay_session *session;
	bool live = false;

	for (size_t i = 0; i < o->world->n_relays && !live; i++)
		live = relay_session_lookup(o->world->relay[i], uri->session_id, &session) ==
		       RELAY_HANDLE_FOUND;
	return live;
}

/* NEXT may be NULL: anywhere. */
static bool has_sent(const struct oracle *o, size_t actor, const struct msrp_uri_slices *first,
		     const struct msrp_uri_slices *next)
{
	const struct sent *sent;

	if (o->sent[actor].is_wild)
		return true;
	TAILQ_FOREACH (sent, &o->requests, in_oracle) {
		if (sent->actor == actor && names(&sent->first, first) &&
		    (!next || names(&sent->next, next)))
			return true;
	}
	return false;
}

static bool has_asked(const struct oracle *o, size_t actor, struct slice id)
{
	const struct sent *sent;

	if (o->sent[actor].is_wild)
		return true;
	TAILQ_FOREACH (sent, &o->requests, in_oracle) {
		if (sent->actor == actor && slice_equal(buf_slice(&sent->id), id))
			return true;
	}
	return false;
}

static void check(bool fine, const char *what, const struct side *side,
		  const struct msrp_message *m)
{
	if (fine)
		return;
	fprintf(stderr, "%s: actor %zu got %" SLICE_FMT " to %" SLICE_FMT " from %" SLICE_FMT "\n",
		what, side->actor, SLICE_ARG(m->id), SLICE_ARG(m->to.text),
		SLICE_ARG(m->from.text));
	abort();
}

/* It has come to its owner through his session; the next URI may also be somebody's session. */
static bool may_come(const struct oracle *o, size_t actor, const struct msrp_message *m)
{
	const struct msrp_uri_slices *session = &m->from.uri[0];
	const struct owned *sender = m->from.n > 1 ? find_owned(o, &m->from.uri[1]) : NULL;

	if (!sender || sender->actor == actor || !is_live(o, &m->from.uri[1]))
		return true;
	return has_sent(o, sender->actor, &m->from.uri[1], session) ||
	       (m->method == MSRP_REPORT && has_sent(o, actor, session, &m->from.uri[1]));
}

static int on_got(void *arg, const struct msrp_message *m)
{
	const struct side *side = arg;
	const struct oracle *o = side->oracle;
	const struct owned *owned;

	if (!m->is_request) {
		check(has_asked(o, side->actor, m->id), "nobody has asked", side, m);
		return 0;
	}
	owned = find_owned(o, &m->from.uri[0]);
	if (!owned)
		return 0; /* a session that never existed: a report about a message to it */
	if (owned->actor == side->actor)
		check(may_come(o, side->actor, m), "the owner has not sent it", side, m);
	else
		check(has_sent(o, owned->actor, &m->from.uri[0], &m->to.uri[0]) ||
			  (m->method == MSRP_REPORT &&
			   has_sent(o, side->actor, &m->from.uri[0], NULL)),
		      "it was not sent there", side, m);
	return 0;
}

static int on_sent(void *arg, const struct msrp_message *m)
{
	const struct side *side = arg;
	struct sent *sent;

	if (!m->is_request)
		return 0;
	sent = calloc(1, sizeof(*sent));
	assert(sent);
	sent->actor = side->actor;
	buf_add_slice(&sent->id, m->id);
	if (m->to.n > 0)
		buf_add_slice(&sent->first, m->to.uri[0].text);
	if (m->to.n > 1)
		buf_add_slice(&sent->next, m->to.uri[1].text);
	TAILQ_INSERT_HEAD(&side->oracle->requests, sent, in_oracle);
	return 0;
}

static int on_body(void *arg, const uint8_t *bytes, size_t len)
{
	return 0;
}

static int on_end(void *arg, char flag)
{
	return 0;
}

static const struct msrp_parser_user got_user = { .head = on_got, .body = on_body, .end = on_end };
static const struct msrp_parser_user sent_user = {
	.head = on_sent,
	.body = on_body,
	.end = on_end,
};

struct oracle *oracle_new(struct world *w)
{
	struct oracle *o = calloc(1, sizeof(*o));

	assert(o);
	o->world = w;
	TAILQ_INIT(&o->requests);
	TAILQ_INIT(&o->sessions);
	return o;
}

static void side_close(struct side *side)
{
	if (side->is_open)
		msrp_parser_done(&side->parser);
	side->is_open = false;
}

static void side_open(struct oracle *o, struct side *side, size_t actor,
		      const struct msrp_parser_user *user)
{
	side_close(side);
	*side = (struct side){ .oracle = o, .actor = actor, .is_open = true };
	msrp_parser_init(&side->parser, user, side);
}

void oracle_connect(struct oracle *o, size_t actor)
{
	side_open(o, &o->sent[actor], actor, &sent_user);
	side_open(o, &o->got[actor], actor, &got_user);
}

void oracle_own(struct oracle *o, size_t actor, const char *uri)
{
	struct owned *owned = calloc(1, sizeof(*owned));

	assert(owned);
	owned->actor = actor;
	buf_add_slice(&owned->uri, slice_from(uri));
	TAILQ_INSERT_HEAD(&o->sessions, owned, in_oracle);
}

static void feed(struct side *side, struct slice bytes)
{
	if (!side->is_open || side->is_wild || bytes.len == 0)
		return;
	side->is_wild = msrp_parser_feed(&side->parser, (const uint8_t *)bytes.p, bytes.len) != 0;
}

void oracle_sent(struct oracle *o, size_t actor, struct slice bytes)
{
	feed(&o->sent[actor], bytes);
}

void oracle_got(struct oracle *o, size_t actor, struct slice bytes)
{
	feed(&o->got[actor], bytes);
}

struct oracle *oracle_free(struct oracle *o)
{
	struct sent *sent;
	struct owned *owned;

	for (size_t i = 0; i < ORACLE_ACTORS; i++) {
		side_close(&o->sent[i]);
		side_close(&o->got[i]);
	}
	while ((sent = TAILQ_FIRST(&o->requests))) {
		TAILQ_REMOVE(&o->requests, sent, in_oracle);
		buf_done(&sent->id);
		buf_done(&sent->first);
		buf_done(&sent->next);
		free(sent);
	}
	while ((owned = TAILQ_FIRST(&o->sessions))) {
		TAILQ_REMOVE(&o->sessions, owned, in_oracle);
		buf_done(&owned->uri);
		free(owned);
	}
	free(o);
	return NULL;
}
