/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Part of a session: at most one NICKNAME request of ours is under way.
 */
#ifndef CLIENT_SESSION_NICKNAME_H
#define CLIENT_SESSION_NICKNAME_H

#include "client/link/link.h"
#include "client/msrp/session.h"

/* A NICKNAME request (RFC 7701) that awaits its response; embedded in the session. */
struct client_nickname {
	struct client_request request;
	msrp_outcome_fn outcome; /* NULL: none is under way */
	void *arg;
};

/* A NICKNAME request has come: answers it. */
void client_nickname_requested(struct msrp_session *s, const struct msrp_message *m);

/* The session is over: tells the user who waits for an answer. */
void client_nickname_fail(struct msrp_session *s, const char *why);

#endif
