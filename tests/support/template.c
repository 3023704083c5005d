/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/template.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "msrp/ident.h"

static struct binding *find(const struct bindings *all, struct slice name)
{
	struct binding *b;

	TAILQ_FOREACH (b, all, in_list) {
		if (slice_equal(slice_from(b->name), name))
			return b;
	}
	return NULL;
}

const char *bindings_find(const struct bindings *all, struct slice name)
{
	const struct binding *b = find(all, name);

	return b ? b->value : NULL;
}

void bindings_remove(struct bindings *all, struct slice name)
{
	struct binding *b = find(all, name);

	if (!b)
		return;
	TAILQ_REMOVE(all, b, in_list);
	free(b->name);
	free(b->value);
	free(b);
}

void bindings_set(struct bindings *all, struct slice name, struct slice value)
{
	struct binding *b = calloc(1, sizeof(*b));

	assert(b);
	b->name = slice_dup(name);
	b->value = slice_dup(value);
	assert(b->name && b->value);
	bindings_remove(all, name);
	TAILQ_INSERT_TAIL(all, b, in_list);
}

void bindings_done(struct bindings *all)
{
	while (!TAILQ_EMPTY(all))
		bindings_remove(all, slice_from(TAILQ_FIRST(all)->name));
}

/* A piece of a template: plain text, or a name in braces. */
static bool next_piece(struct slice *rest, struct slice *ret_piece)
{
	size_t end;

	if (rest->len > 0 && rest->p[0] == '{') {
		end = slice_find(*rest, '}');
		assert(end < rest->len);
		*ret_piece = slice_first(slice_skip(*rest, 1), end - 1);
		*rest = slice_skip(*rest, end + 1);
		return true;
	}
	end = slice_find(*rest, '{');
	*ret_piece = slice_first(*rest, end);
	*rest = slice_skip(*rest, end);
	return false;
}

enum {
	FILL_DIGITS = 7,
	FILL_WORD = FILL_DIGITS + 1,
};

/* The next number; after the last one that has so many digits comes 0. */
static void count_up(char digits[static FILL_DIGITS])
{
	size_t at = FILL_DIGITS;

	while (at > 0 && digits[at - 1] == '9')
		digits[--at] = '0';
	if (at > 0)
		digits[at - 1]++;
}

/*
 * Words of eight characters, each with its number, so that no part looks like another one. It is
 * done so often that snprintf() for each word was half of what all transcripts cost.
 */
static void add_fill(struct buf *out, uint64_t n, uint64_t from)
{
	uint64_t number = from / FILL_WORD, skip = from % FILL_WORD;
	char word[32];

	snprintf(word, sizeof(word), "%0*" PRIu64, FILL_DIGITS, number % 10000000);
	while (n > 0) {
		uint64_t take = FILL_WORD - skip < n ? FILL_WORD - skip : n;

		word[FILL_DIGITS] = number % 8 ? ' ' : '\n';
		buf_add(out, word + skip, take);
		count_up(word);
		number++;
		n -= take;
		skip = 0;
	}
}

static bool expand_fill(struct slice piece, struct buf *out)
{
	uint64_t n, from = 0;
	char text[64];

	snprintf(text, sizeof(text), "%" SLICE_FMT, SLICE_ARG(piece));
	if (sscanf(text, "fill %" SCNu64 " from %" SCNu64, &n, &from) < 1)
		return false;
	add_fill(out, n, from);
	return true;
}

bool template_expand(const struct bindings *all, struct slice text, struct buf *out,
		     struct slice *ret_missing)
{
	bool complete = true;

	while (text.len > 0) {
		struct slice piece;
		const char *value;

		if (!next_piece(&text, &piece)) {
			buf_add_slice(out, piece);
			continue;
		}
		value = bindings_find(all, piece);
		if (value) {
			buf_add_slice(out, slice_from(value));
		} else if (!expand_fill(piece, out)) {
			*ret_missing = piece;
			complete = false;
		}
	}
	return complete;
}

static bool belongs(char c, bool is_uri)
{
	if (is_uri)
		return c != ' ' && c != '"' && c != '\r' && c != '\n';
	return ascii_is_alnum(c) || (c != '\0' && strchr("._+%=-", c));
}

static bool bind(struct bindings *all, struct slice name, struct slice got, size_t *ret_len)
{
	bool is_uri = name.len >= 3 && slice_equal(slice_skip(name, name.len - 3), SLICE("uri"));
	size_t len = 0;

	while (len < got.len && belongs(got.p[len], is_uri))
		len++;
	if (len == 0)
		return false;
	if (name.len > 1 && name.p[0] == 't' && ascii_is_digit(name.p[1])) {
		/* The flag of an end-line is not part of the id, though '+' may be. */
		if (got.p[len - 1] == '+')
			len--;
		if (!msrp_ident_valid(slice_first(got, len)))
			return false;
	}
	bindings_set(all, name, slice_first(got, len));
	*ret_len = len;
	return true;
}

static bool match_text(struct slice want, struct slice got, size_t *ret_len)
{
	size_t len = 0;

	while (len < want.len && len < got.len && want.p[len] == got.p[len])
		len++;
	*ret_len = len;
	return len == want.len;
}

static bool match_name(struct bindings *all, struct slice name, struct slice got, size_t *ret_len)
{
	const char *value = bindings_find(all, name);
	struct buf fill = { 0 };
	bool matches;

	*ret_len = 0;
	if (value)
		return match_text(slice_from(value), got, ret_len);
	if (expand_fill(name, &fill))
		matches = match_text(buf_slice(&fill), got, ret_len);
	else
		matches = bind(all, name, got, ret_len);
	buf_done(&fill);
	return matches;
}

bool template_match(struct bindings *all, struct slice text, struct slice got, size_t *ret_len)
{
	bool matches = true;
	size_t at = 0;

	while (matches && text.len > 0) {
		struct slice piece, rest = slice_skip(got, at);
		size_t len;

		if (next_piece(&text, &piece))
			matches = match_name(all, piece, rest, &len);
		else
			matches = match_text(piece, rest, &len);
		at += len;
	}
	*ret_len = at;
	return matches;
}
