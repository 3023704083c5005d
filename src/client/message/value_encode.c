/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encodes a value that a program made as the text of a header; and compares two values, to prove
 * that the text reads as intended.
 */
#include <errno.h>
#include <stdio.h>

#include "client/message/value.h"
#include "client/message/value_form.h"
#include "msrp/message.h"
#include "msrp/params.h"
#include "msrp/range.h"
#include "msrp/report.h"
#include "msrp/writer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int encode_text(const struct client_value_form *form, const char *text, struct buf *out)
{
	if (!text)
		return -EINVAL;
	if (form->quoted)
		msrp_quoted_format(slice_from(text), out);
	else
		buf_add_slice(out, slice_from(text));
	return 0;
}

static void encode_range(const struct msrp_byte_range *range, struct buf *out)
{
	msrp_range_format(&(struct msrp_range){ range->start, range->end, range->length }, out);
}

static int encode_status(const struct msrp_value *value, struct buf *out)
{
	const char *comment = value->status.comment;
	char codes[sizeof("000 200")];

	if (value->status.name_space > 999 || value->status.code > 999)
		return -EINVAL;
	snprintf(codes, sizeof(codes), "%03u %03u", value->status.name_space % 1000,
		 value->status.code % 1000);
	buf_add_slice(out, slice_from(codes));
	if (comment && comment[0]) {
		buf_add_char(out, ' ');
		buf_add_slice(out, slice_from(comment));
	}
	return 0;
}

/*
 * Values without quotes (RFC 2617 3.2, RFC 2183): some readers misread these with quotes, and
 * others without.
 */
static bool is_plain(const struct client_value_form *form, const struct msrp_parameter *p)
{
	static const char *const plain[] = { "algorithm", "stale", "nc", "size", "handling" };
	const struct slice name = slice_from(p->name);

	if (!msrp_is_token(slice_from(p->value)))
		return false;
	for (size_t i = 0; i < COUNT(plain); i++) {
		if (slice_equal_nocase(name, slice_from(plain[i])))
			return true;
	}
	/* A list in the challenge, a single one elsewhere. */
	return slice_equal_nocase(name, SLICE("qop")) &&
	       strcmp(form->name, "WWW-Authenticate") != 0;
}

static int encode_parameter(const struct client_value_form *form, const struct msrp_parameter *p,
			    struct msrp_params_writer *w)
{
	if (!p->name || !p->value)
		return -EINVAL;
	if (is_plain(form, p))
		msrp_params_add_plain(w, slice_from(p->name), slice_from(p->value));
	else
		msrp_params_add_quoted(w, slice_from(p->name), slice_from(p->value));
	return 0;
}

static int encode_parameters(const struct client_value_form *form, const struct msrp_value *value,
			     struct buf *out)
{
	struct msrp_params_writer w = {
		.out = out,
		.separator = form->separator == ';' ? SLICE("; ") : SLICE(", "),
		.begun = form->separator == ';',
	};
	int err = 0;

	if (!form->typeless && !value->parameters.type)
		return -EINVAL;
	if (value->parameters.n > 0 && !value->parameters.list)
		return -EINVAL;
	buf_add_slice(out, slice_from(value->parameters.type));
	if (!form->typeless && !w.begun)
		buf_add_char(out, ' ');
	for (size_t i = 0; !err && i < value->parameters.n; i++)
		err = encode_parameter(form, &value->parameters.list[i], &w);
	return err;
}

int client_value_encode(struct slice name, const struct msrp_value *value, struct buf *out)
{
	const struct client_value_form *form = client_value_form(name);

	if (value->kind != form->kind)
		return -EINVAL;
	switch (value->kind) {
	case MSRP_VALUE_TEXT:
		return encode_text(form, value->text, out);
	case MSRP_VALUE_PATH:
		if (!value->path)
			return -EINVAL;
		buf_add_slice(out, slice_from(msrp_path_text(value->path)));
		return 0;
	case MSRP_VALUE_BYTE_RANGE:
		encode_range(&value->byte_range, out);
		return 0;
	case MSRP_VALUE_STATUS:
		return encode_status(value, out);
	case MSRP_VALUE_NUMBER:
		buf_add_u64(out, value->number);
		return 0;
	case MSRP_VALUE_PARAMETERS:
		return encode_parameters(form, value, out);
	}
	return -EINVAL;
}

static bool same_text(const char *a, const char *b)
{
	return slice_equal(slice_from(a), slice_from(b));
}

static bool same_parameters(const struct msrp_value *a, const struct msrp_value *b)
{
	if (!same_text(a->parameters.type, b->parameters.type) ||
	    a->parameters.n != b->parameters.n)
		return false;
	for (size_t i = 0; i < a->parameters.n; i++) {
		if (!same_text(a->parameters.list[i].name, b->parameters.list[i].name) ||
		    !same_text(a->parameters.list[i].value, b->parameters.list[i].value))
			return false;
	}
	return true;
}

bool client_value_equal(const struct msrp_value *a, const struct msrp_value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case MSRP_VALUE_TEXT:
		return same_text(a->text, b->text);
	case MSRP_VALUE_PATH:
		return same_text(msrp_path_text(a->path), msrp_path_text(b->path));
	case MSRP_VALUE_BYTE_RANGE:
		return a->byte_range.start == b->byte_range.start &&
		       a->byte_range.end == b->byte_range.end &&
		       a->byte_range.length == b->byte_range.length;
	case MSRP_VALUE_STATUS:
		return a->status.name_space == b->status.name_space &&
		       a->status.code == b->status.code &&
		       same_text(a->status.comment, b->status.comment);
	case MSRP_VALUE_NUMBER:
		return a->number == b->number;
	case MSRP_VALUE_PARAMETERS:
		return same_parameters(a, b);
	}
	return false;
}
