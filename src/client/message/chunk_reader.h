/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For programs that read chunks themselves: stands between the parser, by way of the transport,
 * and msrp_transport_read_chunk().
 */
#ifndef CLIENT_MESSAGE_CHUNK_READER_H
#define CLIENT_MESSAGE_CHUNK_READER_H

#include "client/message/chunk.h"

/*
 * Makes chunks from the input of a connection, and keeps them until they are taken. The feeder
 * limits their number: it stops reading from the connection while nobody asks for a chunk.
 */
struct client_chunk_reader {
	STAILQ_HEAD(, msrp_chunk) ready; /* with their end-line */
	struct msrp_chunk *current;	 /* without its end-line yet; NULL: discard the input */
	struct msrp_range range;	 /* of current's data; its start moves with each part */
	unsigned n_parts;		 /* parts of current that were taken */
};

void client_chunk_reader_init(struct client_chunk_reader *r);

/* Drops everything, including the rest of the current chunk. */
void client_chunk_reader_clear(struct client_chunk_reader *r);

/* Takes input. Returns 0, -ENOMEM, or -ENOBUFS for a head without room for a part's range. */
int client_chunk_reader_head(struct client_chunk_reader *r, const struct msrp_message *m);
int client_chunk_reader_body(struct client_chunk_reader *r, const uint8_t *bytes, size_t len);
int client_chunk_reader_end(struct client_chunk_reader *r, char flag);

/* Drops the current chunk because it has grown too large as a whole. */
void client_chunk_reader_drop(struct client_chunk_reader *r);

/* Is there a chunk, or a part of one with more than SIZE octets? */
bool client_chunk_reader_has(const struct client_chunk_reader *r, size_t size);

/* Takes the next of them, which the caller owns. Errors as above. */
int client_chunk_reader_take(struct client_chunk_reader *r, struct msrp_chunk **ret_chunk);

#endif
