/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A link with both paths. A connector makes and binds it; from then on a session or a reader of
 * chunks uses it.
 */
#ifndef CLIENT_TRANSPORT_TRANSPORT_H
#define CLIENT_TRANSPORT_TRANSPORT_H

#include "client/link/auth.h"
#include "client/message/chunk_reader.h"
#include "client/link/link.h"
#include "client/msrp/transport.h"
#include "msrp/report.h"

/* Callbacks of the connector that makes the transport. Any of them may free the transport. */
struct client_transport_user {
	void (*opened)(void *arg, struct msrp_transport *t);
	void (*bound)(void *arg, struct msrp_transport *t);
	void (*failed)(void *arg, struct msrp_transport *t, int err, const char *why);
};

enum {
	/* Octets copied to be sent; more has to be sent bit by bit. */
	CLIENT_QUEUED_MAX = 16 * 1024 * 1024,
	CLIENT_WHY_MAX = 256,
};

/* Callbacks of the session, or of the reader of chunks. */
struct client_receiver {
	/*
	 * Wants every message unchecked and unanswered: head() gets all requests and responses, and
	 * report() and nickname() none.
	 */
	bool all;
	/*
	 * A SEND, perhaps without a body. client_transport_answer() answers it, now or at its end.
	 */
	void (*head)(void *arg, const struct msrp_message *m);
	void (*body)(void *arg, const uint8_t *bytes, size_t len);
	void (*end)(void *arg, char flag);
	void (*report)(void *arg, const struct msrp_message *m);
	/* A NICKNAME request, which must be answered before this returns. */
	void (*nickname)(void *arg, const struct msrp_message *m);
	void (*room)(void *arg);
	bool (*want_read)(void *arg);
	void (*closed)(void *arg, int err, const char *why);
};

/*
 *     NEW --connect, attach--> OPENING --> OPEN --bind--> BINDING --> BOUND
 *
 * and CLOSED from any of them.
 */
enum client_transport_state {
	CLIENT_TRANSPORT_NEW,
	CLIENT_TRANSPORT_OPENING,
	CLIENT_TRANSPORT_OPEN,
	CLIENT_TRANSPORT_BINDING,
	CLIENT_TRANSPORT_BOUND,
	CLIENT_TRANSPORT_CLOSED,
};

/* The current incoming request, as far as its answer needs it. */
struct client_current {
	char id[MSRP_IDENT_MAX + 1];
	struct buf from_path; /* the whole way back */
	size_t first_len;     /* the first URI of from_path */
	struct buf to_uri;    /* the URI that the sender has for us */
	enum msrp_failure_report failure_report;
	bool hop_only; /* the answer goes to the previous hop only: a SEND */
	bool answered;
	bool for_receiver; /* its body and end go to the session */
	bool binds;	   /* answering it binds the session */
};

/* A reader of chunks, instead of a session. */
struct client_reading {
	struct client_chunk_reader chunks;
	msrp_chunk_fn read; /* NULL: no read is under way */
	void *arg;
	size_t size;
	bool end_told;
	struct client_timer later; /* reports what is known before the caller has returned */
};

/* Something that was written, and whose writer waits until it is sent. */
struct client_write {
	struct msrp_piece piece; /* marks its end in the output */
	struct msrp_transport *transport;
	msrp_written_fn written; /* NULL: already called, or not wanted */
	void *arg;
	struct client_timer later; /* reports what needed no sending */
	bool is_taken;		   /* the connection has it, perhaps until the socket takes it */
	TAILQ_ENTRY(client_write) in_transport;
};

TAILQ_HEAD(client_write_list, client_write);

struct msrp_transport {
	struct msrp_context *context;
	struct client_link *link;
	enum client_transport_state state;
	const struct client_transport_user *user; /* until it is bound */
	void *user_arg;
	const struct client_receiver *receiver; /* NULL until there is a session or a read */
	void *receiver_arg;

	char *own_uri;		    /* the URI that names us */
	struct msrp_uri_slices own; /* points into own_uri */
	char *local_path;	    /* as sent to the other side */
	char *use_path;		    /* our relays, first hop first; NULL: none */
	size_t n_use;
	char *remote_path;		/* as the other side sent it; NULL: whoever comes first */
	struct msrp_path_slices remote; /* points into remote_path */
	char *to_path;			/* for our requests */

	struct client_auth *auth; /* NULL without a relay */
	const struct msrp_logger *logger;
	bool use_sessmatch; /* session-ids decide, see client_paths_to_us() */
	bool shutting;	    /* nothing more is written */
	bool gone;	    /* freed */
	struct client_request bind_request;
	char bind_id[MSRP_IDENT_LEN + 1]; /* Message-ID of the SEND that binds */
	struct client_timer bind_timer;
	struct client_current current;
	/*
	 * The current request has bound the session: until it is answered, our own requests wait,
	 * complete ones in HELD. Some clients take the first thing they read for the answer.
	 */
	bool holding;
	struct buf held;
	struct client_reading reading;
	struct client_write_list writes;
	int closed_err; /* why it is CLOSED */
	char closed_why[CLIENT_WHY_MAX];
	struct client_garbage garbage;
};

/* Returns 0 or -ENOMEM. The owner frees it with msrp_transport_free(). */
int client_transport_new(struct msrp_context *context, const struct client_transport_user *user,
			 void *arg, struct msrp_transport **ret_transport);

int client_transport_connect(struct msrp_transport *t, const struct net_connect_options *options);

/* Takes over HANDOFF, even if it fails. */
int client_transport_attach(struct msrp_transport *t, struct net_handoff *handoff);

/* Sets our URI, and the relays before it or NULL. Returns 0, MSRP_ERROR_PATH or -ENOMEM. */
int client_transport_set_local(struct msrp_transport *t, const char *own_uri, const char *use_path);

/* Sets the other side's path; NULL: whoever binds first. Returns 0, MSRP_ERROR_PATH or -ENOMEM. */
int client_transport_set_remote(struct msrp_transport *t, const char *remote_path);

/* From here on the transport owns the auth, and fails if the auth fails. */
void client_transport_set_auth(struct msrp_transport *t, struct client_auth *auth);

/*
 * Call when it is open and both paths are set. bound() or failed() follows, perhaps before it
 * returns.
 */
void client_transport_bind(struct msrp_transport *t, enum msrp_mode mode);

/* The other side has bound it. The connector hands it out. */
void client_transport_become_bound(struct msrp_transport *t);

/* Our relay forwarded our SEND that binds, but the other end did not get it. */
bool client_transport_is_bind_failure(const struct msrp_transport *t, const struct msrp_message *m);

/* Reports the end to the listener of this stage. */
void client_transport_fail(struct msrp_transport *t, int err, const char *why);

/* Does a request with these paths belong to the bound session? */
bool client_transport_is_addressed(const struct msrp_transport *t,
				   const struct msrp_path_slices *to,
				   const struct msrp_path_slices *from);

/*
 * Sends a SEND without a body, with LINES as further headers; REQUEST then awaits its answer; see
 * client_link_await(). Returns 0 or -ENOMEM.
 */
int client_transport_send_empty(struct msrp_transport *t, struct client_request *request,
				const char *message_id, struct slice lines);

/* Answers the current request, unless that was done or its sender wants no answer. */
void client_transport_answer(struct msrp_transport *t, unsigned status, const char *comment);

/*
 * The buffer for requests that are not chunks of a message; client_transport_requested() is told
 * its previous length. It returns 0; or -ENOMEM, and the buffer is as before.
 */
struct buf *client_transport_requests(struct msrp_transport *t);
int client_transport_requested(struct msrp_transport *t, size_t len);

/* The From-Path of the current request, while that lasts. */
struct slice client_transport_way_back(const struct msrp_transport *t);

/* Sends a REPORT, with a transaction id and From-Path of ours. Returns 0 or -ENOMEM. */
int client_transport_report(struct msrp_transport *t, const struct msrp_report *report);

/* ---- transport_write.c ---- */

/* Answers a request if its sender wants an answer. */
void client_transport_refuse(struct msrp_transport *t, const struct msrp_chunk *request,
			     unsigned code);

/* The socket has everything that the connection had: tells the writers that wait for that. */
void client_writes_tell(struct msrp_transport *t);
/* Tells waiting writers that their data will not be sent. */
void client_writes_fail(struct msrp_transport *t);
/* Nobody is told any more. */
void client_writes_forget(struct msrp_transport *t);
/* The connection is gone and holds none of them any more. */
void client_writes_free(struct msrp_transport *t);

#endif
