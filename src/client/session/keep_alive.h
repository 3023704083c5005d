/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of a session that notices when the other side has gone, through a relay, too.
 */
#ifndef CLIENT_SESSION_KEEP_ALIVE_H
#define CLIENT_SESSION_KEEP_ALIVE_H

#include "client/link/link.h"

struct msrp_session;

/*
 * Shows from time to time that we are there, and finds out whether the other side still is: for the
 * user of a session, who asked for it and wants an answer; and for a stream, whose other side may
 * well not read for minutes, so that only bad news counts.
 */
struct client_keep_alive {
	unsigned interval_ms; /* 0: off */
	bool only_bad_news;   /* silence means nothing; none is sent while other data is */
	struct client_timer timer;
	struct client_request request;
	char message_id[MSRP_IDENT_LEN + 1]; /* of the last one; "": none */
	uint64_t received;		     /* octets received when it was written */
	uint64_t written_end;		     /* where it ends in the output, at the latest */
	bool doubtful;			     /* its answer may have arrived without being read */
};

/*
 * For a session that is not over. Sends one after each INTERVAL_MS in which nothing was sent,
 * asking for bad news only (RFC 4975 7.1.2, partial) if ONLY_BAD_NEWS.
 */
void client_keep_alive_start(struct msrp_session *s, unsigned interval_ms, bool only_bad_news);

void client_keep_alive_stop(struct msrp_session *s);

/* Takes a REPORT if it is about a keep-alive. */
bool client_keep_alive_report(struct msrp_session *s, const struct msrp_message *m);

#endif
