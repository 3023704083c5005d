/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_OUTGOING_H
#define CLIENT_OUTGOING_H

#include "client/coverage.h"
#include "client/link.h"
#include "msrp/flow.h"

struct client_chunk;
struct client_piece;

/*
 * A message or file on its way out. A chunk of it is one flow; the connection
 * may cut that into pieces, each of which is answered for itself.
 *
 *     queue: chunks are fed and answered -> response told
 *     awaiting: success reports are added up -> delivered told
 *     over: freed once the connection has let go of all chunks and pieces
 */
struct client_outgoing {
	struct msrp_session *session; /* NULL before it has one */
	char message_id[MSRP_MESSAGE_ID_SIZE];
	char *content_type;
	char *disposition; /* NULL: none */
	enum msrp_failures failures;
	bool success_report;
	msrp_outcome_fn response;
	msrp_outcome_fn delivered;
	void *arg;

	uint64_t size;
	uint64_t fed;	     /* octets given to chunks */
	uint64_t written;    /* by chunks that are done */
	uint64_t chunk_size; /* 0: one chunk */
	int fd;
	msrp_read_fn read; /* NULL: all is fed from the start */
	void *read_arg;

	struct client_chunk *chunk; /* that is being fed */
	LIST_HEAD(, client_chunk) chunks;
	LIST_HEAD(, client_piece) pieces;
	size_t n_unanswered;
	struct client_coverage reported;
	bool report_came;
	bool last_fed; /* the chunk with '$' is complete */
	bool answered; /* response was told */
	bool over;     /* all was told */
	bool listed;   /* in the session's queue or awaiting */
	TAILQ_ENTRY(client_outgoing) in_session;
	struct client_garbage garbage;
};

struct client_piece {
	struct msrp_piece piece;
	struct client_request request;
	struct client_outgoing *out;
	bool is_sent;	  /* the connection has no more to do with it */
	bool is_answered; /* and neither has anybody else */
	LIST_ENTRY(client_piece) in_out;
};

struct client_chunk {
	struct msrp_flow flow;
	struct client_outgoing *out;
	uint64_t left; /* octets still to be fed */
	LIST_ENTRY(client_chunk) in_out;
};

/* Copies what OPTIONS say. 0; -EINVAL for what has no place in a header; or -ENOMEM. */
int client_outgoing_init(struct client_outgoing *out, struct msrp_context *context,
			 const struct msrp_send_options *options, const char *default_type);

/* Frees all that it holds, and itself. */
void client_outgoing_free(struct client_outgoing *out);

/* Opens a chunk of LEN octets at out->fed, which becomes out->chunk. 0 or -ENOMEM. */
int client_outgoing_open_chunk(struct client_outgoing *out, struct msrp_lane *lane, uint64_t len);

/* Feeds the open chunk; when it has all, it ends, and out->chunk is NULL. 0 or -ENOMEM. */
int client_outgoing_feed(struct client_outgoing *out, const uint8_t *bytes, size_t len);

/* Tells, and returns true, if all of it has been sent and answered. */
bool client_outgoing_check(struct client_outgoing *out);

/* It has failed, or was cancelled: stops sending, and tells. */
void client_outgoing_fail(struct client_outgoing *out, int status, const char *comment);

/* A REPORT came about it. */
void client_outgoing_report(struct client_outgoing *out, const struct msrp_message *m);

#endif
