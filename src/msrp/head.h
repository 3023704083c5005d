/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MSRP_HEAD_H
#define MSRP_HEAD_H

#include "base/slice.h"
#include "msrp/message.h"

/*
 * The lines of a head, without their CRLF, become a message. What the parser
 * calls in this order: start, paths, a header each, finish. Lines are given to
 * it whole, so nothing here knows about the stream.
 *
 * Those that can fail return 0, MSRP_BAD or MSRP_TOO_LONG, with *ret_problem
 * in words: without a start line and both paths there is nobody to answer.
 * What is wrong with any other header is kept in m->problem.
 */
int msrp_head_parse_start(struct slice line, struct msrp_message *m, const char **ret_problem);
int msrp_head_parse_paths(struct slice to_line, struct slice from_line, struct msrp_message *m,
			  const char **ret_problem);
void msrp_head_add_header(struct msrp_message *m, struct slice line);
void msrp_head_finish(struct msrp_message *m);

#endif
