/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A look at the start of a new connection: what is its first request for? The worker or session
 * concerned then gets all the input. It is fed with octets, wherever they come from, and looks at
 * none of them twice.
 */
#ifndef MSRP_PEEK_H
#define MSRP_PEEK_H

#include "msrp/head_scan.h"
#include "msrp/message.h"

/* A zeroed one has seen nothing yet. */
struct msrp_peek {
	struct msrp_split_head *split; /* the input so far; NULL: none */
	struct slice all;	       /* see below */
};

void msrp_peek_done(struct msrp_peek *peek);

/*
 * Adds the LEN octets at IN, and finds the destination of the first request. Returns 0, with the
 * first URI of its To-Path as soon as that line is complete; MSRP_MORE: not known yet; MSRP_BAD:
 * the input is not a request, or has no such line; or -ENOMEM. Never asks for more than
 * MSRP_HEAD_MAX octets.
 *
 * After 0 and MSRP_BAD, peek->all and the slices of the result are valid as long as both IN and
 * PEEK are, and PEEK must not be fed any more.
 */
int msrp_peek_to_path(struct msrp_peek *peek, const uint8_t *in, size_t len,
		      struct msrp_uri_slices *ret_to);

/*
 * Likewise for the whole head of the first message, which may be a response. One that exceeds a
 * limit has m->problem, as with a parser.
 */
int msrp_peek_head(struct msrp_peek *peek, const uint8_t *in, size_t len,
		   struct msrp_message *ret_m);

#endif
