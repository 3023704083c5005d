/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decodes the text of a header into the value that a program sees. Unreadable text is no error: the
 * header just has no value then.
 */
#include "client/message/value.h"

#include <errno.h>
#include <stdlib.h>

#include "client/message/uri.h"
#include "client/message/value_form.h"
#include "msrp/message.h"
#include "msrp/params.h"
#include "msrp/range.h"
#include "msrp/report.h"
#include "msrp/result.h"

static int show_string(struct client_value *value, struct slice s, const char **ret_shown)
{
	value->strings = slice_dup(s);
	*ret_shown = value->strings;
	return value->strings ? 0 : -ENOMEM;
}

static int decode_quoted(struct slice text, struct client_value *value)
{
	struct buf scratch = { 0 };
	struct slice inside;
	int err = msrp_quoted_parse(text, &scratch, &inside);

	if (!err)
		err = show_string(value, inside, &value->shown.text);
	buf_done(&scratch);
	return err;
}

static int decode_text(const struct client_value_form *form, struct slice text,
		       struct client_value *value)
{
	if (form->quoted)
		return decode_quoted(text, value);
	if (!form->read(&text))
		return MSRP_BAD;
	return show_string(value, text, &value->shown.text);
}

static int decode_path(struct slice text, struct client_value *value)
{
	int err = client_path_parse(text, &value->path);

	value->shown.path = value->path;
	return err == -EINVAL ? MSRP_BAD : err;
}

static int decode_range(struct slice text, struct client_value *value)
{
	struct msrp_range range;

	if (msrp_range_parse(text, &range) != 0)
		return MSRP_BAD;
	value->shown.byte_range = (struct msrp_byte_range){ .start = range.start,
							    .end = range.end,
							    .length = range.total };
	return 0;
}

static int decode_status(struct slice text, struct client_value *value)
{
	struct msrp_status_value status;

	if (msrp_status_parse(text, &status) != 0)
		return MSRP_BAD;
	value->shown.status.name_space = status.name_space;
	value->shown.status.code = status.code;
	return show_string(value, status.comment, &value->shown.status.comment);
}

static int decode_number(struct slice text, struct client_value *value)
{
	return slice_to_u64(text, &value->shown.number) ? 0 : MSRP_BAD;
}

/* Parameters while they are gathered; their strings are stored one after the other. */
struct gathered {
	struct msrp_parameter *parameter;
	size_t n;
	char *at;
};

static int gather(void *arg, struct slice name, struct slice value)
{
	struct gathered *g = arg;

	/* If two were equal, another reader might believe the other one. */
	for (size_t i = 0; i < g->n; i++) {
		if (slice_equal_nocase(slice_from(g->parameter[i].name), name))
			return MSRP_BAD;
	}
	g->parameter[g->n].name = slice_pack(name, &g->at);
	g->parameter[g->n].value = slice_pack(value, &g->at);
	g->n++;
	return 0;
}

/* Splits off what precedes the parameters: "Digest", or "attachment" and a separator. */
static bool split_type(const struct client_value_form *form, struct slice *text,
		       struct slice *ret_type)
{
	struct slice rest = slice_trim(*text);
	size_t len = form->typeless ? 0 : msrp_token_length(rest);
	bool blank;

	*ret_type = slice_first(rest, len);
	*text = slice_trim(slice_skip(rest, len));
	if (form->typeless || text->len == 0)
		return form->typeless || len > 0;
	blank = rest.p[len] == ' ' || rest.p[len] == '\t';
	return len > 0 && (form->separator == ';' ? text->p[0] == ';' : blank);
}

static int decode_parameters(const struct client_value_form *form, struct slice text,
			     struct client_value *value)
{
	struct gathered g = { 0 };
	struct buf scratch = { 0 };
	struct slice type;
	int err;

	if (!split_type(form, &text, &type))
		return MSRP_BAD;
	/* Each but the last takes four characters at least, two of which are not kept. */
	value->parameter = calloc(text.len / 3 + 1, sizeof(*value->parameter));
	value->strings = malloc(type.len + text.len + 2);
	if (!value->parameter || !value->strings)
		return -ENOMEM;
	g.parameter = value->parameter;
	g.at = value->strings;
	value->shown.parameters.type = slice_pack(type, &g.at);
	value->shown.parameters.list = value->parameter;
	err = msrp_params_parse(text, form->separator, &scratch, gather, &g);
	value->shown.parameters.n = g.n;
	buf_done(&scratch);
	return err;
}

static int decode_value(const struct client_value_form *form, struct slice text,
			struct client_value *value)
{
	switch (form->kind) {
	case MSRP_VALUE_PATH:
		return decode_path(text, value);
	case MSRP_VALUE_BYTE_RANGE:
		return decode_range(text, value);
	case MSRP_VALUE_STATUS:
		return decode_status(text, value);
	case MSRP_VALUE_NUMBER:
		return decode_number(text, value);
	case MSRP_VALUE_PARAMETERS:
		return decode_parameters(form, text, value);
	case MSRP_VALUE_TEXT:
		break;
	}
	return decode_text(form, text, value);
}

int client_value_decode(struct slice name, struct slice text, struct client_value *value)
{
	const struct client_value_form *form = client_value_form(name);
	int err;

	value->shown.kind = form->kind;
	err = decode_value(form, text, value);
	value->readable = !err;
	return err < 0 ? err : 0;
}

void client_value_done(struct client_value *value)
{
	free(value->strings);
	free(value->parameter);
	msrp_path_free(value->path);
	*value = (struct client_value){ 0 };
}
