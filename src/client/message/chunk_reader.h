/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For programs that read chunks themselves: stands between the parser, by way of the transport,
 * and msrp_transport_read_chunk().
 */
#ifndef CLIENT_MESSAGE_CHUNK_READER_H
#define CLIENT_MESSAGE_CHUNK_READER_H

#include "client/message/chunk.h"

/*
 * Makes chunks of what comes over a connection, and keeps them until they are
 * taken. How much that can be is up to whoever feeds it: he stops reading from
 * the connection while nobody asks for a chunk.
 */
struct client_chunk_reader {
	STAILQ_HEAD(, msrp_chunk) ready; /* their end-line has come */
	struct msrp_chunk *current;	 /* it has not, yet; NULL: discard what comes */
	struct msrp_range range; /* of what comes of current: its start goes on with the parts */
	unsigned n_parts;	 /* of current that were taken */
};

void client_chunk_reader_init(struct client_chunk_reader *r);

/* Forgets all of it, and discards what still comes of the current chunk. */
void client_chunk_reader_clear(struct client_chunk_reader *r);

/* What came. 0, -ENOMEM, or -ENOBUFS for a head that has no room for the range of a part. */
int client_chunk_reader_head(struct client_chunk_reader *r, const struct msrp_message *m);
int client_chunk_reader_body(struct client_chunk_reader *r, const uint8_t *bytes, size_t len);
int client_chunk_reader_end(struct client_chunk_reader *r, char flag);

/* As the whole of the current chunk has become too much. */
void client_chunk_reader_drop(struct client_chunk_reader *r);

/* Is there a chunk, or a part of one with more than SIZE octets? */
bool client_chunk_reader_has(const struct client_chunk_reader *r, size_t size);

/* Gives the next of them, which is the caller's. Errors as above. */
int client_chunk_reader_take(struct client_chunk_reader *r, struct msrp_chunk **ret_chunk);

#endif
