/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lowest object with a connection. Transports stand on it, and an AUTH has one until its
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

/* A request of ours whose response is awaited. Embedded in whatever waits. */
struct client_request {
	struct msrp_transaction transaction;
	/* RESPONSE is NULL when there was none in time. The request is no longer the link's. */
	void (*answered)(struct client_request *request, const struct msrp_message *response);
	bool awaited; /* in the link's table */
};

/* What sits above a link. Requests come by head, body and end; responses go to their requests. */
struct client_link_user {
	void (*opened)(void *arg);
	void (*head)(void *arg, const struct msrp_message *m);
	/* A response that no request of the link's waits for. Are its body and end asked for? */
	bool (*response)(void *arg, const struct msrp_message *m);
	void (*body)(void *arg, const uint8_t *bytes, size_t len);
	void (*end)(void *arg, char flag);
	/* The queue has fallen below its low mark. Not a place to write from. */
	void (*room)(void *arg);
	void (*flushed)(void *arg); /* all that was sent so far, the socket has */
	bool (*want_read)(void *arg);
	/* The last one. ERR as in client/msrp.h. */
	void (*closed)(void *arg, int err, const char *why);
};

/* One MSRP connection of an endpoint: joins net's bytes to msrp's messages. */
struct client_link {
	struct msrp_context *context;
	struct net_conn *net; /* NULL once it is closed */
	struct msrp_conn conn;
	struct msrp_transactions transactions;
	struct client_timer timer;	     /* for the oldest transaction */
	const struct client_link_user *user; /* NULL once it is given up */
	void *arg;
	uint64_t n_received; /* octets that have come */
	bool is_open;
	bool eof;	  /* the other side has closed */
	bool behind;	  /* see client_link_is_behind() */
	bool in_response; /* of which body and end are of no interest */
	/*
	 * As long as nobody receives what comes, each octet is taken for itself, so that nothing is
	 * when it is paused; what has come by then waits in EARLY.
	 */
	bool careful;
	bool paused;
	struct buf early;
	int early_err; /* that came of it; 0: none */
	struct client_timer early_timer;
	char local[NET_ADDRESS_TEXT_MAX];
	char peer[NET_ADDRESS_TEXT_MAX];
	const struct msrp_logger *logger;
	struct msrp_log_source source; /* points to local and peer */
	struct client_trace received;
	struct client_sent_trace *sent; /* NULL: nobody is told of what goes */
	struct client_garbage garbage;
};

/* OPTIONS as for net_conn_connect(). 0 or a negative errno, and then no callback. */
int client_link_connect(struct msrp_context *context, const struct net_connect_options *options,
			const struct client_link_user *user, void *arg,
			struct client_link **ret_link);

/*
 * Takes over a connection that was open elsewhere, also when it fails; opened() comes again, and
 * what was read of it.
 */
int client_link_attach(struct msrp_context *context, struct net_handoff *handoff,
		       const struct client_link_user *user, void *arg,
		       struct client_link **ret_link);

/* Tells LOGGER of all that comes and goes; before anything does. */
void client_link_use_logger(struct client_link *link, const struct msrp_logger *logger);

/* Closes at once; from anywhere. No callback comes any more. Returns NULL; NULL is fine. */
struct client_link *client_link_free(struct client_link *link);

/* Sends what waits, then closes. */
void client_link_close(struct client_link *link);
/* The same without sending anything. */
void client_link_abort(struct client_link *link);

/* There is something to send, or want_read() answers otherwise. */
void client_link_kick(struct client_link *link);

/* Takes nothing more in, until somebody resumes it who receives what comes. */
void client_link_pause(struct client_link *link);
void client_link_resume(struct client_link *link);

/*
 * Do more answers wait than should? Whoever does not read them is not asked
 * for more. What is queued to be sent does not count: both sides may have a lot
 * of that, and would wait for each other.
 */
bool client_link_is_behind(struct client_link *link);

/*
 * REQUEST waits for a response to the transaction ID. For how long is said by
 * client_link_request_sent(): the context's response_timeout_ms from then on.
 * Requests with a time of their own have a timer of their own. 0 or -ENOMEM.
 */
int client_link_await(struct client_link *link, struct client_request *request, const char *id);
void client_link_request_sent(struct client_link *link, struct client_request *request);
void client_link_forget(struct client_link *link, struct client_request *request);

/*
 * A message has been added to the connection's control buffer, which held LEN
 * bytes before: it is on its way. Or -ENOMEM, and the buffer is as it was.
 */
int client_link_written(struct client_link *link, size_t len);

/* Who a response goes to; RFC 4975 7.2. */
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
