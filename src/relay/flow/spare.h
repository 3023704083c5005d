/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The memory of chunks, kept for reuse, because a relay makes and frees one for each SEND.
 */
#ifndef RELAY_FLOW_SPARE_H
#define RELAY_FLOW_SPARE_H

#include "relay/flow/account.h"

struct relay;
struct relay_chunk;
struct relay_transaction;

enum {
	/*
	 * Chunks kept for their next use, as many as one peer may owe answers to, and how
	 * large a block each may keep, for its head: 3 MiB in all.
	 */
	RELAY_SPARE_CHUNKS = RELAY_TRANSACTIONS_MAX,
	RELAY_SPARE_BLOCK = 1024,
};

/* A chunk with nothing set except an empty flow. NULL without memory. */
struct relay_chunk *relay_spare_take(struct relay *relay);

/* Takes it back; it is in no list any more. */
void relay_spare_return(struct relay *relay, struct relay_chunk *chunk);

/* The same for the transaction of a piece that is not the first of its chunk, and not set at all.
 */
struct relay_transaction *relay_spare_take_transaction(struct relay *relay);
void relay_spare_return_transaction(struct relay *relay, struct relay_transaction *t);

/* Takes CHUNK back if neither its conn nor a transaction needs it any more. */
void relay_spare_return_unused(struct relay_chunk *chunk);

/* Frees the kept chunks. */
void relay_spare_free(struct relay *relay);

#endif
