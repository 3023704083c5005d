/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Enforces the limits on a head, octets and lines, before anything is interpreted. No octet is read
 * twice.
 */
#include "msrp/head_scan.h"

#include <assert.h>
#include <string.h>

#include "base/store.h"
#include "msrp/head.h"
#include "msrp/result.h"

enum {
	HYPHENS = 7,
	CRLF = 2,
};

static_assert(MSRP_HEAD_MAX == 16384 && MSRP_HEADERS_MAX == 64, "the words below say so");

void msrp_head_scan_init(struct msrp_head_scan *s)
{
	s->scanned = 0;
	s->n_lines = 0;
}

/*
 * Garbage is recognised by its first bytes, without waiting for the end of a line that may never
 * come.
 */
static bool may_be_start_line(const char *head, size_t len)
{
	static const char start[] = "MSRP ";

	return memcmp(head, start, len < sizeof(start) - 1 ? len : sizeof(start) - 1) == 0;
}

static size_t line_start(const struct msrp_head_scan *s, size_t line)
{
	return line > 0 ? s->line_end[line - 1] + CRLF : 0;
}

/* The blank line before a body, or the end-line of a message without one. */
static bool ends_head(const char *line, size_t len)
{
	return len == 0 || (len >= HYPHENS && memcmp(line, "-------", HYPHENS) == 0);
}

static int fail_scan(int result, const char *problem, const char **ret_problem)
{
	*ret_problem = problem;
	return result;
}

int msrp_head_scan_run(struct msrp_head_scan *s, const char *head, size_t len,
		       const char **ret_problem)
{
	if (!may_be_start_line(head, len))
		return fail_scan(MSRP_BAD, "not MSRP", ret_problem);
	while (s->scanned < len) {
		const char *lf = memchr(head + s->scanned, '\n', len - s->scanned);
		size_t end = lf ? (size_t)(lf - head) : len;
		size_t start = line_start(s, s->n_lines);

		if (end >= MSRP_HEAD_MAX)
			return fail_scan(MSRP_TOO_LONG, "the head is longer than 16384 octets",
					 ret_problem);
		s->scanned = end;
		if (!lf)
			break;
		if (end == start || head[end - 1] != '\r')
			return fail_scan(MSRP_BAD, "a line ends without CRLF", ret_problem);
		if (s->n_lines == MSRP_LINES_MAX)
			return fail_scan(MSRP_TOO_LONG, "more than 64 header lines", ret_problem);
		s->line_end[s->n_lines++] = (uint16_t)(end - 1);
		s->scanned = end + 1;
		if (ends_head(head + start, end - 1 - start))
			return 0;
	}
	return MSRP_MORE;
}

struct slice msrp_head_scan_line(const struct msrp_head_scan *s, const char *head, size_t line)
{
	size_t start = line_start(s, line);

	return slice_make(head + start, s->line_end[line] - start);
}

size_t msrp_head_scan_readable(const struct msrp_head_scan *s)
{
	return s->n_lines < MSRP_LINES_MAX ? s->n_lines : MSRP_LINES_MAX - 1;
}

int msrp_head_scan_read(const struct msrp_head_scan *s, const char *head, size_t n,
			struct msrp_message *ret_m, const char **ret_problem)
{
	int err = msrp_head_parse_start(msrp_head_scan_line(s, head, 0), ret_m, ret_problem);

	if (err)
		return err;
	if (n < 3)
		return fail_scan(MSRP_BAD, "To-Path or From-Path is missing", ret_problem);
	err = msrp_head_parse_paths(msrp_head_scan_line(s, head, 1),
				    msrp_head_scan_line(s, head, 2), ret_m, ret_problem);
	if (err)
		return err;
	for (size_t i = 3; i < n; i++)
		msrp_head_add_header(ret_m, msrp_head_scan_line(s, head, i));
	msrp_head_finish(ret_m);
	return 0;
}

enum {
	SPLIT_HEAD_BLOCK = STORE_BLOCK_MIN,
};

static_assert(sizeof(struct msrp_split_head) <= SPLIT_HEAD_BLOCK, "it fits");

struct msrp_split_head *msrp_split_head_new(struct store *store, const struct msrp_head_scan *scan,
					    const uint8_t *in, size_t len)
{
	struct msrp_split_head *split = store_take(store, SPLIT_HEAD_BLOCK);

	if (!split)
		return NULL;
	*split = (struct msrp_split_head){ .scan = *scan, .bytes = { .store = store } };
	buf_add(&split->bytes, in, len);
	return buf_failed(&split->bytes) ? msrp_split_head_free(split) : split;
}

struct msrp_split_head *msrp_split_head_free(struct msrp_split_head *split)
{
	struct store *store = split ? split->bytes.store : NULL;

	if (split)
		buf_done(&split->bytes);
	store_give(store, split, SPLIT_HEAD_BLOCK);
	return NULL;
}
