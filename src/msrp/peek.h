/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A look at the start of a connection, before anybody has it: what is its first request
 * for? The worker or the session that it is for then gets everything that has come.
 * It is fed with octets, wherever they come from, and looks at none of them twice.
 */
#ifndef MSRP_PEEK_H
#define MSRP_PEEK_H

#include "msrp/head_scan.h"
#include "msrp/message.h"

/* Zeroed, it has seen nothing yet. */
struct msrp_peek {
	struct msrp_split_head *split; /* what has come and was not enough; NULL: nothing */
	struct slice all;	       /* see below */
};

void msrp_peek_done(struct msrp_peek *peek);

/*
 * Adds the LEN octets at IN, and says where the first request wants to go: 0, with the first
 * URI of its To-Path as soon as that line is complete; MSRP_MORE: it cannot be told yet;
 * MSRP_BAD: what comes is no request, or has no such line; or -ENOMEM. More than
 * MSRP_HEAD_MAX octets are never asked for.
 *
 * After 0 and MSRP_BAD, peek->all and the slices of what was found are good for as long as
 * both IN and PEEK are, and PEEK is not to be fed any more.
 */
int msrp_peek_to_path(struct msrp_peek *peek, const uint8_t *in, size_t len,
		      struct msrp_uri_slices *ret_to);

/*
 * The same for the whole head of the first message, which may be a response. One that is
 * beyond a limit has m->problem, like that of a parser.
 */
int msrp_peek_head(struct msrp_peek *peek, const uint8_t *in, size_t len,
		   struct msrp_message *ret_m);

#endif
