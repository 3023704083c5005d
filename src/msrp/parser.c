/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Framing is by end-line alone. The search for it never looks at an octet twice, except for those
 * of an end-line that is split between two inputs.
 */
#include "msrp/parser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "msrp/head.h"
#include "msrp/head_scan.h"
#include "msrp/result.h"

enum {
	HYPHENS = 7,
	CRLF = 2,

	/*
	 * How much is added to a split head at a time: most heads are shorter, and whatever turns
	 * out to be body is passed on from the input.
	 */
	SPLIT_STEP = 1024,
};

void msrp_parser_init(struct msrp_parser *p, const struct msrp_parser_user *user, void *arg)
{
	*p = (struct msrp_parser){ .user = user, .arg = arg, .state = MSRP_PARSER_HEAD };
}

void msrp_parser_done(struct msrp_parser *p)
{
	p->split = msrp_split_head_free(p->split);
}

bool msrp_parser_is_idle(const struct msrp_parser *p)
{
	return p->state == MSRP_PARSER_HEAD && !p->split;
}

static int bad(struct msrp_parser *p, const char *problem)
{
	p->problem = problem;
	return MSRP_BAD;
}

static void remember_end_line(struct msrp_parser *p, struct slice id)
{
	memcpy(p->end_line, "\r\n-------", CRLF + HYPHENS);
	memcpy(p->end_line + CRLF + HYPHENS, id.p, id.len);
	p->end_line_len = CRLF + HYPHENS + id.len;
}

/*
 * The CRLF of the blank line may also be the one before the end-line: some clients end an empty
 * message that way.
 */
static void start_body(struct msrp_parser *p, enum msrp_parser_tells tells)
{
	p->state = MSRP_PARSER_BODY;
	p->tells = tells;
	p->matched = CRLF;
	p->matched_skip = CRLF;
}

static int tell_body(struct msrp_parser *p, const uint8_t *bytes, size_t len)
{
	if (len == 0 || p->tells != MSRP_TELLS_ALL)
		return 0;
	return p->user->body(p->arg, bytes, len);
}

static int tell_message_end(struct msrp_parser *p, char flag)
{
	return p->tells == MSRP_TELLS_NOTHING ? 0 : p->user->end(p->arg, flag);
}

static bool is_flag(char c)
{
	return c == '$' || c == '+' || c == '#';
}

/* Is LINE "-------" id flag, with the id of this message? Returns the flag, or 0. */
static char end_line_flag(const struct msrp_parser *p, struct slice line)
{
	struct slice want = slice_make(p->end_line + CRLF, p->end_line_len - CRLF);

	if (line.len != want.len + 1 || !slice_starts_with(line, want))
		return 0;
	return is_flag(line.p[want.len]) ? line.p[want.len] : 0;
}

static int tell_unreadable(struct msrp_parser *p)
{
	const char *problem = p->problem;

	p->tells = MSRP_TELLS_NOTHING;
	p->problem = NULL;
	return p->user->unreadable ? p->user->unreadable(p->arg, problem) : 0;
}

/* Reports the head, of which N lines have come. */
static int tell_message_head(struct msrp_parser *p, const struct msrp_head_scan *scan, size_t n,
			     const char *head, bool has_body, const char *problem)
{
	struct msrp_message m;

	if (msrp_head_scan_read(scan, head, n, &m, &p->problem) != 0)
		return tell_unreadable(p);
	p->problem = NULL;
	m.has_body = has_body;
	if (problem)
		m.problem = problem;
	return p->user->head(p->arg, &m);
}

static int find_id(struct msrp_parser *p, const struct msrp_head_scan *scan, const char *head)
{
	struct slice id;

	if (!msrp_head_find_id(msrp_head_scan_line(scan, head, 0), &id))
		return bad(p, "the start line is not one");
	remember_end_line(p, id);
	return 0;
}

/* The head is complete: reports it, and its end if there is no body. */
static int finish_head(struct msrp_parser *p, const struct msrp_head_scan *scan, const char *head)
{
	size_t n = scan->n_lines - 1;
	struct slice last = msrp_head_scan_line(scan, head, n);
	char flag = 0;
	int err = find_id(p, scan, head);

	if (err)
		return err;
	p->tells = MSRP_TELLS_ALL;
	if (last.len == 0) {
		start_body(p, MSRP_TELLS_ALL);
		return tell_message_head(p, scan, n, head, true, NULL);
	}
	flag = end_line_flag(p, last);
	if (!flag)
		return bad(p, "the end-line does not match the start line");
	err = tell_message_head(p, scan, n, head, false, NULL);
	return err ? err : tell_message_end(p, flag);
}

/*
 * The rest of the head is unreadable, but its start line tells how it ends: reports the lines found
 * so far, and skips the rest, *ret_at bytes into the head.
 */
static int cut_head(struct msrp_parser *p, const struct msrp_head_scan *scan, const char *head,
		    size_t *ret_at)
{
	const char *problem = p->problem;
	size_t n = msrp_head_scan_readable(scan);
	int err;

	if (n == 0)
		return MSRP_TOO_LONG;
	err = find_id(p, scan, head);
	if (err)
		return err;
	*ret_at = scan->line_end[n - 1];
	p->state = MSRP_PARSER_BODY;
	p->tells = MSRP_TELLS_END;
	return tell_message_head(p, scan, n, head, true, problem);
}

/* The bytes that matched so far turn out to be body. */
static int release_matched(struct msrp_parser *p)
{
	const char *bytes = p->end_line + p->matched_skip;
	size_t len = p->matched - p->matched_skip;

	p->matched = 0;
	p->matched_skip = 0;
	return tell_body(p, (const uint8_t *)bytes, len);
}

/* Does C continue the match? Flag and CR are kept, in case they are body after all. */
static bool match_goes_on(struct msrp_parser *p, char c)
{
	size_t beyond;

	if (p->matched < p->end_line_len)
		return c == p->end_line[p->matched];
	beyond = p->matched - p->end_line_len;
	if (beyond == 2)
		return c == '\n';
	if (beyond == 1 ? c != '\r' : !is_flag(c))
		return false;
	p->end_line[p->matched] = c;
	return true;
}

static int finish_body(struct msrp_parser *p)
{
	char flag = p->end_line[p->end_line_len];

	p->matched = 0;
	p->matched_skip = 0;
	p->state = MSRP_PARSER_HEAD;
	return tell_message_end(p, flag);
}

/*
 * Continues an end-line whose beginning was the end of the last input. A byte that does not fit
 * ends the match, and is not consumed: as the only CR before the flag is the first byte, no other
 * match can have begun meanwhile.
 */
static int feed_match(struct msrp_parser *p, const uint8_t *in, size_t len, size_t *ret_used)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!match_goes_on(p, (char)in[i])) {
			*ret_used = i;
			return release_matched(p);
		}
		if (p->matched++ == p->end_line_len + 2) {
			*ret_used = i + 1;
			return finish_body(p);
		}
	}
	*ret_used = i;
	return 0;
}

/* How many bytes at the end of IN may begin an end-line. */
static size_t possible_match(const struct msrp_parser *p, const uint8_t *in, size_t len)
{
	size_t tail = len < p->end_line_len ? len : p->end_line_len - 1;
	const uint8_t *cr = memrchr(in + len - tail, '\r', tail);
	size_t n = cr ? (size_t)(in + len - cr) : 0;

	return n > 0 && memcmp(cr, p->end_line, n) == 0 ? n : 0;
}

/*
 * Short bodies rarely contain a CR: try the first one before memmem(), whose preparation takes
 * longer than such a body.
 */
static const uint8_t *find_end_line(const struct msrp_parser *p, const uint8_t *in, size_t len)
{
	const uint8_t *cr = memchr(in, '\r', len);
	size_t left = cr ? len - (size_t)(cr - in) : 0;

	if (left < p->end_line_len)
		return NULL;
	if (memcmp(cr, p->end_line, p->end_line_len) == 0)
		return cr;
	return memmem(cr, left, p->end_line, p->end_line_len);
}

/* Passes body on up to what looks like the end-line, which feed_match() then checks. */
static int feed_body(struct msrp_parser *p, const uint8_t *in, size_t len, size_t *ret_used)
{
	const uint8_t *found = find_end_line(p, in, len);
	size_t body = found ? (size_t)(found - in) : len - possible_match(p, in, len);

	p->matched = found ? p->end_line_len : len - body;
	*ret_used = body + p->matched;
	return tell_body(p, in, body);
}

static int feed_body_or_match(struct msrp_parser *p, const uint8_t *in, size_t len,
			      size_t *ret_used)
{
	return p->matched > 0 ? feed_match(p, in, len, ret_used) : feed_body(p, in, len, ret_used);
}

/* Parses a head that is whole in the input there; *ret_used tells how far it went. */
static int feed_head_in_place(struct msrp_parser *p, const uint8_t *in, size_t len,
			      size_t *ret_used)
{
	const char *head = (const char *)in;
	struct msrp_head_scan scan;
	int err;

	msrp_head_scan_init(&scan);
	err = msrp_head_scan_run(&scan, head, len, &p->problem);
	if (err == MSRP_MORE) {
		*ret_used = len;
		p->split = msrp_split_head_new(p->store, &scan, in, len);
		return p->split ? 0 : -ENOMEM;
	}
	if (err == MSRP_TOO_LONG)
		return cut_head(p, &scan, head, ret_used);
	if (err)
		return err;
	*ret_used = scan.scanned;
	return finish_head(p, &scan, head);
}

/* The gathered part of a head that is cut is the beginning of what is skipped. */
static int cut_split_head(struct msrp_parser *p, size_t before, size_t *ret_used)
{
	const uint8_t *head = buf_data(&p->split->bytes);
	size_t at = 0;
	int err = cut_head(p, &p->split->scan, (const char *)head, &at);

	*ret_used = at > before ? at - before : 0;
	while (!err && at < before) {
		size_t used = 0;

		err = feed_body_or_match(p, head + at, before - at, &used);
		at += used;
	}
	return err;
}

static int feed_head_split(struct msrp_parser *p, const uint8_t *in, size_t len, size_t *ret_used)
{
	struct msrp_split_head *split = p->split;
	size_t before = split->bytes.len;
	size_t step = len < SPLIT_STEP ? len : SPLIT_STEP;
	const char *head;
	int err;

	buf_add(&split->bytes, in, step);
	if (buf_failed(&split->bytes))
		return -ENOMEM;
	head = (const char *)buf_data(&split->bytes);
	err = msrp_head_scan_run(&split->scan, head, split->bytes.len, &p->problem);
	if (err == MSRP_MORE) {
		*ret_used = step;
		return 0;
	}
	if (err == MSRP_TOO_LONG) {
		err = cut_split_head(p, before, ret_used);
	} else if (!err) {
		*ret_used = split->scan.scanned - before;
		err = finish_head(p, &split->scan, head);
	}
	p->split = msrp_split_head_free(p->split);
	return err;
}

static int feed_some(struct msrp_parser *p, const uint8_t *in, size_t len, size_t *ret_used)
{
	if (p->state == MSRP_PARSER_BODY)
		return feed_body_or_match(p, in, len, ret_used);
	if (p->split)
		return feed_head_split(p, in, len, ret_used);
	return feed_head_in_place(p, in, len, ret_used);
}

int msrp_parser_feed(struct msrp_parser *p, const uint8_t *in, size_t len)
{
	size_t at = 0;

	while (at < len) {
		size_t used = 0;
		int err;

		if (p->state == MSRP_PARSER_DEAD)
			return MSRP_BAD;
		err = feed_some(p, in + at, len - at, &used);
		if (err) {
			p->state = MSRP_PARSER_DEAD;
			return err;
		}
		at += used;
	}
	return 0;
}
