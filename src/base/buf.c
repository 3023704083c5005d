/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking from the front only moves an offset. The bytes themselves move when room is needed at the
 * back, and as rarely as possible.
 */
#include "base/buf.h"

#include <assert.h>
#include <string.h>

#include "base/store.h"

void buf_done(struct buf *b)
{
	store_give(b->store, b->block, b->size);
	*b = (struct buf){ .store = b->store };
}

void buf_clear(struct buf *b)
{
	b->start = 0;
	b->len = 0;
	b->failed = false;
}

void buf_reset(struct buf *b, size_t keep)
{
	if (b->size > keep)
		buf_done(b);
	else
		buf_clear(b);
}

/*
 * A move pays off if at least as many bytes were consumed since the last one as have to be moved.
 * If not, the block grows, so that it will pay off later.
 */
static bool worth_moving(const struct buf *b, size_t len)
{
	return b->start >= b->len && b->size - b->len >= len;
}

static void move_to_front(struct buf *b)
{
	if (b->len > 0)
		memmove(b->block, b->block + b->start, b->len);
	b->start = 0;
}

static bool grow(struct buf *b, size_t len)
{
	size_t size = b->size > 0 ? b->size : STORE_BLOCK_MIN;
	uint8_t *block;

	if (len > SIZE_MAX / 4 - b->len)
		return false;
	while (size < b->len + len || size == b->size)
		size *= 2;
	block = store_take(b->store, size);
	if (!block)
		return false;
	if (b->len > 0)
		memcpy(block, b->block + b->start, b->len);
	store_give(b->store, b->block, b->size);
	b->block = block;
	b->size = size;
	b->start = 0;
	return true;
}

uint8_t *buf_reserve(struct buf *b, size_t len)
{
	if (b->failed)
		return NULL;
	if (b->size - b->start - b->len < len || !b->block) {
		if (b->block && worth_moving(b, len))
			move_to_front(b);
		else if (!grow(b, len))
			b->failed = true;
	}
	return b->failed ? NULL : b->block + b->start + b->len;
}

void buf_commit(struct buf *b, size_t len)
{
	assert(len <= b->size - b->start - b->len);
	b->len += len;
}

void buf_add(struct buf *b, const void *p, size_t len)
{
	uint8_t *to;

	if (len == 0)
		return;
	to = buf_reserve(b, len);
	if (!to)
		return;
	memcpy(to, p, len);
	b->len += len;
}

void buf_add_slice(struct buf *b, struct slice s)
{
	buf_add(b, s.p, s.len);
}

void buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_add_u64(struct buf *b, uint64_t value)
{
	char digits[20]; /* UINT64_MAX has twenty digits */
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_consume(struct buf *b, size_t len)
{
	assert(len <= b->len);
	b->len -= len;
	b->start = b->len > 0 ? b->start + len : 0;
}

void buf_truncate(struct buf *b, size_t len)
{
	assert(len <= b->len);
	b->len = len;
	b->failed = false;
}
