/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_CALL_H
#define CLIENT_CALL_H

#include "client/pair.h"
#include "client/script.h"

/*
 * A session that has called a scripted endpoint, which lets it bind. Only the caller of the pair is
 * used.
 */
struct call {
	struct pair pair;
	struct script script;
	char path[64];	      /* the script's */
	script_fn on_message; /* for everything after the binding; NULL: it is silent */
	void *data;
};

/*
 * OPTIONS as for pair_init(). COMPLETED makes a session; NULL: that of the caller. Set ON_MESSAGE,
 * DATA and pair.caller's accept_types before.
 */
void call_start(struct call *c, const struct msrp_context_options *options,
		msrp_completed_fn completed, void *arg);
void call_done(struct call *c);

/*
 * Makes the script send a request: METHOD, the paths, HEADERS, which are lines with CRLF, and BODY
 * unless it is NULL. Its transaction id is abcd.
 */
void call_request(struct call *c, const char *method, const char *headers, const char *body,
		  char flag);

#endif
