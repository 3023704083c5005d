/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chunks for programs that speak MSRP themselves: with the paths of the transport, or checked
 * against them.
 */
#include <errno.h>
#include <string.h>

#include "base/reserved.h"
#include "client/message/uri.h"
#include "client/transport/transport.h"
#include "msrp/report.h"

/* Chunks that belong to a transport: made for it, or received. */

/* ---- making ---- */

/* The number of the last octet, for LEN octets of data at START. */
static uint64_t last_of(const struct msrp_make_chunk_options *o, uint64_t start)
{
	return start + o->len - 1;
}

/* False: no message has such octets. */
static bool make_range(const struct msrp_make_chunk_options *o, struct msrp_range *range)
{
	uint64_t start = o->start ? o->start : 1;
	uint64_t last = last_of(o, start);

	if (o->len > MSRP_RANGE_UNKNOWN - start)
		return false;
	range->start = start;
	range->end = o->end ? o->end : last;
	range->total = o->length ? o->length : last;
	if (range->end < start - 1)
		return false;
	return range->total >= (range->end == MSRP_RANGE_UNKNOWN ? last : range->end);
}

static char flag_of(const struct msrp_make_chunk_options *o, const struct msrp_range *range)
{
	uint64_t end = range->end;

	if (o->contflag)
		return o->contflag;
	if (end == MSRP_RANGE_UNKNOWN)
		end = last_of(o, range->start);
	return end == range->total ? '$' : '+';
}

static void make_id(struct msrp_transport *t, const struct msrp_make_chunk_options *o,
		    char id[MSRP_IDENT_LEN + 1])
{
	do {
		msrp_ident_make(&t->context->random, id);
	} while (client_chunk_id_in_data(id, o->data, o->len));
}

/* RFC 4975 section 9: the headers of requests about a message; responses have none of them. */
static int add_message_headers(struct msrp_transport *t, struct msrp_chunk *chunk,
			       const struct msrp_make_chunk_options *o,
			       const struct msrp_range *range)
{
	char made[MSRP_IDENT_LEN + 1];
	int err;

	msrp_ident_make(&t->context->random, made);
	err = client_chunk_add(chunk, "Message-ID", o->message_id ? o->message_id : made);
	if (!err)
		err = client_chunk_add_range(chunk, range);
	if (!err && o->content_type)
		err = client_chunk_add(chunk, "Content-Type", o->content_type);
	return err;
}

static int make_transport_chunk(struct msrp_transport *t, const struct msrp_make_chunk_options *o,
				const struct msrp_range *range, struct msrp_chunk **ret_chunk)
{
	char id[MSRP_IDENT_LEN + 1];
	struct msrp_chunk_parts parts = {
		.transaction_id = o->transaction_id ? o->transaction_id : id,
		.method = o->method || o->code ? o->method : "SEND",
		.code = o->code,
		.comment = o->comment,
		.data = o->data,
		.len = o->len,
		.contflag = o->code ? o->contflag : flag_of(o, range),
	};
	struct msrp_chunk *chunk;
	int err;

	make_id(t, o, id);
	err = msrp_chunk_new(&parts, &chunk);
	if (err)
		return err;
	err = client_chunk_add(chunk, "To-Path", t->to_path);
	if (!err)
		err = client_chunk_add(chunk, "From-Path", t->own_uri);
	if (!err && parts.method)
		err = add_message_headers(t, chunk, o, range);
	if (err)
		msrp_chunk_free(chunk);
	else
		*ret_chunk = chunk;
	return err;
}

int msrp_transport_make_chunk(struct msrp_transport *t,
			      const struct msrp_make_chunk_options *options,
			      struct msrp_chunk **ret_chunk)
{
	static const struct msrp_make_chunk_options defaults;
	const struct msrp_make_chunk_options *o = options ? options : &defaults;
	struct msrp_range range;

	if (!t || t->gone || !ret_chunk || IS_NEWER(o) || (o->method && o->code) ||
	    (o->len > 0 && !o->data))
		return -EINVAL;
	if (o->message_id && !msrp_ident_valid(slice_from(o->message_id)))
		return -EINVAL;
	if (!make_range(o, &range))
		return -EINVAL;
	return make_transport_chunk(t, o, &range, ret_chunk);
}

/* ---- checking ---- */

int msrp_transport_check_incoming_send(const struct msrp_transport *t, struct msrp_chunk *chunk,
				       const char **ret_comment)
{
	int status = 0;

	if (!t || t->gone || !chunk || !ret_comment || !chunk->method ||
	    strcmp(chunk->method, "SEND") != 0)
		return -EINVAL;
	if (msrp_chunk_verify_headers(chunk, ret_comment) != 0)
		return MSRP_BAD_REQUEST;
	if (!client_transport_is_addressed(t, &client_chunk_value(chunk, "To-Path")->path->slices,
					   &client_chunk_value(chunk, "From-Path")->path->slices))
		status = MSRP_NO_SESSION;
	*ret_comment = msrp_status_comment(status);
	return status;
}
