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

enum { RING_SIZE = 64 * 1024 }; /* four TLS records: one turn's worth for either thread */

struct ring {
	uint8_t *block;
	atomic_size_t written; /* since the start, like the next; only the writer changes it */
	atomic_size_t read;    /* only the reader changes it */
};

/* Writer: takes as many of the LEN bytes as fit. Returns 0 or -ENOMEM. */
int ring_write(struct ring *ring, const uint8_t *p, size_t len, size_t *ret_taken);

/* Writer: is there room, and how many bytes were written since the start? */
bool ring_has_room(struct ring *ring);
size_t ring_written(struct ring *ring);

/* Writer: frees the block if it is empty. */
void ring_trim(struct ring *ring);

/* Reader: the next bytes, valid until they are consumed; 0: there are none now. */
size_t ring_peek(struct ring *ring, const uint8_t **ret_p);

/* Reader: drops the first LEN of them. */
void ring_consume(struct ring *ring, size_t len);

/* Call when neither thread uses it any more. */
void ring_done(struct ring *ring);

#endif
