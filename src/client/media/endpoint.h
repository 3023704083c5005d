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

/* The differences between kinds of endpoints. */
struct client_endpoint_kind {
	/* LOCAL has our path: adds the rest of the SDP, and reports it. */
	void (*initialized)(struct client_endpoint *e, struct msrp_sdp_media *local);
	/*
	 * Makes e->session; takes over TRANSPORT, even if it fails. Returns 0 or a negative errno.
	 */
	int (*open)(struct client_endpoint *e, struct msrp_transport *transport);
	void (*started)(struct client_endpoint *e);
	/* Called at the end; failed and why have the reason. */
	void (*ended)(struct client_endpoint *e);
	/* Frees the whole object, once none of it is in use. */
	void (*free)(struct client_endpoint *e);
};

/*
 * One end of a session, for objects that lead their user from one session description to the other:
 * first a connector, then the session. Embedded.
 */
struct client_endpoint {
	const struct client_endpoint_kind *kind;
	struct msrp_context *context;
	struct msrp_connector *connector; /* NULL once it has a session */
	struct msrp_session *session;	  /* NULL before and after */
	enum client_endpoint_state state;
	enum msrp_setup setup; /* for SDP */
	int failed;	       /* why it ends; 0: on request */
	char why[256];
	struct client_timer later; /* reports an end that is known before the caller has returned */
	bool gone;
	struct client_garbage garbage;
};

/* Takes over CONNECTOR. */
void client_endpoint_init(struct client_endpoint *e, const struct client_endpoint_kind *kind,
			  struct msrp_connector *connector);

/* Prepares the connector: initialized() follows, or the end. Returns 0 or a negative errno. */
int client_endpoint_prepare(struct client_endpoint *e, const struct msrp_local_uri *local);

/*
 * Makes the session: started() follows, or the end. Returns -EINVAL or -EALREADY in another state.
 */
int client_endpoint_start(struct client_endpoint *e, const char *remote_path);

/* May it start? Returns 0, -EINVAL or -EALREADY. */
int client_endpoint_check_start(const struct client_endpoint *e);

/*
 * Ends now. Call it only from the loop, as in a callback of the connector or the session. ERR 0 is
 * an orderly end.
 */
void client_endpoint_finish(struct client_endpoint *e, int err, const char *why);

/* Ends as soon as everything given to the session has been sent. ERR as above. */
void client_endpoint_close(struct client_endpoint *e, int err, const char *why);

/* For the session's closed(): frees the session. */
void client_endpoint_closed(struct client_endpoint *e, int err, const char *why);

/* At any time: ends at once without a report, and frees. */
void client_endpoint_free(struct client_endpoint *e);

/*
 * Replaces *RET_COPY by a copy of TEXT; NULL for NULL. False without memory; the old text is freed
 * anyway.
 */
bool client_copy_text(char **ret_copy, const char *text);

#endif
