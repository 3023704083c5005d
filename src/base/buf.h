/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one buffer of the project: for input not yet parsed, output not yet sent, and every text that
 * grows. Each has one owner, on one thread.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct store;

/*
 * A queue of bytes in one growing block: added at the back, taken from the front. A zeroed struct
 * is an empty buffer that owns nothing.
 *
 * Running out of memory is remembered: further additions do nothing and buf_failed() is true, so a
 * writer can add a whole message and check once at the end.
 */
struct buf {
	uint8_t *block;
	size_t size;	     /* bytes that block can hold */
	size_t start;	     /* offset of the first byte held */
	size_t len;	     /* bytes held */
	struct store *store; /* its blocks are from there and go there; NULL: from malloc() */
	bool failed;
};

/* Gives back the block; the buffer is then empty and may be used again. */
void buf_done(struct buf *b);

/* Empties the buffer and forgets a failure, but keeps the block. */
void buf_clear(struct buf *b);

/* Empties the buffer, and gives back the block when it is larger than KEEP bytes. */
void buf_reset(struct buf *b, size_t keep);

/* An empty buffer may have no block, and not even 0 may be added to NULL (C11 6.5.6). */
static inline const uint8_t *buf_data(const struct buf *b)
{
	return b->start > 0 ? b->block + b->start : b->block;
}

static inline struct slice buf_slice(const struct buf *b)
{
	return slice_make(buf_data(b), b->len);
}

static inline bool buf_failed(const struct buf *b)
{
	return b->failed;
}

/* Room for LEN more bytes at the back, or NULL; buf_commit() makes them part of the buffer. */
uint8_t *buf_reserve(struct buf *b, size_t len);
void buf_commit(struct buf *b, size_t len);

void buf_add(struct buf *b, const void *p, size_t len);
void buf_add_slice(struct buf *b, struct slice s);
void buf_add_char(struct buf *b, char c);
void buf_add_u64(struct buf *b, uint64_t value); /* in decimal */

/* Takes LEN bytes from the front; LEN must not exceed the bytes held. */
void buf_consume(struct buf *b, size_t len);

/*
 * Drops bytes at the back so that LEN are held; LEN must not exceed the bytes held. Clears a
 * failure.
 */
void buf_truncate(struct buf *b, size_t len);

#endif
