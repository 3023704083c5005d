/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Converts a chunk to octets on the wire and back. Reading runs the core's parser over one message.
 */
#include <errno.h>
#include <stdlib.h>

#include "client/message/chunk.h"
#include "client/message/header.h"
#include "msrp/parser.h"
#include "msrp/writer.h"

/* A chunk as bytes, and back. */

/* Content-Type is the last header, and a body follows it (RFC 4975 section 9). */
static bool has_body(const struct msrp_chunk *c)
{
	return c->data.len > 0 || msrp_chunk_header(c, "Content-Type");
}

static bool is_first(const struct msrp_header *h)
{
	return h->slices.id == MSRP_H_TO_PATH || h->slices.id == MSRP_H_FROM_PATH;
}

static void encode_named(const struct msrp_chunk *c, enum msrp_header_id id, struct buf *out)
{
	for (size_t i = 0; i < c->n_headers; i++) {
		if (c->header[i]->slices.id == id)
			msrp_write_line(out, c->header[i]->slices.line);
	}
}

static void encode_start(const struct msrp_chunk *c, struct buf *out)
{
	if (c->method)
		msrp_write_request(out, slice_from(c->id), slice_from(c->method));
	else
		msrp_write_response(out, slice_from(c->id), c->code, slice_from(c->comment));
	encode_named(c, MSRP_H_TO_PATH, out);
	encode_named(c, MSRP_H_FROM_PATH, out);
	for (size_t i = 0; i < c->n_headers; i++) {
		const struct msrp_header *h = c->header[i];

		if (!is_first(h) && h->slices.id != MSRP_H_CONTENT_TYPE)
			msrp_write_line(out, h->slices.line);
	}
	encode_named(c, MSRP_H_CONTENT_TYPE, out);
	if (has_body(c))
		msrp_write_body_start(out);
}

static void encode_end(const struct msrp_chunk *c, char flag, struct buf *out)
{
	msrp_write_end(out, slice_from(c->id), flag, has_body(c));
}

void client_chunk_encode(const struct msrp_chunk *c, struct buf *out)
{
	encode_start(c, out);
	if (c->data.len > 0)
		buf_add_slice(out, buf_slice(&c->data));
	encode_end(c, c->contflag, out);
}

/* Hands the contents of B to the caller, NUL-terminated. */
static int take_encoded(struct buf *b, char **ret_bytes, size_t *ret_len)
{
	size_t len = b->len;
	char *bytes = buf_failed(b) ? NULL : slice_dup(buf_slice(b));

	buf_done(b);
	if (!bytes)
		return -ENOMEM;
	*ret_bytes = bytes;
	if (ret_len)
		*ret_len = len;
	return 0;
}

int msrp_chunk_encode_start(const struct msrp_chunk *c, char **ret_text)
{
	struct buf out = { 0 };

	if (!c || !ret_text)
		return -EINVAL;
	encode_start(c, &out);
	return take_encoded(&out, ret_text, NULL);
}

int msrp_chunk_encode_end(const struct msrp_chunk *c, char contflag, char **ret_text)
{
	struct buf out = { 0 };

	if (!c || !ret_text)
		return -EINVAL;
	if (contflag != '$' && contflag != '+' && contflag != '#')
		return -EINVAL;
	encode_end(c, contflag, &out);
	return take_encoded(&out, ret_text, NULL);
}

int msrp_chunk_encode(const struct msrp_chunk *c, char **ret_bytes, size_t *ret_len)
{
	struct buf out = { 0 };

	if (!c || !ret_bytes || !ret_len)
		return -EINVAL;
	client_chunk_encode(c, &out);
	return take_encoded(&out, ret_bytes, ret_len);
}

/* ---- reading ---- */

/* One chunk that is being read. */
struct reading {
	struct msrp_chunk *chunk;
	bool complete;
};

static int on_wire_head(void *arg, const struct msrp_message *m)
{
	struct reading *r = arg;

	return r->chunk ? -EINVAL : client_chunk_from_head(m, &r->chunk);
}

static int on_wire_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct reading *r = arg;

	buf_add(&r->chunk->data, bytes, len);
	return buf_failed(&r->chunk->data) ? -ENOMEM : 0;
}

static int on_wire_end(void *arg, char flag)
{
	struct reading *r = arg;

	r->chunk->contflag = flag;
	r->complete = true;
	return 0;
}

static int on_unreadable(void *arg, const char *problem)
{
	return -EINVAL;
}

static const struct msrp_parser_user parser_user = {
	.head = on_wire_head,
	.body = on_wire_body,
	.end = on_wire_end,
	.unreadable = on_unreadable,
};

int msrp_chunk_parse(const void *bytes, size_t len, struct msrp_chunk **ret_chunk)
{
	struct reading r = { 0 };
	struct msrp_parser parser;
	int err;

	if (!bytes || !ret_chunk)
		return -EINVAL;
	msrp_parser_init(&parser, &parser_user, &r);
	err = msrp_parser_feed(&parser, bytes, len);
	if (err > 0 || (!err && (!r.complete || !msrp_parser_is_idle(&parser))))
		err = -EINVAL;
	msrp_parser_done(&parser);
	if (err)
		msrp_chunk_free(r.chunk);
	else
		*ret_chunk = r.chunk;
	return err;
}
