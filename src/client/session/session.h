/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session from the inside, for all files of this room.
 */
#ifndef CLIENT_SESSION_SESSION_H
#define CLIENT_SESSION_SESSION_H

#include "client/message/chunk.h"
#include "client/msrp/session.h"
#include "client/session/coverage.h"
#include "client/session/keep_alive.h"
#include "client/session/nickname.h"
#include "client/session/outgoing.h"
#include "client/transport/transport.h"

/* A message on its way in, as the session keeps it. */
struct client_incoming {
	struct msrp_incoming shown; /* what the user sees; its strings are the session's */
	struct msrp_chunk *head;    /* shown's */
	struct client_coverage coverage;
	bool begun; /* begin() has accepted it: end() has to come */
	bool ended; /* a chunk with '$' has come: the total is known */

	/*
	 * Some count Byte-Range in characters, and have more octets than they say. Then a chunk
	 * goes on behind the one before that says to end there, and totals are not to be believed.
	 */
	uint64_t told_end; /* of the last chunk, as its Byte-Range has it; or MSRP_RANGE_UNKNOWN */
	uint64_t came_end; /* the same, in octets that came */
	bool odd_total;
	char *from_path;  /* the way back of a report that is the user's to send; NULL: it is not */
	bool reported;	  /* by the user, for good */
	unsigned refused; /* the response code for all that still comes of it; 0: none */
	TAILQ_ENTRY(client_incoming) in_session;
};

TAILQ_HEAD(client_incoming_list, client_incoming);
TAILQ_HEAD(client_outgoing_list, client_outgoing);

struct msrp_session {
	struct msrp_context *context;
	struct msrp_transport *transport;
	struct msrp_session_callbacks callbacks;
	void *arg;
	char **accept_types; /* NULL: all */
	bool reading;
	bool shutting; /* no more is accepted for sending */
	bool over;     /* closed, or freed */
	bool gone;     /* freed */
	struct client_garbage garbage;

	struct client_incoming_list incoming;
	size_t n_incoming;
	bool manual_reports;		  /* of messages that begin from now on */
	struct client_incoming_list owed; /* complete, and the user may report on them */
	size_t n_owed;
	struct client_incoming *current; /* of the chunk that is coming; NULL: discard it */
	/* A chunk with a body and no type: a message once there is an octet, else a keep-alive. */
	struct client_incoming *untyped;
	uint64_t begin;	   /* offset in the message of the first octet of the chunk */
	uint64_t position; /* and of the next */
	uint64_t told_end; /* offset of its end, as its Byte-Range has it; or MSRP_RANGE_UNKNOWN */

	struct msrp_lane *messages; /* lanes take turns, so messages pass files */
	struct msrp_lane *files;
	struct client_outgoing_list queue;    /* without a response yet, in order */
	struct client_outgoing_list awaiting; /* only the success report is missing */
	struct client_outgoing_list ended;    /* told, but the connection holds parts of it */
	size_t n_awaiting;
	uint64_t n_reports; /* that have come */
	struct client_nickname nickname;
	struct client_keep_alive keep_alive;
	void (*pump)(void *arg); /* of a stream that has the session for itself; NULL: none has */
	void *pump_arg;
	struct client_timer settle;
	uint8_t *scratch; /* what is read from a file goes through here */
};

/* incoming.c */
/* The message of a chunk is made or found, unless a response code says why not; 0: see current. */
unsigned client_incoming_take_head(struct msrp_session *s, const struct msrp_message *m);
/* A chunk without type has octets: its message begins. As above. */
unsigned client_incoming_take_untyped(struct msrp_session *s);
void client_incoming_drop(struct msrp_session *s, struct client_incoming *in);
/* Out of its list, and the caller's. */
void client_incoming_take_out(struct msrp_session *s, struct client_incoming *in);

/* incoming_range.c: where octets of a message stand. Response codes, or 0. */
unsigned client_incoming_place(struct msrp_session *s, struct client_incoming *in,
			       const struct msrp_message *m);
unsigned client_incoming_make_place(struct msrp_session *s, struct client_incoming *in, size_t len);
/* The chunk is over, with '$' or '+': is the message complete? */
void client_incoming_note_end(struct msrp_session *s, struct client_incoming *in, char flag);

/* incoming_chunk.c */
void client_incoming_head(struct msrp_session *s, const struct msrp_message *m);
void client_incoming_body(struct msrp_session *s, const uint8_t *bytes, size_t len);
void client_incoming_end(struct msrp_session *s, char flag);
/* No more of any message: end() tells it of the one whose chunk is coming. */
void client_incoming_refuse_all(struct msrp_session *s, unsigned status);
/* The same of one message. */
void client_incoming_refuse(struct msrp_session *s, const struct msrp_incoming *message,
			    unsigned status);
/* The session is over: tells the user of each message that it will not be complete. */
void client_incoming_abort_all(struct msrp_session *s);
void client_incoming_free_all(struct msrp_session *s);
struct client_incoming *client_incoming_find(struct client_incoming_list *list,
					     struct slice message_id);
void client_incoming_free(struct client_incoming *in);

/* manual_report.c: IN is complete and in no list any more; it is the user's to report on it. */
void client_session_owe_report(struct msrp_session *s, struct client_incoming *in);
/* From inside of end(): whether MESSAGE is good turns out later, and msrp_session_report() says so.
 * 0 or -ENOMEM. */
int client_incoming_hold_report(struct msrp_session *s, const struct msrp_incoming *message);
void client_session_forget_report(struct msrp_session *s, struct client_incoming *in);

/* session.c: what is there to send goes out after what is queued. It is the session's then,
 * unless this fails: -EPIPE after a shutdown or the end, -ENOBUFS when too much waits, -ENOMEM. */
int client_session_queue(struct msrp_session *s, struct client_outgoing *out, const void *bytes);
/* As msrp_session_send() and msrp_session_send_chunk(), and what they have queued. */
int client_session_send(struct msrp_session *s, const void *bytes, size_t len,
			const struct msrp_send_options *options, struct client_outgoing **ret_out);
int client_session_send_chunk(struct msrp_session *s, const struct msrp_chunk *chunk,
			      const struct msrp_send_options *outcome,
			      struct client_outgoing **ret_out);
/* A message has got its outcome; closes when that was waited for. */
void client_session_check(struct msrp_session *s);
/* Something may be done, or may go on: looks at it when the loop is back. */
void client_session_settle_soon(struct msrp_session *s);

#endif
