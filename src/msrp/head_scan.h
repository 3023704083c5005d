/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the lines of a head in octets that come in any portions: the first step of the parser, and
 * of peek.c, which looks before anything is parsed.
 */
#ifndef MSRP_HEAD_SCAN_H
#define MSRP_HEAD_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "msrp/message.h"

enum {
	/* Start line, To-Path, From-Path, headers, and the line that ends the head. */
	MSRP_LINES_MAX = 3 + MSRP_HEADERS_MAX + 1,
};

/* The search for the end of a head, and the lines found so far. */
struct msrp_head_scan {
	size_t scanned;			   /* bytes of the head searched so far */
	size_t n_lines;			   /* complete lines among them */
	uint16_t line_end[MSRP_LINES_MAX]; /* offset of each one's CR */
};

void msrp_head_scan_init(struct msrp_head_scan *s);

/*
 * Continues in the first LEN bytes of HEAD where it stopped the last time. Returns 0: found, and
 * the last line is the one that ends the head. MSRP_MORE: it has not come yet. MSRP_BAD or
 * MSRP_TOO_LONG, with *ret_problem: unreadable beyond the lines found.
 */
int msrp_head_scan_run(struct msrp_head_scan *s, const char *head, size_t len,
		       const char **ret_problem);

/* A line without its CRLF. */
struct slice msrp_head_scan_line(const struct msrp_head_scan *s, const char *head, size_t line);

/* How many lines of a head that exceeds a limit can still be read. */
size_t msrp_head_scan_readable(const struct msrp_head_scan *s);

/*
 * Turns the first N lines of HEAD, without the one that ends it, into a message, whose slices point
 * into HEAD. MSRP_BAD: there is nobody to answer, and *ret_problem says why.
 */
int msrp_head_scan_read(const struct msrp_head_scan *s, const char *head, size_t n,
			struct msrp_message *ret_m, const char **ret_problem);

/* A head that came in pieces, as far as it has come, in a block of the store of its octets. */
struct msrp_split_head {
	struct msrp_head_scan scan;
	struct buf bytes;
};

/* With the LEN octets at IN, of which SCAN knows; STORE may be NULL. NULL without memory. */
struct msrp_split_head *msrp_split_head_new(struct store *store, const struct msrp_head_scan *scan,
					    const uint8_t *in, size_t len);

/* NULL is fine. Returns NULL. */
struct msrp_split_head *msrp_split_head_free(struct msrp_split_head *split);

#endif
