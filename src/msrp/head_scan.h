/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MSRP_HEAD_SCAN_H
#define MSRP_HEAD_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "msrp/message.h"

enum {
	/* Start line, To-Path, From-Path, headers, and the line that ends the head. */
	MSRP_LINES_MAX = 3 + MSRP_HEADERS_MAX + 1,
};

/* The search for the end of a head, and the lines that were found on the way. */
struct msrp_head_scan {
	size_t scanned;			   /* bytes of the head that have been looked at */
	size_t n_lines;			   /* complete lines among them */
	uint16_t line_end[MSRP_LINES_MAX]; /* where each one's CR stands */
};

void msrp_head_scan_init(struct msrp_head_scan *s);

/*
 * Goes on among the LEN bytes there are of HEAD, from where it left off the
 * last time. 0: found, and the last line is the one that ends the head.
 * MSRP_MORE: it is not there yet. MSRP_BAD or MSRP_TOO_LONG, with *ret_problem:
 * it cannot be read beyond the lines that were found.
 */
int msrp_head_scan_run(struct msrp_head_scan *s, const char *head, size_t len,
		       const char **ret_problem);

/* A line without its CRLF. */
struct slice msrp_head_scan_line(const struct msrp_head_scan *s, const char *head, size_t line);

#endif
