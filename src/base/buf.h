/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one buffer of the project: what is received and not yet parsed, what is written and not yet
 * sent, and every text that grows. Each has one owner, on one thread.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * A queue of bytes in one growing block: added at the back, taken from the
 * front. A zeroed struct is an empty buffer that owns nothing.
 *
 * Running out of memory sticks: further additions do nothing and buf_failed()
 * says so, which lets a writer add a whole message and ask once at the end.
 */
struct buf {
	uint8_t *block;
	size_t size;  /* bytes that block can hold */
	size_t start; /* offset of the first byte held */
	size_t len;   /* bytes held */
	bool failed;
};

/* Frees the block; the buffer is then empty and may be used again. */
void buf_done(struct buf *b);

/* Empties the buffer and forgets a failure, but keeps the block. */
void buf_clear(struct buf *b);

/* Empties the buffer, and frees the block when it is larger than KEEP bytes. */
void buf_reset(struct buf *b, size_t keep);

/* An empty buffer may have no block, and to NULL not even 0 may be added (C11 6.5.6). */
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

/* Takes LEN bytes, at most as many as are held, from the front. */
void buf_consume(struct buf *b, size_t len);

/*
 * Gives up bytes at the back so that LEN are held; LEN must not exceed what is. Clears a failure.
 */
void buf_truncate(struct buf *b, size_t len);

#endif
