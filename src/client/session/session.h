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

/* An incoming message, as the session keeps it. */
struct client_incoming {
	struct msrp_incoming shown; /* the user's view; its strings belong to the session */
	struct msrp_chunk *head;    /* shown's head */
	struct client_coverage coverage;
	bool begun; /* begin() has accepted it: end() must follow */
	bool ended; /* a chunk with '$' has come: the total is known */

	/*
	 * Some senders count Byte-Range in characters, and send more octets than they state. Then a
	 * chunk continues after the previous one if that one claims to end there, and totals cannot
	 * be trusted.
	 */
	uint64_t told_end; /* of the last chunk, by its Byte-Range; or MSRP_RANGE_UNKNOWN */
	uint64_t came_end; /* the same, in received octets */
	bool odd_total;
	char *from_path;  /* the way back of a report that the user will send; NULL: he will not */
	bool reported;	  /* by the user, finally */
	unsigned refused; /* the response code for the rest of it; 0: none */
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
	bool shutting; /* nothing more is accepted for sending */
	bool over;     /* closed, or freed */
	bool gone;     /* freed */
	struct client_garbage garbage;

	struct client_incoming_list incoming;
	size_t n_incoming;
	bool manual_reports;		  /* of messages that begin from now on */
	struct client_incoming_list owed; /* complete, and the user may report on them */
	size_t n_owed;
	struct client_incoming *current; /* of the current chunk; NULL: discard it */
	/*
	 * A chunk with a body and no type: a message once there is an octet, otherwise a
	 * keep-alive.
	 */
	struct client_incoming *untyped;
	uint64_t begin;	   /* offset in the message of the first octet of the chunk */
	uint64_t position; /* and of the next octet */
	uint64_t told_end; /* offset of its end, by its Byte-Range; or MSRP_RANGE_UNKNOWN */

	struct msrp_lane *messages; /* lanes take turns, so messages pass files */
	struct msrp_lane *files;
	struct client_outgoing_list queue;    /* without a response yet, in order */
	struct client_outgoing_list awaiting; /* only the success report is missing */
	struct client_outgoing_list ended;    /* reported, but the connection holds parts of them */
	size_t n_awaiting;
	uint64_t n_reports; /* received so far */
	struct client_nickname nickname;
	struct client_keep_alive keep_alive;
	void (*pump)(void *arg); /* of a stream that has the session to itself; NULL: none */
	void *pump_arg;
	struct client_timer settle;
	uint8_t *scratch; /* file contents are read into this */
};

/* in incoming.c */
/*
 * Makes or finds the message of a chunk. Returns the response code that refuses it; or 0: see
 * current.
 */
unsigned client_incoming_take_head(struct msrp_session *s, const struct msrp_message *m);
/* A chunk without a type has octets: its message begins. Returns as above. */
unsigned client_incoming_take_untyped(struct msrp_session *s);
void client_incoming_drop(struct msrp_session *s, struct client_incoming *in);
/* Removes it from its list; it belongs to the caller now. */
void client_incoming_take_out(struct msrp_session *s, struct client_incoming *in);

/* In incoming_range.c: the place of octets in a message. These return response codes, or 0. */
unsigned client_incoming_place(struct msrp_session *s, struct client_incoming *in,
			       const struct msrp_message *m);
unsigned client_incoming_make_place(struct msrp_session *s, struct client_incoming *in, size_t len);
/* The chunk ended with '$' or '+': is the message complete? */
void client_incoming_note_end(struct msrp_session *s, struct client_incoming *in, char flag);

/* in incoming_chunk.c */
void client_incoming_head(struct msrp_session *s, const struct msrp_message *m);
void client_incoming_body(struct msrp_session *s, const uint8_t *bytes, size_t len);
void client_incoming_end(struct msrp_session *s, char flag);
/* Refuses the rest of all messages; end() reports it for the one whose chunk is coming in. */
void client_incoming_refuse_all(struct msrp_session *s, unsigned status);
/* The same for one message. */
void client_incoming_refuse(struct msrp_session *s, const struct msrp_incoming *message,
			    unsigned status);
/* The session is over: tells the user of each message that it will not be completed. */
void client_incoming_abort_all(struct msrp_session *s);
void client_incoming_free_all(struct msrp_session *s);
struct client_incoming *client_incoming_find(struct client_incoming_list *list,
					     struct slice message_id);
void client_incoming_free(struct client_incoming *in);

/* In manual_report.c: IN is complete and in no list any more; the user may report on it. */
void client_session_owe_report(struct msrp_session *s, struct client_incoming *in);
/*
 * From inside end(): whether MESSAGE is good turns out later, and msrp_session_report() will say
 * so. Returns 0 or -ENOMEM.
 */
int client_incoming_hold_report(struct msrp_session *s, const struct msrp_incoming *message);
void client_session_forget_report(struct msrp_session *s, struct client_incoming *in);

/*
 * In session.c: queues OUT, which belongs to the session from then on, unless this fails: -EPIPE
 * after a shutdown or the end, -ENOBUFS if too much is waiting, -ENOMEM.
 */
int client_session_queue(struct msrp_session *s, struct client_outgoing *out, const void *bytes);
/* Like msrp_session_send() and msrp_session_send_chunk(), with the queued message in RET_OUT. */
int client_session_send(struct msrp_session *s, const void *bytes, size_t len,
			const struct msrp_send_options *options, struct client_outgoing **ret_out);
int client_session_send_chunk(struct msrp_session *s, const struct msrp_chunk *chunk,
			      const struct msrp_send_options *outcome,
			      struct client_outgoing **ret_out);
/* A message has got its outcome; closes if that was awaited. */
void client_session_check(struct msrp_session *s);
/* Something may have finished, or may continue: checks when the loop comes round. */
void client_session_settle_soon(struct msrp_session *s);

#endif
