/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For an operator who has to see what two sides say to each other: the heads of
 * messages of one user or one session, as they come and as they go, line by line
 * through the host's trace(). Never bodies. Credentials, unknown headers and all
 * of a session-id but its beginning are masked. A connection that nobody traces
 * pays with one look at a pointer for each head.
 */
#ifndef RELAY_TRACE_TRACE_H
#define RELAY_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "relay/relay.h"

enum relay_trace_kind {
	RELAY_TRACE_USER,    /* connections that hold sessions of it, or try to get one */
	RELAY_TRACE_SESSION, /* what is addressed to it, or comes from it */
	RELAY_TRACE_CALL,    /* the same of a call, by its call-id, which may be yet to come */
};

enum {
	RELAY_TRACES_MAX = 8, /* at a time; each is compared with what is traced */
};

/* A session is named by its whole id, which has to be there. HEADS: so many are
 * told, and then no more. 0, -ENOSPC or -ENOMEM. */
int relay_trace_start(struct relay *relay, enum relay_trace_kind kind, struct slice name,
		      uint64_t heads);

/*
 * For relay_tick(): a trace of a user begins with some of the sessions at a time, when there are
 * many. True: there are more.
 */
bool relay_trace_go_on(struct relay *relay);

/* Ends all traces. */
void relay_trace_stop(struct relay *relay);

struct relay_trace_view {
	enum relay_trace_kind kind;
	struct slice name; /* a session-id as a whole is a secret */
	uint64_t heads;	   /* that may still come */
};

/* The trace numbered I. False: there are not so many. */
bool relay_trace_view(const struct relay *relay, size_t i, struct relay_trace_view *ret_view);

#endif
