/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of headers, found by their length and then at most two comparisons, and the shape of a
 * header line. message.h declares these.
 */
#include "msrp/message.h"

#include <assert.h>
#include <string.h>

#include "base/ascii.h"

static const char *const header_names[MSRP_H_COUNT] = {
	[MSRP_H_TO_PATH] = "To-Path",
	[MSRP_H_FROM_PATH] = "From-Path",
	[MSRP_H_MESSAGE_ID] = "Message-ID",
	[MSRP_H_SUCCESS_REPORT] = "Success-Report",
	[MSRP_H_FAILURE_REPORT] = "Failure-Report",
	[MSRP_H_BYTE_RANGE] = "Byte-Range",
	[MSRP_H_STATUS] = "Status",
	[MSRP_H_EXPIRES] = "Expires",
	[MSRP_H_MIN_EXPIRES] = "Min-Expires",
	[MSRP_H_MAX_EXPIRES] = "Max-Expires",
	[MSRP_H_USE_PATH] = "Use-Path",
	[MSRP_H_WWW_AUTHENTICATE] = "WWW-Authenticate",
	[MSRP_H_AUTHORIZATION] = "Authorization",
	[MSRP_H_AUTHENTICATION_INFO] = "Authentication-Info",
	[MSRP_H_CONTENT_TYPE] = "Content-Type",
};

enum { NAME_LEN_MAX = 19 };

/* The headers, at most two, whose name has a given length. */
static const uint8_t ids_by_length[NAME_LEN_MAX + 1][2] = {
	[6] = { MSRP_H_STATUS },
	[7] = { MSRP_H_TO_PATH, MSRP_H_EXPIRES },
	[8] = { MSRP_H_USE_PATH },
	[9] = { MSRP_H_FROM_PATH },
	[10] = { MSRP_H_MESSAGE_ID, MSRP_H_BYTE_RANGE },
	[11] = { MSRP_H_MIN_EXPIRES, MSRP_H_MAX_EXPIRES },
	[12] = { MSRP_H_CONTENT_TYPE },
	[13] = { MSRP_H_AUTHORIZATION },
	[14] = { MSRP_H_FAILURE_REPORT, MSRP_H_SUCCESS_REPORT },
	[16] = { MSRP_H_WWW_AUTHENTICATE },
	[19] = { MSRP_H_AUTHENTICATION_INFO },
};

enum msrp_header_id msrp_header_find_id(struct slice name)
{
	const uint8_t *ids;

	if (name.len > NAME_LEN_MAX)
		return MSRP_H_UNKNOWN;
	ids = ids_by_length[name.len];
	for (size_t i = 0; i < 2 && ids[i] != MSRP_H_UNKNOWN; i++) {
		if (slice_equal_nocase(name, slice_make(header_names[ids[i]], name.len)))
			return (enum msrp_header_id)ids[i];
	}
	return MSRP_H_UNKNOWN;
}

const char *msrp_header_id_name(enum msrp_header_id id)
{
	assert(id > MSRP_H_UNKNOWN && id < MSRP_H_COUNT);
	return header_names[id];
}

const struct msrp_header_slices *msrp_message_find(const struct msrp_message *m,
						   enum msrp_header_id id)
{
	for (size_t i = 0; i < m->n_headers; i++) {
		if (m->header[i].id == id)
			return &m->header[i];
	}
	return NULL;
}

/* Is any of the eight octets of WORD a control character, a tab included? */
static bool has_control_or_tab(uint64_t word)
{
	const uint64_t ones = UINT64_MAX / UINT8_MAX, tops = ones << 7;
	uint64_t is_delete = word ^ ones * 0x7f; /* 0 where it is one */

	/* An octet less than N borrows from its top bit, unless that was set. */
	return (((word - ones * 0x20) & ~word) | ((is_delete - ones) & ~is_delete)) & tops;
}

static bool is_control(unsigned char c)
{
	return (c < 0x20 && c != '\t') || c == 0x7f;
}

/* Every value comes by here, and hardly any has one, so eight octets are looked at at a time. */
bool msrp_has_control(struct slice value)
{
	uint64_t word;

	for (; value.len >= sizeof(word); value = slice_skip(value, sizeof(word))) {
		memcpy(&word, value.p, sizeof(word));
		if (has_control_or_tab(word))
			break;
	}
	for (size_t i = 0; i < value.len; i++) {
		if (is_control((unsigned char)value.p[i]))
			return true;
	}
	return false;
}

/* RFC 4975 section 9: token, which excludes ':'. */
static bool is_token_char(char c)
{
	return ascii_is_alnum(c) || c == '!' || (c >= '#' && c <= '\'') || c == '*' || c == '+' ||
	       c == '-' || c == '.' || (c >= '^' && c <= '~');
}

size_t msrp_token_length(struct slice text)
{
	size_t len = 0;

	while (len < text.len && is_token_char(text.p[len]))
		len++;
	return len;
}

bool msrp_is_token(struct slice text)
{
	return text.len > 0 && msrp_token_length(text) == text.len;
}

bool msrp_header_is_credential(enum msrp_header_id id)
{
	return id == MSRP_H_WWW_AUTHENTICATE || id == MSRP_H_AUTHORIZATION ||
	       id == MSRP_H_AUTHENTICATION_INFO;
}

/*
 * header = hname ":" SP hval. Accepts a colon without the space: nothing depends on it, and some
 * clients leave it out.
 */
static bool is_name(struct slice text)
{
	return msrp_is_token(text) && ascii_is_alpha(text.p[0]);
}

bool msrp_header_split(struct slice line, struct msrp_header_slices *ret_header)
{
	size_t colon = slice_find(line, ':');
	enum msrp_header_id id = msrp_header_find_id(slice_first(line, colon));
	struct slice value;

	/* Names that we know are well-formed. */
	if (colon == line.len || (id == MSRP_H_UNKNOWN && !is_name(slice_first(line, colon))))
		return false;
	value = slice_skip(line, colon + 1);
	while (value.len > 0 && value.p[0] == ' ')
		value = slice_skip(value, 1);
	ret_header->line = line;
	ret_header->name = slice_first(line, colon);
	ret_header->value = value;
	ret_header->id = id;
	return true;
}
