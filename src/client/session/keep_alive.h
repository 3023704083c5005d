/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Part of a session that finds out that the other side has gone, through a relay, too.
 */
#ifndef CLIENT_SESSION_KEEP_ALIVE_H
#define CLIENT_SESSION_KEEP_ALIVE_H

#include "client/link/link.h"

struct msrp_session;

/*
 * Tells from time to time that we are there, and finds out whether the other side still is: for
 * the user of a session, who asked for it and wants an answer; and for a stream, of which the other
 * side may well not read for minutes, so that there only bad news count.
 */
struct client_keep_alive {
	unsigned interval_ms; /* 0: it does not */
	bool only_bad_news;   /* silence says nothing, and nobody is told while others things go */
	struct client_timer timer;
	struct client_request request;
	char message_id[MSRP_IDENT_LEN + 1]; /* of the last one; "": there was none */
	uint64_t received;		     /* octets that had come when it was written */
	uint64_t written_end;		     /* where in the output it ends, at the latest */
	bool doubtful;			     /* its answer may be there without having been read */
};

/* For a session that is not over. Every INTERVAL_MS in which nothing was sent, with only bad news
 * (RFC 4975 7.1.2, partial). */
void client_keep_alive_start(struct msrp_session *s, unsigned interval_ms, bool only_bad_news);

void client_keep_alive_stop(struct msrp_session *s);

/* Takes a REPORT if it is about a keep-alive. */
bool client_keep_alive_report(struct msrp_session *s, const struct msrp_message *m);

#endif
