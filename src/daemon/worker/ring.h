/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes on their way from one thread, the writer, to one other thread, the reader, without a
 * lock. A zeroed ring is empty and owns nothing. Its block belongs to the writer: it exists
 * while bytes are in it, and until the writer trims it.
 */
#ifndef DAEMON_WORKER_RING_H
#define DAEMON_WORKER_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RING_SIZE = 64 * 1024 }; /* four TLS records: a turn's worth of both threads */

struct ring {
	uint8_t *block;
	atomic_size_t written; /* ever, as the next; only the writer changes it */
	atomic_size_t read;    /* only the reader */
};

/* Writer: takes as many of the LEN bytes as there is room for. 0 or -ENOMEM. */
int ring_write(struct ring *ring, const uint8_t *p, size_t len, size_t *ret_taken);

/* Writer: is there room, and how many bytes were ever written? */
bool ring_has_room(struct ring *ring);
size_t ring_written(struct ring *ring);

/* Writer: gives the block back if it is empty. */
void ring_trim(struct ring *ring);

/* Reader: the next bytes, valid until they are consumed; 0: there are none now. */
size_t ring_peek(struct ring *ring, const uint8_t **ret_p);

/* Reader: the first LEN of them are done with. */
void ring_consume(struct ring *ring, size_t len);

/* When neither thread uses it any more. */
void ring_done(struct ring *ring);

#endif
