/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps what the answer to an AUTH needs while the host looks up the user. It outlives the peer, if
 * that goes first.
 */
#include "relay/auth/lookup.h"

#include <errno.h>
#include <stdlib.h>

#include "relay/peer.h"
#include "relay/relay.h"

static struct slice header_value(const struct msrp_message *m, enum msrp_header_id id)
{
	const struct msrp_header_slices *h = msrp_message_find(m, id);

	return h ? h->value : slice_from(NULL);
}

/* Copies all texts into one block, which never moves. */
static int copy_texts(struct relay_lookup *lookup)
{
	struct slice *text[] = { &lookup->id,	   &lookup->to,	   &lookup->from,
				 &lookup->expires, &lookup->realm, &lookup->authorization };
	size_t at = 0;

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		buf_add_slice(&lookup->text, *text[i]);
	if (buf_failed(&lookup->text))
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		size_t len = text[i]->len;

		*text[i] = slice_first(slice_skip(buf_slice(&lookup->text), at), len);
		at += len;
	}
	return 0;
}

int relay_lookup_new(struct relay_peer *peer, const struct msrp_message *m, struct slice realm,
		     struct relay_lookup **ret_lookup)
{
	struct relay_lookup *lookup = calloc(1, sizeof(*lookup));
	int err;

	if (!lookup)
		return -ENOMEM;
	LIST_INSERT_HEAD(&peer->lookups, lookup, in_peer);
	lookup->peer = peer;
	lookup->id = m->id;
	lookup->to = m->to.text;
	lookup->from = m->from.text;
	lookup->expires = header_value(m, MSRP_H_EXPIRES);
	lookup->realm = realm;
	lookup->authorization = header_value(m, MSRP_H_AUTHORIZATION);
	err = copy_texts(lookup);
	if (!err && lookup->authorization.len > 0)
		err = msrp_credentials_parse(lookup->authorization, &lookup->scratch,
					     &lookup->credentials);
	if (err)
		relay_lookup_free(lookup);
	else
		*ret_lookup = lookup;
	return err;
}

struct relay_lookup *relay_lookup_free(struct relay_lookup *lookup)
{
	if (!lookup)
		return NULL;
	if (lookup->peer)
		LIST_REMOVE(lookup, in_peer);
	buf_done(&lookup->text);
	buf_done(&lookup->scratch);
	free(lookup);
	return NULL;
}

int relay_lookup_digest(const struct relay_lookup *lookup, struct slice ha1, struct slice method,
			struct msrp_digest_hex *ret_digest)
{
	const struct msrp_credentials *c = &lookup->credentials;
	struct msrp_digest_input input = {
		.algorithm = lookup->algorithm,
		.ha1 = ha1,
		.nonce = c->nonce,
		.nc = c->nc,
		.cnonce = c->cnonce,
		.method = method,
		.uri = c->uri.len > 0 ? c->uri : lookup->to,
	};

	return msrp_digest_response(&input, ret_digest);
}

struct slice relay_lookup_account(const struct relay_lookup *lookup)
{
	return lookup->account.len > 0 ? lookup->account : lookup->credentials.username;
}

struct slice relay_lookup_user(const struct relay_lookup *lookup)
{
	return lookup->credentials.username;
}

struct slice relay_lookup_realm(const struct relay_lookup *lookup)
{
	return lookup->realm;
}

enum msrp_digest_algorithm relay_lookup_algorithm(const struct relay_lookup *lookup)
{
	return lookup->algorithm;
}

const struct relay_peer *relay_lookup_peer(const struct relay_lookup *lookup)
{
	return lookup->peer;
}

bool relay_lookup_renews(const struct relay_lookup *lookup)
{
	return lookup->renews;
}

bool relay_lookup_is_anew(const struct relay_lookup *lookup)
{
	return lookup->anew;
}
