/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The memory of chunks, kept for reuse, because a relay makes and frees one for each SEND.
 */
#ifndef RELAY_FLOW_SPARE_H
#define RELAY_FLOW_SPARE_H

struct relay;
struct relay_chunk;

enum {
	/* Chunks kept for reuse, and how large a block each may keep. */
	RELAY_SPARE_CHUNKS = 256,
	RELAY_SPARE_BLOCK = 4096,
};

/* A chunk with nothing set except an empty flow. NULL without memory. */
struct relay_chunk *relay_spare_take(struct relay *relay);

/* Takes it back; it is in no list any more. */
void relay_spare_return(struct relay *relay, struct relay_chunk *chunk);

/* Takes CHUNK back if neither its conn nor a transaction needs it any more. */
void relay_spare_return_unused(struct relay_chunk *chunk);

/* Frees the kept chunks. */
void relay_spare_free(struct relay *relay);

#endif
