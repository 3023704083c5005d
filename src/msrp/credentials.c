/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msrp/credentials.h"

#include <errno.h>

#include "base/ascii.h"
#include "msrp/result.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { NC_DIGITS = 8 };

/* A parameter that a header may have, and where its value goes. */
struct field {
	struct slice name;
	struct slice *ret_value;
	bool required; /* it must be there, and not be empty */
	bool seen;
};

/* What is left to be read of a header's value. */
struct cursor {
	const char *at;
	const char *end;
	struct buf *scratch;
};

static bool next_is(const struct cursor *c, char wanted)
{
	return c->at < c->end && *c->at == wanted;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_control(char c)
{
	return ((uint8_t)c < ' ' && c != '\t') || c == 0x7f;
}

static void skip_blanks(struct cursor *c)
{
	while (c->at < c->end && is_blank(*c->at))
		c->at++;
}

/* Whatever stands before a blank, a delimiter or the end: base64 and URIs come unquoted, too. */
static struct slice take_word(struct cursor *c, const char *delimiters)
{
	const char *start = c->at;

	while (c->at < c->end && !is_blank(*c->at) && !is_control(*c->at) &&
	       !strchr(delimiters, *c->at))
		c->at++;
	return slice_make(start, (size_t)(c->at - start));
}

/*
 * Goes to the quote that ends the string which starts here. False when there
 * is none or a control character comes before it.
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

/* parse_fields() has reserved the room, so that slices of SCRATCH stay where they are. */
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

	*ret_name = take_word(c, "=,\"");
	skip_blanks(c);
	if (ret_name->len == 0 || !next_is(c, '='))
		return MSRP_BAD;
	c->at++;
	skip_blanks(c);
	if (next_is(c, '"'))
		return take_quoted(c, ret_value);
	value = take_word(c, ",\"");
	if (value.len == 0)
		return MSRP_BAD;
	*ret_value = value;
	return 0;
}

static int set_field(struct field *field, size_t n_fields, struct slice name, struct slice value)
{
	for (size_t i = 0; i < n_fields; i++) {
		if (!slice_equal_nocase(field[i].name, name))
			continue;
		/* Of two values another server might believe the other one. */
		if (field[i].seen)
			return MSRP_BAD;
		field[i].seen = true;
		*field[i].ret_value = value;
		return 0;
	}
	return 0;
}

/* Reads parameters up to the end; commas separate them, and a comma too many does no harm. */
static int take_params(struct cursor *c, struct field *field, size_t n_fields)
{
	struct slice name, value;
	int err;

	for (;;) {
		while (c->at < c->end && (is_blank(*c->at) || *c->at == ','))
			c->at++;
		if (c->at == c->end)
			return 0;
		err = take_param(c, &name, &value);
		if (err)
			return err;
		err = set_field(field, n_fields, name, value);
		if (err)
			return err;
		skip_blanks(c);
		if (c->at < c->end && *c->at != ',')
			return MSRP_BAD;
	}
}

static int parse_fields(struct slice value, struct buf *scratch, struct field *field,
			size_t n_fields)
{
	struct cursor c = { .at = value.p, .end = value.p, .scratch = scratch };
	int err;

	if (value.len == 0)
		return MSRP_BAD;
	c.end += value.len;
	if (memchr(value.p, '\\', value.len) && !buf_reserve(scratch, value.len))
		return -ENOMEM;
	err = take_params(&c, field, n_fields);
	for (size_t i = 0; !err && i < n_fields; i++) {
		if (field[i].required && field[i].ret_value->len == 0)
			err = MSRP_BAD;
	}
	return err;
}

/* Takes the scheme off VALUE; false for any but Digest (RFC 4976 9.1). */
static bool skip_scheme(struct slice *value)
{
	const struct slice scheme = SLICE("Digest");

	if (value->len <= scheme.len || !is_blank(value->p[scheme.len]) ||
	    !slice_equal_nocase(slice_first(*value, scheme.len), scheme))
		return false;
	*value = slice_skip(*value, scheme.len);
	return true;
}

/* Is ITEM in a list separated by commas? */
static bool list_has(struct slice list, struct slice item)
{
	struct cursor c = { .at = list.p, .end = list.p };

	if (list.len == 0)
		return false;
	for (c.end += list.len; c.at < c.end; c.at++) {
		skip_blanks(&c);
		if (slice_equal_nocase(take_word(&c, ","), item))
			return true;
		if (c.at == c.end)
			break;
	}
	return false;
}

int msrp_challenge_parse(struct slice value, struct buf *scratch,
			 struct msrp_challenge *ret_challenge)
{
	struct msrp_challenge challenge = { 0 };
	struct slice stale = { 0 }, qop = { 0 };
	struct field field[] = {
		{ .name = SLICE("realm"), .ret_value = &challenge.realm, .required = true },
		{ .name = SLICE("nonce"), .ret_value = &challenge.nonce, .required = true },
		{ .name = SLICE("opaque"), .ret_value = &challenge.opaque },
		{ .name = SLICE("algorithm"), .ret_value = &challenge.algorithm },
		{ .name = SLICE("stale"), .ret_value = &stale },
		{ .name = SLICE("qop"), .ret_value = &qop },
	};
	int err;

	if (!skip_scheme(&value))
		return MSRP_BAD;
	err = parse_fields(value, scratch, field, COUNT(field));
	if (err)
		return err;
	challenge.stale = slice_equal_nocase(stale, SLICE("true"));
	challenge.qop_auth = list_has(qop, SLICE("auth"));
	*ret_challenge = challenge;
	return 0;
}

static bool parse_nc(struct slice text, uint32_t *ret_value)
{
	uint32_t value = 0;

	if (text.len != NC_DIGITS)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int digit = ascii_hex_value(text.p[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (uint32_t)digit;
	}
	*ret_value = value;
	return true;
}

int msrp_credentials_parse(struct slice value, struct buf *scratch,
			   struct msrp_credentials *ret_credentials)
{
	struct msrp_credentials got = { 0 };
	struct field field[] = {
		{ .name = SLICE("username"), .ret_value = &got.username, .required = true },
		{ .name = SLICE("realm"), .ret_value = &got.realm, .required = true },
		{ .name = SLICE("nonce"), .ret_value = &got.nonce, .required = true },
		{ .name = SLICE("uri"), .ret_value = &got.uri },
		{ .name = SLICE("response"), .ret_value = &got.response, .required = true },
		{ .name = SLICE("algorithm"), .ret_value = &got.algorithm },
		{ .name = SLICE("cnonce"), .ret_value = &got.cnonce, .required = true },
		{ .name = SLICE("opaque"), .ret_value = &got.opaque },
		{ .name = SLICE("qop"), .ret_value = &got.qop, .required = true },
		{ .name = SLICE("nc"), .ret_value = &got.nc, .required = true },
	};
	int err;

	if (!skip_scheme(&value))
		return MSRP_BAD;
	err = parse_fields(value, scratch, field, COUNT(field));
	if (err)
		return err;
	if (!slice_equal_nocase(got.qop, SLICE("auth")) || !parse_nc(got.nc, &got.nc_value))
		return MSRP_BAD;
	*ret_credentials = got;
	return 0;
}

int msrp_authentication_info_parse(struct slice value, struct buf *scratch,
				   struct msrp_authentication_info *ret_info)
{
	struct msrp_authentication_info info = { 0 };
	struct field field[] = {
		{ .name = SLICE("nextnonce"), .ret_value = &info.nextnonce },
		{ .name = SLICE("rspauth"), .ret_value = &info.rspauth },
		{ .name = SLICE("cnonce"), .ret_value = &info.cnonce },
		{ .name = SLICE("nc"), .ret_value = &info.nc },
		{ .name = SLICE("qop"), .ret_value = &info.qop },
	};
	int err = parse_fields(value, scratch, field, COUNT(field));

	if (!err)
		*ret_info = info;
	return err;
}

/* Puts a header's value together. */
struct joiner {
	struct buf *out;
	struct slice separator; /* what comes before the next parameter */
};

static void add_name(struct joiner *j, struct slice name)
{
	buf_add_slice(j->out, j->separator);
	j->separator = SLICE(", ");
	buf_add_slice(j->out, name);
	buf_add_char(j->out, '=');
}

static void add_plain(struct joiner *j, struct slice name, struct slice value)
{
	if (value.len == 0)
		return;
	add_name(j, name);
	buf_add_slice(j->out, value);
}

static void add_quoted(struct joiner *j, struct slice name, struct slice value)
{
	if (value.len == 0)
		return;
	add_name(j, name);
	buf_add_char(j->out, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] == '"' || value.p[i] == '\\')
			buf_add_char(j->out, '\\');
		buf_add_char(j->out, value.p[i]);
	}
	buf_add_char(j->out, '"');
}

void msrp_challenge_format(const struct msrp_challenge *challenge, struct buf *out)
{
	struct joiner j = { .out = out, .separator = SLICE("Digest ") };

	add_quoted(&j, SLICE("realm"), challenge->realm);
	add_quoted(&j, SLICE("qop"), SLICE("auth"));
	add_quoted(&j, SLICE("nonce"), challenge->nonce);
	add_quoted(&j, SLICE("opaque"), challenge->opaque);
	if (challenge->stale)
		add_plain(&j, SLICE("stale"), SLICE("true"));
	add_plain(&j, SLICE("algorithm"), challenge->algorithm);
}

void msrp_credentials_format(const struct msrp_credentials *credentials, struct buf *out)
{
	struct joiner j = { .out = out, .separator = SLICE("Digest ") };

	add_quoted(&j, SLICE("username"), credentials->username);
	add_quoted(&j, SLICE("realm"), credentials->realm);
	add_quoted(&j, SLICE("nonce"), credentials->nonce);
	add_quoted(&j, SLICE("uri"), credentials->uri);
	add_quoted(&j, SLICE("response"), credentials->response);
	add_plain(&j, SLICE("algorithm"), credentials->algorithm);
	add_quoted(&j, SLICE("cnonce"), credentials->cnonce);
	add_quoted(&j, SLICE("opaque"), credentials->opaque);
	add_plain(&j, SLICE("qop"), credentials->qop);
	add_plain(&j, SLICE("nc"), credentials->nc);
}

void msrp_authentication_info_format(const struct msrp_authentication_info *info, struct buf *out)
{
	struct joiner j = { .out = out };

	add_quoted(&j, SLICE("nextnonce"), info->nextnonce);
	add_quoted(&j, SLICE("rspauth"), info->rspauth);
	add_quoted(&j, SLICE("cnonce"), info->cnonce);
	add_plain(&j, SLICE("nc"), info->nc);
	add_plain(&j, SLICE("qop"), info->qop);
}
