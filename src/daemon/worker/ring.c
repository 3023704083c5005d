/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ring of octets with one writer and one reader, who meet only in two atomic counters. A bridge
 * consists of two rings.
 */
#include "daemon/worker/ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The counters only grow, and wrap around at a multiple of the size. A thread that sees the other's
 * counter sees everything that the other did before: the writer sees that the reader is done with
 * the bytes, the reader sees the bytes and their block.
 */

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void copy_in(struct ring *ring, size_t at, const uint8_t *p, size_t len)
{
	size_t first = smaller(len, RING_SIZE - at);

	memcpy(ring->block + at, p, first);
	memcpy(ring->block, p + first, len - first);
}

int ring_write(struct ring *ring, const uint8_t *p, size_t len, size_t *ret_taken)
{
	size_t written = atomic_load(&ring->written);

	len = smaller(len, RING_SIZE - (written - atomic_load(&ring->read)));
	*ret_taken = 0;
	if (len == 0)
		return 0;
	if (!ring->block) {
		ring->block = malloc(RING_SIZE);
		if (!ring->block)
			return -ENOMEM;
	}
	copy_in(ring, written % RING_SIZE, p, len);
	atomic_store(&ring->written, written + len);
	*ret_taken = len;
	return 0;
}

bool ring_has_room(struct ring *ring)
{
	return ring_written(ring) - atomic_load(&ring->read) < RING_SIZE;
}

size_t ring_written(struct ring *ring)
{
	return atomic_load(&ring->written);
}

void ring_trim(struct ring *ring)
{
	if (atomic_load(&ring->written) == atomic_load(&ring->read))
		ring_done(ring);
}

size_t ring_peek(struct ring *ring, const uint8_t **ret_p)
{
	size_t read = atomic_load(&ring->read);
	size_t len = atomic_load(&ring->written) - read;

	if (len == 0)
		return 0;
	*ret_p = ring->block + read % RING_SIZE;
	return smaller(len, RING_SIZE - read % RING_SIZE);
}

void ring_consume(struct ring *ring, size_t len)
{
	atomic_store(&ring->read, atomic_load(&ring->read) + len);
}

void ring_done(struct ring *ring)
{
	free(ring->block);
	ring->block = NULL;
}
