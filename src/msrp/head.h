/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The meaning of the lines that head_scan.h has found: the last step of the parser before it tells
 * its user of a message.
 */
#ifndef MSRP_HEAD_H
#define MSRP_HEAD_H

#include "base/slice.h"
#include "msrp/ident.h"
#include "msrp/message.h"

enum {
	/*
	 * The longest malformed transaction id that can still frame its message: twice what RFC
	 * 4975 permits, because some clients send that.
	 */
	MSRP_FRAME_ID_MAX = 2 * MSRP_IDENT_MAX,
};

/*
 * The lines of a head, without their CRLF, become a message. The parser calls, in this order: id,
 * start, paths, a header each, finish. Lines come whole, so nothing here knows about the stream.
 *
 * Start and paths return 0 or MSRP_BAD, with *ret_problem in words: without them there is nobody to
 * answer. Other mistakes are kept in m->problem.
 */

/* Finds the id that the end-line will have to repeat. False: this does not frame a message. */
bool msrp_head_find_id(struct slice start_line, struct slice *ret_id);

int msrp_head_parse_start(struct slice line, struct msrp_message *m, const char **ret_problem);
int msrp_head_parse_paths(struct slice to_line, struct slice from_line, struct msrp_message *m,
			  const char **ret_problem);
void msrp_head_add_header(struct msrp_message *m, struct slice line);
void msrp_head_finish(struct msrp_message *m);

#endif
