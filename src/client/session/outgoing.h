/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An outgoing message or file, as shared by the files outgoing*.c.
 */
#ifndef CLIENT_SESSION_OUTGOING_H
#define CLIENT_SESSION_OUTGOING_H

#include "client/msrp/session.h"
#include "client/session/coverage.h"
#include "client/link/link.h"
#include "msrp/flow.h"

struct client_chunk;
struct client_piece;

/* Gets the response besides the user, and before him. */
struct client_waiter {
	void (*wake)(struct client_waiter *waiter);
	bool told;
	int status;
};

/*
 * An outgoing message or file. A chunk of it is one flow; the connection may cut that into pieces,
 * each of which is answered separately.
 *
 *     queue: chunks are fed and answered -> response reported
 *     awaiting: success reports are added up -> delivered reported
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

	uint64_t n_reports;  /* the session's n_reports when a report was last matched */
	uint64_t size;	     /* octets of the message, or MSRP_TOTAL_UNKNOWN */
	uint64_t fed;	     /* offset in the message of the next octet to be fed */
	uint64_t end;	     /* offset of the end: size, unless only a part is sent */
	char flag;	     /* of the last chunk */
	uint64_t written;    /* by finished chunks */
	uint64_t chunk_size; /* 0: one chunk */
	int fd;
	msrp_read_fn read; /* NULL: everything is fed at the start */
	void *read_arg;

	struct client_chunk *chunk; /* being fed */
	LIST_HEAD(, client_chunk) chunks;
	TAILQ_HEAD(, client_piece) pieces; /* oldest first */
	size_t n_unanswered;
	struct client_coverage reported;
	bool report_came;
	bool last_fed; /* the last chunk is complete */
	bool answered; /* response was reported */
	bool over;     /* everything was reported */
	bool listed;   /* in the session's queue or awaiting */
	TAILQ_ENTRY(client_outgoing) in_session;
	struct client_garbage garbage;
};

struct client_piece {
	struct msrp_piece piece;
	struct client_request request;
	struct client_outgoing *out;
	bool is_sent;	  /* the connection is done with it */
	bool is_answered; /* and it needs no answer any more */
	TAILQ_ENTRY(client_piece) in_out;
};

struct client_chunk {
	struct msrp_flow flow;
	struct client_outgoing *out;
	uint64_t left; /* octets still to be fed */
	LIST_ENTRY(client_chunk) in_out;
};

/*
 * Copies OPTIONS. Returns 0; -EINVAL for text that is not valid in a header; -ENOBUFS for too many
 * headers; or -ENOMEM.
 */
int client_outgoing_init(struct client_outgoing *out, struct msrp_context *context,
			 const struct msrp_send_options *options, const char *default_type);

/*
 * Sends octets FROM up to END, exclusive, of a message of SIZE. Octets before FROM count as
 * reported. Returns 0 or -ENOMEM.
 */
int client_outgoing_set_range(struct client_outgoing *out, uint64_t from, uint64_t end,
			      uint64_t size);

/* Frees it with everything that it holds. */
void client_outgoing_free(struct client_outgoing *out);

/*
 * Opens a chunk of LEN octets at out->fed, which becomes out->chunk; memory for its first RESERVED
 * octets exists already. Returns 0 or -ENOMEM.
 */
int client_outgoing_open_chunk(struct client_outgoing *out, struct msrp_lane *lane, uint64_t len,
			       size_t reserved);

/*
 * Feeds the open chunk; when that is complete, it ends, and out->chunk is NULL. Returns 0 or
 * -ENOMEM.
 */
int client_outgoing_feed(struct client_outgoing *out, const uint8_t *bytes, size_t len);

/* Reports, and returns true, if everything has been sent and answered. */
bool client_outgoing_check(struct client_outgoing *out);

/* It has failed, or was cancelled: stops sending, and reports. */
void client_outgoing_fail(struct client_outgoing *out, int status, const char *comment);

/* A REPORT has come about it. */
void client_outgoing_report(struct client_outgoing *out, const struct msrp_message *m);

/* ---- outgoing_headers.c ---- */

/* Is it a header that a session writes itself? */
bool client_outgoing_is_own_header(const struct msrp_header *header);

/* Adds the user's headers as whole lines. Returns like client_outgoing_init(). */
int client_outgoing_add_headers(struct buf *lines, const struct msrp_header *const *headers,
				size_t n);

#endif
