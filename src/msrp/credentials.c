/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each header is a table of its fields, which params.c fills.
 */
#include "msrp/credentials.h"

#include "base/ascii.h"
#include "msrp/params.h"
#include "msrp/result.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { NC_DIGITS = 8 };

/* A parameter of a header, and where its value goes. */
struct field {
	struct slice name;
	struct slice *ret_value;
	bool required; /* must be present, and not empty */
	bool seen;
};

/* The fields of a header. */
struct fields {
	struct field *field;
	size_t n;
};

static int set_field(void *arg, struct slice name, struct slice value)
{
	struct fields *fields = arg;

	for (size_t i = 0; i < fields->n; i++) {
		struct field *field = &fields->field[i];

		if (!slice_equal_nocase(field->name, name))
			continue;
		/* If there were two values, another server might use the other one. */
		if (field->seen)
			return MSRP_BAD;
		field->seen = true;
		*field->ret_value = value;
		return 0;
	}
	return 0;
}

static int parse_fields(struct slice value, struct buf *scratch, struct field *field,
			size_t n_fields)
{
	struct fields fields = { .field = field, .n = n_fields };
	int err;

	if (value.len == 0)
		return MSRP_BAD;
	err = msrp_params_parse(value, ',', scratch, set_field, &fields);
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

	if (value->len <= scheme.len || !slice_is_blank(value->p[scheme.len]) ||
	    !slice_equal_nocase(slice_first(*value, scheme.len), scheme))
		return false;
	*value = slice_skip(*value, scheme.len);
	return true;
}

/* The fields after the scheme of a challenge, or of an answer to one. */
static int parse_digest(struct slice value, struct buf *scratch, struct field *field,
			size_t n_fields)
{
	return skip_scheme(&value) ? parse_fields(value, scratch, field, n_fields) : MSRP_BAD;
}

/* Is ITEM in a comma-separated list? */
static bool list_has(struct slice list, struct slice item)
{
	while (list.len > 0) {
		size_t comma = slice_find(list, ',');

		if (slice_equal_nocase(slice_trim(slice_first(list, comma)), item))
			return true;
		list = slice_skip(list, comma < list.len ? comma + 1 : comma);
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
	int err = parse_digest(value, scratch, field, COUNT(field));
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
	int err = parse_digest(value, scratch, field, COUNT(field));
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

static void add_plain(struct msrp_params_writer *w, struct slice name, struct slice value)
{
	if (value.len > 0)
		msrp_params_add_plain(w, name, value);
}

static void add_quoted_param(struct msrp_params_writer *w, struct slice name, struct slice value)
{
	if (value.len > 0)
		msrp_params_add_quoted(w, name, value);
}

void msrp_challenge_format(const struct msrp_challenge *challenge, struct buf *out)
{
	struct msrp_params_writer w = { .out = out, .separator = SLICE(", ") };

	buf_add_slice(out, SLICE("Digest "));
	add_quoted_param(&w, SLICE("realm"), challenge->realm);
	add_quoted_param(&w, SLICE("qop"), SLICE("auth"));
	add_quoted_param(&w, SLICE("nonce"), challenge->nonce);
	add_quoted_param(&w, SLICE("opaque"), challenge->opaque);
	if (challenge->stale)
		add_plain(&w, SLICE("stale"), SLICE("true"));
	add_plain(&w, SLICE("algorithm"), challenge->algorithm);
}

void msrp_credentials_format(const struct msrp_credentials *credentials, struct buf *out)
{
	struct msrp_params_writer w = { .out = out, .separator = SLICE(", ") };

	buf_add_slice(out, SLICE("Digest "));
	add_quoted_param(&w, SLICE("username"), credentials->username);
	add_quoted_param(&w, SLICE("realm"), credentials->realm);
	add_quoted_param(&w, SLICE("nonce"), credentials->nonce);
	add_quoted_param(&w, SLICE("uri"), credentials->uri);
	add_quoted_param(&w, SLICE("response"), credentials->response);
	add_plain(&w, SLICE("algorithm"), credentials->algorithm);
	add_quoted_param(&w, SLICE("cnonce"), credentials->cnonce);
	add_quoted_param(&w, SLICE("opaque"), credentials->opaque);
	add_plain(&w, SLICE("qop"), credentials->qop);
	add_plain(&w, SLICE("nc"), credentials->nc);
}

void msrp_authentication_info_format(const struct msrp_authentication_info *info, struct buf *out)
{
	struct msrp_params_writer w = { .out = out, .separator = SLICE(", ") };

	add_quoted_param(&w, SLICE("nextnonce"), info->nextnonce);
	add_quoted_param(&w, SLICE("rspauth"), info->rspauth);
	add_quoted_param(&w, SLICE("cnonce"), info->cnonce);
	add_plain(&w, SLICE("nc"), info->nc);
	add_plain(&w, SLICE("qop"), info->qop);
}
