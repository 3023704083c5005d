/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes the responses to AUTH requests, header by header, for auth.c, which decides on their
 * contents. They go into the control buffer of the peer's conn, before all bodies.
 */
#include "relay/auth/answer.h"

#include <errno.h>

#include "msrp/writer.h"
#include "relay/auth/lookup.h"
#include "relay/auth/nonce.h"
#include "relay/flow/reply.h"
#include "relay/peer.h"

struct buf *relay_answer_begin(struct relay_lookup *lookup, unsigned status, const char *comment)
{
	struct buf *out = msrp_conn_control(&lookup->peer->conn);

	lookup->peer->counters->responses_sent[relay_reply_class(status)]++;
	lookup->answer_at = out->len;
	msrp_write_response(out, lookup->id, status, slice_from(comment));
	msrp_write_header(out, MSRP_H_TO_PATH, lookup->from);
	msrp_write_header(out, MSRP_H_FROM_PATH, lookup->to);
	return out;
}

int relay_answer_end(struct relay_lookup *lookup, int err)
{
	struct relay_peer *peer = lookup->peer;
	struct buf *out = msrp_conn_control(&peer->conn);

	msrp_write_end(out, lookup->id, '$', false);
	if (buf_failed(out) && !err)
		err = -ENOMEM;
	if (err)
		buf_truncate(out, lookup->answer_at);
	relay_lookup_free(lookup);
	relay_peer_kick(peer);
	return err;
}

void relay_answer_number(struct buf *out, enum msrp_header_id id, uint64_t value)
{
	buf_add_slice(out, slice_from(msrp_header_id_name(id)));
	buf_add_slice(out, SLICE(": "));
	buf_add_u64(out, value);
	buf_add_slice(out, SLICE("\r\n"));
}

void relay_answer_use_path(struct buf *out, struct slice from, struct slice uri)
{
	struct msrp_path_slices path;

	buf_add_slice(out, SLICE("Use-Path: "));
	if (msrp_path_parse(from, &path) == 0) {
		for (size_t i = path.n - 1; i > 0; i--) {
			buf_add_slice(out, path.uri[i - 1].text);
			buf_add_char(out, ' ');
		}
	}
	buf_add_slice(out, uri);
	buf_add_slice(out, SLICE("\r\n"));
}

int relay_answer_authentication_info(struct relay_lookup *lookup, struct slice ha1, struct buf *out)
{
	const struct msrp_credentials *c = &lookup->credentials;
	char nonce[RELAY_NONCE_LEN + 1];
	struct msrp_digest_hex rspauth;
	struct msrp_authentication_info info = {
		.nextnonce = slice_make(nonce, RELAY_NONCE_LEN),
		.cnonce = c->cnonce,
		.nc = c->nc,
		.qop = SLICE("auth"),
	};
	int err = relay_lookup_digest(lookup, ha1, slice_from(NULL), &rspauth);

	if (!err)
		err = relay_nonce_make(lookup->peer, nonce);
	if (err)
		return err;
	info.rspauth = slice_make(rspauth.text, rspauth.len);
	buf_add_slice(out, SLICE("Authentication-Info: "));
	msrp_authentication_info_format(&info, out);
	buf_add_slice(out, SLICE("\r\n"));
	return 0;
}
