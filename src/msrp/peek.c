/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See peek.h. Finds lines as the parser does, so that both read the same head.
 */
#include "msrp/peek.h"

#include <errno.h>

#include "msrp/head.h"
#include "msrp/result.h"

/* One run of the search: over the new input, after everything before it. */
struct look {
	struct msrp_head_scan scan;
	size_t lines_before;
	const char *head;
	int found; /* the result of msrp_head_scan_run() */
	const char *problem;
};

void msrp_peek_done(struct msrp_peek *peek)
{
	peek->split = msrp_split_head_free(peek->split);
	peek->all = slice_from(NULL);
}

/* Takes the new input. Returns 0 or -ENOMEM. */
static int take_octets(struct msrp_peek *peek, const uint8_t *in, size_t len, struct look *ret_look)
{
	struct look look = { .problem = NULL };

	peek->all = slice_make(in, len);
	msrp_head_scan_init(&look.scan);
	if (peek->split) {
		buf_add(&peek->split->bytes, in, len);
		if (buf_failed(&peek->split->bytes))
			return -ENOMEM;
		peek->all = buf_slice(&peek->split->bytes);
		look.scan = peek->split->scan;
	}
	look.lines_before = look.scan.n_lines;
	look.head = peek->all.p;
	look.found = MSRP_MORE;
	if (peek->all.len > 0)
		look.found =
		    msrp_head_scan_run(&look.scan, look.head, peek->all.len, &look.problem);
	*ret_look = look;
	return 0;
}

/* Keeps the input, because it is not enough yet. */
static int keep_look(struct msrp_peek *peek, const struct look *look)
{
	if (peek->all.len == 0)
		return MSRP_MORE;
	if (peek->split)
		peek->split->scan = look->scan;
	else
		peek->split = msrp_split_head_new(NULL, &look->scan, (const uint8_t *)peek->all.p,
						  peek->all.len);
	if (!peek->split)
		return -ENOMEM;
	peek->all = buf_slice(&peek->split->bytes);
	return MSRP_MORE;
}

static bool begins_request(const struct look *look)
{
	struct msrp_message m;
	const char *problem;

	return msrp_head_parse_start(msrp_head_scan_line(&look->scan, look->head, 0), &m,
				     &problem) == 0 &&
	       m.is_request;
}

static int read_to_path(struct slice line, struct msrp_uri_slices *ret_to)
{
	struct msrp_header_slices h;

	if (!msrp_header_split(line, &h) || h.id != MSRP_H_TO_PATH)
		return MSRP_BAD;
	return msrp_uri_parse(slice_first(h.value, slice_find(h.value, ' ')), ret_to) ? MSRP_BAD
										      : 0;
}

int msrp_peek_to_path(struct msrp_peek *peek, const uint8_t *in, size_t len,
		      struct msrp_uri_slices *ret_to)
{
	struct look look;
	int err = take_octets(peek, in, len, &look);

	if (err)
		return err;
	/* Check only once, however long the second line takes to come. */
	if (look.lines_before == 0 && look.scan.n_lines > 0 && !begins_request(&look))
		return MSRP_BAD;
	/* The lines after the second, readable or not, change nothing. */
	if (look.scan.n_lines > 1)
		return read_to_path(msrp_head_scan_line(&look.scan, look.head, 1), ret_to);
	return look.found == MSRP_MORE ? keep_look(peek, &look) : MSRP_BAD;
}

int msrp_peek_head(struct msrp_peek *peek, const uint8_t *in, size_t len,
		   struct msrp_message *ret_m)
{
	struct look look;
	const char *problem;
	size_t n;
	int err = take_octets(peek, in, len, &look);

	if (err)
		return err;
	if (look.found == MSRP_MORE)
		return keep_look(peek, &look);
	n = look.found == 0 ? look.scan.n_lines - 1 : msrp_head_scan_readable(&look.scan);
	if (look.found == MSRP_BAD || n == 0 ||
	    msrp_head_scan_read(&look.scan, look.head, n, ret_m, &problem) != 0)
		return MSRP_BAD;
	ret_m->has_body = look.found != 0 || msrp_head_scan_line(&look.scan, look.head, n).len == 0;
	if (look.problem)
		ret_m->problem = look.problem;
	return 0;
}
