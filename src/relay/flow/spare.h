/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory of chunks: used again, because a relay makes and frees one for each SEND. */
#ifndef RELAY_FLOW_SPARE_H
#define RELAY_FLOW_SPARE_H

struct relay;
struct relay_chunk;

enum {
	/* Chunks kept for their next use, and how large a block each may keep. */
	RELAY_SPARE_CHUNKS = 256,
	RELAY_SPARE_BLOCK = 4096,
};

/* A chunk, nothing of which is set but that its flow is empty. NULL without memory. */
struct relay_chunk *relay_spare_take(struct relay *relay);

/* It goes back, and is in no list any more. */
void relay_spare_return(struct relay *relay, struct relay_chunk *chunk);

/* If neither its conn nor a transaction needs CHUNK any more, it goes back. */
void relay_spare_return_unused(struct relay_chunk *chunk);

/* Frees what is kept. */
void relay_spare_free(struct relay *relay);

#endif
