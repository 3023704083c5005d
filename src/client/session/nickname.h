/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Part of a session: at most one NICKNAME request of ours is under way.
 */
#ifndef CLIENT_SESSION_NICKNAME_H
#define CLIENT_SESSION_NICKNAME_H

#include "client/link/link.h"
#include "client/msrp/session.h"

/* A NICKNAME request (RFC 7701) whose response is awaited; embedded in the session. */
struct client_nickname {
	struct client_request request;
	msrp_outcome_fn outcome; /* NULL: none is under way */
	void *arg;
};

/* A NICKNAME request came: answers it. */
void client_nickname_requested(struct msrp_session *s, const struct msrp_message *m);

/* The session is over: tells so whoever waits. */
void client_nickname_fail(struct msrp_session *s, const char *why);

#endif
