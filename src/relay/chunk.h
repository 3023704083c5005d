/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_CHUNK_H
#define RELAY_CHUNK_H

#include "relay/internal.h"

/*
 * A chunk that SOURCE begins to send along ROUTE: its new head is made, its
 * flow is open. NULL without memory.
 */
struct relay_chunk *relay_chunk_new(struct relay_peer *source, const struct msrp_message *m,
				    const struct relay_route *route);

/* More of its body has come. 0 or -ENOMEM. */
int relay_chunk_write(struct relay_chunk *chunk, const uint8_t *bytes, size_t len);

/* Its end has come. */
void relay_chunk_end(struct relay_chunk *chunk, char flag);

/* Its source was refused: the receiver sees '#', or nothing. */
void relay_chunk_abort(struct relay_chunk *chunk);

/* The next hop has answered one of its pieces. */
void relay_chunk_answered(struct relay_transaction *t, unsigned status, struct slice comment);

/* It has not, for 30 s (RFC 4976 6.4.1). */
void relay_chunk_timed_out(struct relay_transaction *t);

/*
 * No more will be done for PEER, which is still there: reports what has not reached
 * it, and cuts off what is on its way.
 */
void relay_chunk_give_up(struct relay_peer *peer, const char *why);

/* PEER is gone: reports what did not reach it, and forgets it as a source. */
void relay_chunk_forget(struct relay_peer *peer, const char *why);

/* Frees the chunks that were kept for their next use. */
void relay_chunk_free_spares(struct relay *relay);

#endif
