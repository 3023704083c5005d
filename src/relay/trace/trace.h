/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For an operator who has to see what two sides say to each other: the heads of messages of one
 * user, session or call, in both directions, line by line through the host's trace(). Never bodies.
 * Credentials, unknown headers and session-ids except their beginning are masked. For an untraced
 * connection this costs one look at a pointer per head.
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
	RELAY_TRACE_SESSION, /* requests to it, or from it */
	RELAY_TRACE_CALL,    /* likewise for a call, by its call-id, which may not exist yet */
};

enum {
	RELAY_TRACES_MAX = 8, /* at a time; each is compared with everything that is traced */
};

/*
 * A session is named by its whole id, and must exist. Reports HEADS heads, and then no more.
 * Returns 0, -ENOSPC or -ENOMEM.
 */
int relay_trace_start(struct relay *relay, enum relay_trace_kind kind, struct slice name,
		      uint64_t heads);

/*
 * For relay_tick(): a trace of a user goes through a part of the sessions at a time, if there are
 * many. True: there are more.
 */
bool relay_trace_go_on(struct relay *relay);

/* Ends all traces. */
void relay_trace_stop(struct relay *relay);

struct relay_trace_view {
	enum relay_trace_kind kind;
	struct slice name; /* a whole session-id is a secret */
	uint64_t heads;	   /* that may still come */
};

/* The trace at index I. False: there are not so many. */
bool relay_trace_view(const struct relay *relay, size_t i, struct relay_trace_view *ret_view);

#endif
