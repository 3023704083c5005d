/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A single chunk that a program has made, sent as part of a message with the session's paths and a
 * transaction id of its own.
 */
#include <errno.h>
#include <stdlib.h>

#include "client/message/chunk.h"
#include "client/session/session.h"

/* A chunk of the user's, which may be part of a message. */

static bool is_sendable(const struct msrp_chunk *c)
{
	for (size_t i = 0; i < c->n_headers; i++)
		if (!msrp_header_decoded(c->header[i]))
			return false;
	return c->method && strcmp(c->method, "SEND") == 0 &&
	       (c->data.len == 0 || msrp_chunk_header(c, "Content-Type"));
}

/* The place of its data in the message, which has to match its Byte-Range. */
static int range_of(const struct msrp_chunk *c, struct msrp_byte_range *ret_range)
{
	struct msrp_byte_range range = { 1, MSRP_TOTAL_UNKNOWN, MSRP_TOTAL_UNKNOWN };
	uint64_t end;

	if (!msrp_chunk_byte_range(c, &range) && c->contflag == '$')
		range.length = c->data.len;
	if (range.start == 0 || range.start - 1 > UINT64_MAX - 1 - c->data.len)
		return -EINVAL;
	end = range.start - 1 + c->data.len;
	if (range.end != MSRP_TOTAL_UNKNOWN && range.end != end)
		return -EINVAL;
	if (range.length < end ||
	    (c->contflag == '$' && range.length != MSRP_TOTAL_UNKNOWN && range.length != end))
		return -EINVAL;
	range.end = end;
	*ret_range = range;
	return 0;
}

/*
 * Finds the headers that the session does not write itself. Returns how many there are in HEADERS.
 */
static size_t find_others(const struct msrp_chunk *c,
			  const struct msrp_header *headers[CLIENT_CHUNK_HEADERS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_headers; i++)
		if (!client_outgoing_is_own_header(c->header[i]))
			headers[n++] = c->header[i];
	return n;
}

static int fill_outgoing_chunk(struct client_outgoing *out, struct msrp_context *context,
			       const struct msrp_chunk *c, struct msrp_send_options *options)
{
	const struct msrp_header *others[CLIENT_CHUNK_HEADERS_MAX];
	const struct msrp_header *type = msrp_chunk_header(c, "Content-Type");
	struct msrp_byte_range range;
	int err = range_of(c, &range);

	if (err)
		return err;
	options->message_id = msrp_chunk_message_id(c);
	options->content_type = msrp_chunk_content_type(c);
	options->failures = msrp_chunk_failure_report(c);
	options->success_report = msrp_chunk_success_report(c);
	options->headers = others;
	options->n_headers = find_others(c, others);
	err = client_outgoing_init(out, context, options, "");
	if (!err)
		err = client_outgoing_set_range(out, range.start - 1, range.end, range.length);
	out->flag = c->contflag;
	if (!type) {
		free(out->content_type);
		out->content_type = NULL;
	}
	return err;
}

int client_session_send_chunk(struct msrp_session *s, const struct msrp_chunk *chunk,
			      const struct msrp_send_options *outcome,
			      struct client_outgoing **ret_out)
{
	struct msrp_send_options options = *outcome;
	struct client_outgoing *out;
	int err;

	if (!s || !chunk)
		return -EINVAL;
	if (!is_sendable(chunk))
		return -EINVAL;
	out = calloc(1, sizeof(*out));
	if (!out)
		return -ENOMEM;
	err = fill_outgoing_chunk(out, s->context, chunk, &options);
	if (!err)
		err = client_session_queue(s, out, buf_data(&chunk->data));
	if (err)
		client_outgoing_free(out);
	else
		*ret_out = out;
	return err;
}

int msrp_session_send_chunk(struct msrp_session *s, const struct msrp_chunk *chunk,
			    msrp_outcome_fn response, msrp_outcome_fn delivered, void *arg)
{
	struct msrp_send_options outcome = {
		.response = response,
		.delivered = delivered,
		.arg = arg,
	};
	struct client_outgoing *out;

	return client_session_send_chunk(s, chunk, &outcome, &out);
}
