/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Splits a chunk into parts as its reader asks: each part has the head of the chunk, with a
 * Byte-Range of its own.
 */
#include "client/message/chunk_reader.h"

#include <errno.h>

void client_chunk_reader_init(struct client_chunk_reader *r)
{
	*r = (struct client_chunk_reader){ 0 };
	STAILQ_INIT(&r->ready);
}

void client_chunk_reader_drop(struct client_chunk_reader *r)
{
	r->current = msrp_chunk_free(r->current);
}

void client_chunk_reader_clear(struct client_chunk_reader *r)
{
	struct msrp_chunk *chunk;

	client_chunk_reader_drop(r);
	while ((chunk = STAILQ_FIRST(&r->ready))) {
		STAILQ_REMOVE_HEAD(&r->ready, in_reader);
		msrp_chunk_free(chunk);
	}
}

/* ---- what came ---- */

int client_chunk_reader_head(struct client_chunk_reader *r, const struct msrp_message *m)
{
	r->range = m->range;
	r->n_parts = 0;
	return client_chunk_from_head(m, &r->current);
}

int client_chunk_reader_body(struct client_chunk_reader *r, const uint8_t *bytes, size_t len)
{
	if (!r->current)
		return 0;
	buf_add(&r->current->data, bytes, len);
	return buf_failed(&r->current->data) ? -ENOMEM : 0;
}

/* The sender may claim any range: the last octet must not exceed the largest number. */
static uint64_t end_of_octets(uint64_t start, size_t len)
{
	return len > MSRP_RANGE_UNKNOWN - start ? MSRP_RANGE_UNKNOWN : start + len - 1;
}

/* Turns the current chunk into the next part of the chunk that it is the rest of. */
static int make_part(struct client_chunk_reader *r)
{
	struct msrp_chunk *part = r->current;
	struct msrp_range range = r->range;
	int err;

	range.end = end_of_octets(range.start, part->data.len);
	err = client_chunk_add_range(part, &range);
	if (err)
		return err;
	part->segment = ++r->n_parts;
	r->range.start += part->data.len;
	return 0;
}

int client_chunk_reader_end(struct client_chunk_reader *r, char flag)
{
	int err = 0;

	if (!r->current)
		return 0;
	if (r->n_parts > 0)
		err = make_part(r);
	if (err)
		return err;
	r->current->contflag = flag;
	STAILQ_INSERT_TAIL(&r->ready, r->current, in_reader);
	r->current = NULL;
	return 0;
}

/* ---- what is asked for ---- */

bool client_chunk_reader_has(const struct client_chunk_reader *r, size_t size)
{
	return !STAILQ_EMPTY(&r->ready) || (r->current && r->current->data.len > size);
}

static int cut_part(struct client_chunk_reader *r, struct msrp_chunk **ret_part)
{
	struct msrp_chunk *part = r->current, *rest;
	int err = client_chunk_copy_head(part, &rest);

	if (err)
		return err;
	err = make_part(r);
	if (err) {
		msrp_chunk_free(rest);
		return err;
	}
	part->contflag = '+';
	part->goes_on = true;
	r->current = rest;
	*ret_part = part;
	return 0;
}

int client_chunk_reader_take(struct client_chunk_reader *r, struct msrp_chunk **ret_chunk)
{
	struct msrp_chunk *first = STAILQ_FIRST(&r->ready);

	if (!first)
		return cut_part(r, ret_chunk);
	STAILQ_REMOVE_HEAD(&r->ready, in_reader);
	*ret_chunk = first;
	return 0;
}
