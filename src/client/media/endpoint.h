/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connector, then a session, behind one object: the lower half of chats and file transfers.
 */
#ifndef CLIENT_MEDIA_ENDPOINT_H
#define CLIENT_MEDIA_ENDPOINT_H

#include "client/link/context.h"
#include "client/msrp/media.h"

/*
 *     NEW --initialize--> INITIALIZING --> INITIALIZED --start--> STARTING --> STARTED
 *
 * and ENDING, ENDED from any of them.
 */
enum client_endpoint_state {
	CLIENT_ENDPOINT_NEW,
	CLIENT_ENDPOINT_INITIALIZING,
	CLIENT_ENDPOINT_INITIALIZED,
	CLIENT_ENDPOINT_STARTING,
	CLIENT_ENDPOINT_STARTED,
	CLIENT_ENDPOINT_ENDING,
	CLIENT_ENDPOINT_ENDED,
};

struct client_endpoint;

/* What the kinds of endpoints do differently. */
struct client_endpoint_kind {
	/* LOCAL says where we are reached: adds the rest of what to say in SDP, and tells it. */
	void (*initialized)(struct client_endpoint *e, struct msrp_sdp_media *local);
	/* Makes e->session; TRANSPORT is taken over, also when it fails. 0 or a negative errno. */
	int (*open)(struct client_endpoint *e, struct msrp_transport *transport);
	void (*started)(struct client_endpoint *e);
	/* It is over; failed and why say how. */
	void (*ended)(struct client_endpoint *e);
	/* Frees the whole, once nothing of it is in use. */
	void (*free)(struct client_endpoint *e);
};

/*
 * One end of a session, for those who lead their user from one description of
 * the session to the other: a connector first, then the session. Embedded.
 */
struct client_endpoint {
	const struct client_endpoint_kind *kind;
	struct msrp_context *context;
	struct msrp_connector *connector; /* NULL once it has a session */
	struct msrp_session *session;	  /* NULL before and after */
	enum client_endpoint_state state;
	enum msrp_setup setup; /* for SDP */
	int failed;	       /* why it ends; 0: because it was asked to */
	char why[256];
	struct client_timer later; /* tells the end that is known before the caller has returned */
	bool gone;
	struct client_garbage garbage;
};

/* Takes over CONNECTOR. */
void client_endpoint_init(struct client_endpoint *e, const struct client_endpoint_kind *kind,
			  struct msrp_connector *connector);

/* Prepares the connector: initialized() follows, or the end. 0 or a negative errno. */
int client_endpoint_prepare(struct client_endpoint *e, const struct msrp_local_uri *local);

/* Has the session made: started() follows, or the end. -EINVAL or -EALREADY in another state. */
int client_endpoint_start(struct client_endpoint *e, const char *remote_path);

/* May it start? 0, -EINVAL or -EALREADY. */
int client_endpoint_check_start(const struct client_endpoint *e);

/*
 * The end, now: only where the loop is below, as in a callback of the
 * connector's or the session's. ERR 0 is a good one.
 */
void client_endpoint_finish(struct client_endpoint *e, int err, const char *why);

/* The end, as soon as what was given to the session has been sent. ERR as above. */
void client_endpoint_close(struct client_endpoint *e, int err, const char *why);

/* For the session's closed(): it is given back. */
void client_endpoint_closed(struct client_endpoint *e, int err, const char *why);

/* At any moment: ends at once, tells nothing, and frees. */
void client_endpoint_free(struct client_endpoint *e);

/* A copy in the place of the last; NULL of NULL. False without memory; it is to be freed anyway. */
bool client_copy_text(char **ret_copy, const char *text);

#endif
