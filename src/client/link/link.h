/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lowest object with a connection. Transports are built on it, and an AUTH has one until its
 * transport takes over.
 */
#ifndef CLIENT_LINK_LINK_H
#define CLIENT_LINK_LINK_H

#include "client/link/context.h"
#include "client/link/logger.h"
#include "client/link/trace.h"
#include "msrp/conn.h"
#include "msrp/message.h"
#include "msrp/transaction.h"
#include "net/connection/connection.h"
#include "net/connection/handoff.h"

/* A request of ours that awaits its response. Embedded in whatever waits. */
struct client_request {
	struct msrp_transaction transaction;
	/*
	 * RESPONSE is NULL if there was none in time. The link has forgotten the request by then.
	 */
	void (*answered)(struct client_request *request, const struct msrp_message *response);
	bool awaited; /* in the link's table */
};

/* The user of a link. Requests come by head, body and end; responses go to their requests. */
struct client_link_user {
	void (*opened)(void *arg);
	void (*head)(void *arg, const struct msrp_message *m);
	/*
	 * A response to none of the link's requests. Returns whether its body and end are wanted.
	 */
	bool (*response)(void *arg, const struct msrp_message *m);
	void (*body)(void *arg, const uint8_t *bytes, size_t len);
	void (*end)(void *arg, char flag);
	/* The queue has fallen below its low mark. Do not write from here. */
	void (*room)(void *arg);
	void (*flushed)(void *arg); /* the socket has taken everything sent so far */
	bool (*want_read)(void *arg);
	/* The last callback. ERR as in client/msrp.h. */
	void (*closed)(void *arg, int err, const char *why);
};

/* One MSRP connection of an endpoint: joins net's bytes to msrp's messages. */
struct client_link {
	struct msrp_context *context;
	struct net_conn *net; /* NULL once closed */
	struct msrp_conn conn;
	struct msrp_transactions transactions;
	struct client_timer timer;	     /* for the oldest transaction */
	const struct client_link_user *user; /* NULL once abandoned */
	void *arg;
	uint64_t n_received; /* octets received */
	bool is_open;
	bool eof;	  /* the other side has closed */
	bool behind;	  /* see client_link_is_behind() */
	bool in_response; /* whose body and end are not wanted */
	/*
	 * While nobody consumes the input, it is fed octet by octet, so that none is fed after a
	 * pause; the rest waits in EARLY.
	 */
	bool careful;
	bool paused;
	struct buf early;
	int early_err; /* what feeding it gave; 0: no error */
	struct client_timer early_timer;
	char local[NET_ADDRESS_TEXT_MAX];
	char peer[NET_ADDRESS_TEXT_MAX];
	const struct msrp_logger *logger;
	struct msrp_log_source source; /* points to local and peer */
	struct client_trace received;
	struct client_sent_trace *sent; /* NULL: nobody traces the output */
	struct client_garbage garbage;
};

/* OPTIONS as for net_conn_connect(). Returns 0, or a negative errno without a callback. */
int client_link_connect(struct msrp_context *context, const struct net_connect_options *options,
			const struct client_link_user *user, void *arg,
			struct client_link **ret_link);

/*
 * Takes over an open connection, even if it fails; opened() is called again, and then what was read
 * from it is fed.
 */
int client_link_attach(struct msrp_context *context, struct net_handoff *handoff,
		       const struct client_link_user *user, void *arg,
		       struct client_link **ret_link);

/* Reports all input and output to LOGGER. Call it before there is any. */
void client_link_use_logger(struct client_link *link, const struct msrp_logger *logger);

/* Closes at once; may be called from anywhere. No callback follows. Returns NULL; NULL is fine. */
struct client_link *client_link_free(struct client_link *link);

/* Sends pending output, then closes. */
void client_link_close(struct client_link *link);
/* Closes without sending anything. */
void client_link_abort(struct client_link *link);

/* Call when there is something to send, or when want_read() changes. */
void client_link_kick(struct client_link *link);

/* Stops taking input until somebody who consumes it resumes the link. */
void client_link_pause(struct client_link *link);
void client_link_resume(struct client_link *link);

/*
 * Are too many answers waiting to be sent? A peer that does not read them gets no more read from
 * it. Queued requests do not count: both sides may have many, and would wait for each other.
 */
bool client_link_is_behind(struct client_link *link);

/*
 * REQUEST awaits the response to the transaction ID. client_link_request_sent() starts the time,
 * the context's response_timeout_ms. Requests with a time of their own have their own timer.
 */
void client_link_await(struct client_link *link, struct client_request *request, const char *id);
void client_link_request_sent(struct client_link *link, struct client_request *request);
void client_link_forget(struct client_link *link, struct client_request *request);

/*
 * A message has been added to the connection's control buffer, which held LEN bytes before: sends
 * it. Or returns -ENOMEM, and the buffer is as it was.
 */
int client_link_written(struct client_link *link, size_t len);

/* The destination of a response; RFC 4975 7.2. */
struct client_answer {
	struct slice id;
	struct slice to_path;
	struct slice from_path;
};

/* Appends the response; COMMENT NULL: that of RFC 4975. */
void client_answer_write(const struct client_answer *answer, unsigned status, const char *comment,
			 struct buf *out);

void client_link_respond(struct client_link *link, const struct client_answer *answer,
			 unsigned status, const char *comment);

#endif
