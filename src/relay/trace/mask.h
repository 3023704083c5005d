/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heads as they may be shown to an operator, and session-ids as they may be seen anywhere. */
#ifndef RELAY_TRACE_MASK_H
#define RELAY_TRACE_MASK_H

#include "msrp/message.h"

/*
 * As much of a session-id as may be seen, in logs, lists and traces, and by which an operator
 * names the session: with the whole of it anybody could use the session.
 */
struct slice relay_mask_session(struct slice id);

/* A line of a head, without its end; valid during the call. */
typedef void (*relay_mask_fn)(void *arg, struct slice line);

/*
 * The head of M as it may be shown: all but the beginning of session-ids, the
 * values of headers about credentials, and those of headers that nobody knows are
 * replaced by "***". Lines for which there is no memory are left out.
 */
void relay_mask_head(const struct msrp_message *m, relay_mask_fn fn, void *arg);

#endif
