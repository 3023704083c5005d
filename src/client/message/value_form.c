/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of headers whose value has a form, for both directions.
 */
#include "client/message/value_form.h"

#include "msrp/message.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool read_any(struct slice *text)
{
	return true;
}

static bool read_some(struct slice *text)
{
	return text->len > 0;
}

static bool read_word(struct slice *text)
{
	return text->len > 0 && slice_find(*text, ' ') == text->len;
}

/* Takes a word regardless of case, and makes it lower case. */
static bool read_one_of(struct slice *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (slice_equal_nocase(*text, slice_from(words[i]))) {
			*text = slice_from(words[i]);
			return true;
		}
	}
	return false;
}

static bool read_success(struct slice *text)
{
	static const char *const words[] = { "yes", "no" };

	return read_one_of(text, words, COUNT(words));
}

static bool read_failure(struct slice *text)
{
	static const char *const words[] = { "yes", "no", "partial" };

	return read_one_of(text, words, COUNT(words));
}

/* type/subtype, and any parameters */
static bool read_type(struct slice *text)
{
	struct slice type = slice_trim(slice_first(*text, slice_find(*text, ';')));
	size_t slash = slice_find(type, '/');

	return slash < type.len && msrp_is_token(slice_first(type, slash)) &&
	       msrp_is_token(slice_skip(type, slash + 1));
}

static const struct client_value_form forms[] = {
	{ .name = "To-Path", .kind = MSRP_VALUE_PATH },
	{ .name = "From-Path", .kind = MSRP_VALUE_PATH },
	{ .name = "Use-Path", .kind = MSRP_VALUE_PATH },
	{ .name = "Message-ID", .kind = MSRP_VALUE_TEXT, .read = read_word },
	{ .name = "Success-Report", .kind = MSRP_VALUE_TEXT, .read = read_success },
	{ .name = "Failure-Report", .kind = MSRP_VALUE_TEXT, .read = read_failure },
	{ .name = "Byte-Range", .kind = MSRP_VALUE_BYTE_RANGE },
	{ .name = "Status", .kind = MSRP_VALUE_STATUS },
	{ .name = "Expires", .kind = MSRP_VALUE_NUMBER },
	{ .name = "Min-Expires", .kind = MSRP_VALUE_NUMBER },
	{ .name = "Max-Expires", .kind = MSRP_VALUE_NUMBER },
	{ .name = "WWW-Authenticate", .kind = MSRP_VALUE_PARAMETERS, .separator = ',' },
	{ .name = "Authorization", .kind = MSRP_VALUE_PARAMETERS, .separator = ',' },
	{ .name = "Authentication-Info",
	  .kind = MSRP_VALUE_PARAMETERS,
	  .separator = ',',
	  .typeless = true },
	{ .name = "Content-Type", .kind = MSRP_VALUE_TEXT, .read = read_type },
	{ .name = "Content-ID", .kind = MSRP_VALUE_TEXT, .read = read_some },
	{ .name = "Content-Description", .kind = MSRP_VALUE_TEXT, .read = read_any },
	{ .name = "Content-Disposition", .kind = MSRP_VALUE_PARAMETERS, .separator = ';' },
	{ .name = "Use-Nickname",
	  .kind = MSRP_VALUE_TEXT,
	  .read = read_any,
	  .quoted = true }, /* RFC 7701 */
};

static const struct client_value_form unknown = { .name = "",
						  .kind = MSRP_VALUE_TEXT,
						  .read = read_any };

const struct client_value_form *client_value_form(struct slice name)
{
	for (size_t i = 0; i < COUNT(forms); i++) {
		if (slice_equal_nocase(slice_from(forms[i].name), name))
			return &forms[i];
	}
	return &unknown;
}
