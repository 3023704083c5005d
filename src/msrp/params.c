/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cursor runs over the text once. Strings with escapes are decoded in a scratch buffer, all
 * others stay slices.
 */
#include "msrp/params.h"

#include <errno.h>

#include "msrp/result.h"

/* The rest of a header's value. */
struct cursor {
	const char *at;
	const char *end;
	char separator;
	struct buf *scratch;
};

static bool next_is(const struct cursor *c, char wanted)
{
	return c->at < c->end && *c->at == wanted;
}

static bool is_control(char c)
{
	return ((uint8_t)c < ' ' && c != '\t') || c == 0x7f;
}

static void skip_blanks(struct cursor *c)
{
	while (c->at < c->end && slice_is_blank(*c->at))
		c->at++;
}

/*
 * Takes everything before a blank, a quote, the separator, DELIMITER or the end: base64 and URIs
 * come unquoted, too.
 */
static struct slice take_word(struct cursor *c, char delimiter)
{
	const char *start = c->at;

	while (c->at < c->end && !slice_is_blank(*c->at) && !is_control(*c->at) && *c->at != '"' &&
	       *c->at != c->separator && *c->at != delimiter)
		c->at++;
	return slice_make(start, (size_t)(c->at - start));
}

/*
 * Finds the quote that ends the string which begins here. False if there is none or a control
 * character precedes it.
 */
static bool find_quote(struct cursor *c, bool *ret_escaped)
{
	bool escaped = false;

	for (; c->at < c->end && *c->at != '"'; c->at++) {
		if (*c->at == '\\') {
			escaped = true;
			c->at++;
		}
		if (c->at == c->end || is_control(*c->at))
			return false;
	}
	*ret_escaped = escaped;
	return c->at < c->end;
}

/* The room has been reserved: see below. */
static struct slice unescape(struct slice text, struct buf *scratch)
{
	size_t start = scratch->len;

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '\\')
			i++;
		buf_add_char(scratch, text.p[i]);
	}
	return slice_skip(buf_slice(scratch), start);
}

static int take_quoted(struct cursor *c, struct slice *ret_value)
{
	const char *start = ++c->at;
	struct slice value;
	bool escaped;

	if (!find_quote(c, &escaped))
		return MSRP_BAD;
	value = slice_make(start, (size_t)(c->at - start));
	c->at++;
	*ret_value = escaped ? unescape(value, c->scratch) : value;
	return 0;
}

/* Reads NAME = VALUE with any blanks around either. */
static int take_param(struct cursor *c, struct slice *ret_name, struct slice *ret_value)
{
	struct slice value;

	*ret_name = take_word(c, '=');
	skip_blanks(c);
	if (ret_name->len == 0 || !next_is(c, '='))
		return MSRP_BAD;
	c->at++;
	skip_blanks(c);
	if (next_is(c, '"'))
		return take_quoted(c, ret_value);
	value = take_word(c, c->separator);
	if (value.len == 0)
		return MSRP_BAD;
	*ret_value = value;
	return 0;
}

static int take_params(struct cursor *c, msrp_param_fn fn, void *arg)
{
	struct slice name, value;
	int err;

	for (;;) {
		while (c->at < c->end && (slice_is_blank(*c->at) || *c->at == c->separator))
			c->at++;
		if (c->at == c->end)
			return 0;
		err = take_param(c, &name, &value);
		if (err)
			return err;
		err = fn(arg, name, value);
		if (err)
			return err;
		skip_blanks(c);
		if (c->at < c->end && *c->at != c->separator)
			return MSRP_BAD;
	}
}

/* Reserves room for undoing escapes, so that slices of SCRATCH stay valid. */
static bool reserve_for(struct slice text, struct buf *scratch)
{
	return !memchr(text.p, '\\', text.len) || buf_reserve(scratch, text.len);
}

int msrp_params_parse(struct slice text, char separator, struct buf *scratch, msrp_param_fn fn,
		      void *arg)
{
	struct cursor c = {
		.at = text.p,
		.end = text.p,
		.separator = separator,
		.scratch = scratch,
	};

	if (text.len == 0)
		return 0;
	c.end += text.len;
	if (!reserve_for(text, scratch))
		return -ENOMEM;
	return take_params(&c, fn, arg);
}

int msrp_quoted_parse(struct slice text, struct buf *scratch, struct slice *ret_value)
{
	struct cursor c = { .at = text.p, .end = text.p, .scratch = scratch };
	struct slice value;
	int err;

	if (text.len == 0 || text.p[0] != '"')
		return MSRP_BAD;
	c.end += text.len;
	if (!reserve_for(text, scratch))
		return -ENOMEM;
	err = take_quoted(&c, &value);
	if (err || c.at < c.end)
		return MSRP_BAD;
	*ret_value = value;
	return 0;
}

void msrp_quoted_format(struct slice value, struct buf *out)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] == '"' || value.p[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, value.p[i]);
	}
	buf_add_char(out, '"');
}

static void add_name(struct msrp_params_writer *w, struct slice name)
{
	if (w->begun)
		buf_add_slice(w->out, w->separator);
	w->begun = true;
	buf_add_slice(w->out, name);
	buf_add_char(w->out, '=');
}

void msrp_params_add_plain(struct msrp_params_writer *w, struct slice name, struct slice value)
{
	add_name(w, name);
	buf_add_slice(w->out, value);
}

void msrp_params_add_quoted(struct msrp_params_writer *w, struct slice name, struct slice value)
{
	add_name(w, name);
	msrp_quoted_format(value, w->out);
}
