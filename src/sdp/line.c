/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything here splits slices and copies nothing. It does not interpret lines, so unknown ones
 * pass like all others.
 */
#include "sdp/line.h"

#include "base/ascii.h"

/* Takes LEN octets off the front. */
static struct slice cut_octets(struct slice *rest, size_t len)
{
	struct slice first = slice_first(*rest, len);

	*rest = slice_skip(*rest, len);
	return first;
}

bool sdp_line_next(struct slice *rest, struct sdp_line *ret_line)
{
	size_t len = slice_find(*rest, '\n');
	struct slice value = slice_first(*rest, len);

	if (rest->len == 0)
		return false;
	if (len > 0 && value.p[len - 1] == '\r')
		value.len--;
	ret_line->type = 0;
	if (value.len >= 2 && ascii_is_alpha(value.p[0]) && value.p[1] == '=') {
		ret_line->type = value.p[0];
		value = slice_skip(value, 2);
	}
	ret_line->value = value;
	ret_line->octets = cut_octets(rest, len + (len < rest->len));
	return true;
}

/* The number of octets before the next m= line. */
static size_t find_media(struct slice text)
{
	struct slice rest = text;
	struct sdp_line line;
	size_t len = 0;

	while (sdp_line_next(&rest, &line) && line.type != 'm')
		len += line.octets.len;
	return len;
}

struct slice sdp_session_cut(struct slice *rest)
{
	return cut_octets(rest, find_media(*rest));
}

bool sdp_media_next(struct slice *rest, struct slice *ret_section)
{
	struct slice behind = *rest;
	struct sdp_line first;

	if (!sdp_line_next(&behind, &first))
		return false;
	*ret_section = cut_octets(rest, first.octets.len + find_media(behind));
	return true;
}

bool sdp_line_attribute(const struct sdp_line *line, struct slice *ret_name,
			struct slice *ret_value)
{
	size_t colon = slice_find(line->value, ':');

	if (line->type != 'a')
		return false;
	*ret_name = slice_first(line->value, colon);
	*ret_value = slice_skip(line->value, colon + (colon < line->value.len));
	return true;
}

struct slice sdp_word_next(struct slice *rest)
{
	struct slice word = cut_octets(rest, slice_find(*rest, ' '));

	if (rest->len > 0)
		cut_octets(rest, 1);
	return word;
}

bool sdp_line_media(const struct sdp_line *line, struct sdp_media_line *ret_media)
{
	struct slice rest = line->value;

	if (line->type != 'm')
		return false;
	ret_media->media = sdp_word_next(&rest);
	ret_media->port = sdp_word_next(&rest);
	ret_media->protocol = sdp_word_next(&rest);
	ret_media->formats = rest;
	return true;
}
