/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chunk of the public API from the inside, for transport, session and logger, which make chunks
 * from input and write those of programs.
 */
#ifndef CLIENT_MESSAGE_CHUNK_H
#define CLIENT_MESSAGE_CHUNK_H

#include "base/buf.h"
#include "base/list.h"
#include "client/msrp/message.h"
#include "msrp/ident.h"
#include "msrp/message.h"

enum {
	CLIENT_CHUNK_HEADERS_MAX = MSRP_HEADERS_MAX + 2, /* and the two paths */
	CLIENT_CHUNK_PROBLEM_MAX = 128,
};

/* A request or response as the library's user sees it: MSRPData of the Python library. */
struct msrp_chunk {
	char id[MSRP_IDENT_MAX + 1];
	char *method; /* NULL: a response */
	unsigned code;
	char *comment;
	struct msrp_header *header[CLIENT_CHUNK_HEADERS_MAX]; /* in the order of adding */
	size_t n_headers;
	struct buf data;
	char contflag;
	unsigned segment;
	bool goes_on;		  /* part of a chunk of which more parts follow */
	const char *head_problem; /* of a received head; NULL: none */
	char problem[CLIENT_CHUNK_PROBLEM_MAX];
	STAILQ_ENTRY(msrp_chunk) in_reader;
};

/* A chunk without data that has the head of M. Returns 0 or -ENOMEM. */
int client_chunk_from_head(const struct msrp_message *m, struct msrp_chunk **ret_chunk);

/* A chunk without data that has the head of C. Returns 0 or -ENOMEM. */
int client_chunk_copy_head(const struct msrp_chunk *c, struct msrp_chunk **ret_chunk);

/* Failure-Report: a missing or malformed one means yes (RFC 4975 7.1.1). */
const struct msrp_value *client_chunk_value(const struct msrp_chunk *chunk, const char *name);

/* Adds NAME with an encoded value. Returns like msrp_chunk_add_header(). */
int client_chunk_add(struct msrp_chunk *chunk, const char *name, const char *encoded);

/* Adds a Byte-Range likewise. */
int client_chunk_add_range(struct msrp_chunk *chunk, const struct msrp_range *range);

/* Appends the whole chunk; buf_failed(out) tells whether memory sufficed. */
void client_chunk_encode(const struct msrp_chunk *chunk, struct buf *out);

/* Would an end-line with the transaction id ID occur in DATA (RFC 4975 7.1)? */
bool client_chunk_id_in_data(const char *id, const void *data, size_t len);

#endif
