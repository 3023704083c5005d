/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message or file on its way out, as the files outgoing*.c share it.
 */
#ifndef CLIENT_SESSION_OUTGOING_H
#define CLIENT_SESSION_OUTGOING_H

#include "client/msrp/session.h"
#include "client/session/coverage.h"
#include "client/link/link.h"
#include "msrp/flow.h"

struct client_chunk;
struct client_piece;

/* Hears of the response besides the user, and before him. */
struct client_waiter {
	void (*wake)(struct client_waiter *waiter);
	bool told;
	int status;
};

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
	char *content_type; /* NULL: neither type nor body */
	struct buf lines;   /* more headers, whole lines: the user's, then Content-Disposition */
	enum msrp_failures failures;
	bool success_report;
	msrp_outcome_fn response;
	msrp_outcome_fn delivered;
	void *arg;
	struct client_waiter *waiter; /* NULL: none */

	uint64_t n_reports;  /* of the session's, when it was looked at for the last one */
	uint64_t size;	     /* octets of the message, or MSRP_TOTAL_UNKNOWN */
	uint64_t fed;	     /* where in the message the next octet for a chunk stands */
	uint64_t end;	     /* where it ends: size, unless only a part of the message is sent */
	char flag;	     /* that it ends with */
	uint64_t written;    /* by chunks that are done */
	uint64_t chunk_size; /* 0: one chunk */
	int fd;
	msrp_read_fn read; /* NULL: all is fed from the start */
	void *read_arg;

	struct client_chunk *chunk; /* that is being fed */
	LIST_HEAD(, client_chunk) chunks;
	TAILQ_HEAD(, client_piece) pieces; /* the oldest first */
	size_t n_unanswered;
	struct client_coverage reported;
	bool report_came;
	bool last_fed; /* the last chunk is complete */
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
	TAILQ_ENTRY(client_piece) in_out;
};

struct client_chunk {
	struct msrp_flow flow;
	struct client_outgoing *out;
	uint64_t left; /* octets still to be fed */
	LIST_ENTRY(client_chunk) in_out;
};

/*
 * Copies what OPTIONS say. 0; -EINVAL for what has no place in a header;
 * -ENOBUFS for more headers than there is room for; or -ENOMEM.
 */
int client_outgoing_init(struct client_outgoing *out, struct msrp_context *context,
			 const struct msrp_send_options *options, const char *default_type);

/*
 * Octets FROM up to END, exclusive, of a message of SIZE are what is sent. What is before them
 * counts as reported. 0 or -ENOMEM.
 */
int client_outgoing_set_range(struct client_outgoing *out, uint64_t from, uint64_t end,
			      uint64_t size);

/* Frees all that it holds, and itself. */
void client_outgoing_free(struct client_outgoing *out);

/*
 * Opens a chunk of LEN octets at out->fed, which becomes out->chunk, and for whose first
 * RESERVED octets there is memory already. 0 or -ENOMEM.
 */
int client_outgoing_open_chunk(struct client_outgoing *out, struct msrp_lane *lane, uint64_t len,
			       size_t reserved);

/* Feeds the open chunk; when it has all, it ends, and out->chunk is NULL. 0 or -ENOMEM. */
int client_outgoing_feed(struct client_outgoing *out, const uint8_t *bytes, size_t len);

/* Tells, and returns true, if all of it has been sent and answered. */
bool client_outgoing_check(struct client_outgoing *out);

/* It has failed, or was cancelled: stops sending, and tells. */
void client_outgoing_fail(struct client_outgoing *out, int status, const char *comment);

/* A REPORT came about it. */
void client_outgoing_report(struct client_outgoing *out, const struct msrp_message *m);

/* ---- outgoing_headers.c ---- */

/* Is it one that a session writes itself? */
bool client_outgoing_is_own_header(const struct msrp_header *header);

/* Adds headers of the user's as whole lines. Results as client_outgoing_init(). */
int client_outgoing_add_headers(struct buf *lines, const struct msrp_header *const *headers,
				size_t n);

#endif
