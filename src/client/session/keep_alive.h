/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_SESSION_KEEP_ALIVE_H
#define CLIENT_SESSION_KEEP_ALIVE_H

#include "client/link/link.h"

struct msrp_session;

/* Asks the other side from time to time whether it is still there. */
struct client_keep_alive {
	unsigned interval_ms; /* 0: it does not */
	struct client_timer timer;
	struct client_request request;
	char message_id[MSRP_IDENT_LEN + 1]; /* of the last one; "": there was none */
	uint64_t received;		     /* octets that had come when it was written */
	uint64_t written_end;		     /* where in the output it ends, at the latest */
	bool doubtful;			     /* its answer may be there without having been read */
};

void client_keep_alive_stop(struct msrp_session *s);

/* Takes a REPORT if it is about a keep-alive. */
bool client_keep_alive_report(struct msrp_session *s, const struct msrp_message *m);

#endif
