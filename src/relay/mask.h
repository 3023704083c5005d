/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_MASK_H
#define RELAY_MASK_H

#include "msrp/message.h"

enum {
	RELAY_MASK_KEEP = 6, /* characters of a session-id that may be seen: its name in the log */
};

/* A line of a head, without its end; valid during the call. */
typedef void (*relay_mask_fn)(void *arg, struct slice line);

/*
 * The head of M as it may be shown: all but the beginning of session-ids, the
 * values of headers about credentials, and those of headers that nobody knows are
 * replaced by "***". Lines for which there is no memory are left out.
 */
void relay_mask_head(const struct msrp_message *m, relay_mask_fn fn, void *arg);

#endif
