/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Heads as they may be shown to an operator, and session-ids as they may be shown anywhere.
 */
#ifndef RELAY_TRACE_MASK_H
#define RELAY_TRACE_MASK_H

#include "msrp/message.h"

/*
 * The part of a session-id that may be shown in logs, lists and traces, and by which an operator
 * names the session: anybody with the whole of it could use the session.
 */
struct slice relay_mask_session(struct slice id);

/* A line of a head, without its end; valid during the call. */
typedef void (*relay_mask_fn)(void *arg, struct slice line);

/*
 * The head of M as it may be shown: session-ids except their beginning, values of headers about
 * credentials, and those of unknown headers are replaced by "***". Lines for which there is no
 * memory are left out.
 */
void relay_mask_head(const struct msrp_message *m, relay_mask_fn fn, void *arg);

#endif
