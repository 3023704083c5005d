/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Weighs the media ranges of an Accept field, to choose between OpenMetrics and the older text
 * format.
 */
#include "daemon/serve/http_accept.h"

enum { BY_NAME = 3 }; /* how closely a range can match a type */

/* Takes what precedes the next SEPARATOR off REST, trimmed. */
static struct slice take_element(struct slice *rest, char separator)
{
	size_t at = slice_find(*rest, separator);
	struct slice first = slice_first(*rest, at);

	*rest = slice_skip(*rest, at < rest->len ? at + 1 : at);
	return slice_trim(first);
}

/* How closely RANGE matches TYPE; 0: not at all. */
static unsigned closeness(struct slice range, struct slice type)
{
	size_t slash = slice_find(type, '/');

	if (slice_equal_nocase(range, type))
		return BY_NAME;
	if (range.len == slash + 2 && slice_equal(slice_skip(range, slash), SLICE("/*")) &&
	    slice_equal_nocase(slice_first(range, slash), slice_first(type, slash)))
		return 2;
	return slice_equal(range, SLICE("*/*"));
}

/* "1", "0.5", "0.125" in thousandths; anything malformed counts as 1. */
static int parse_weight(struct slice text)
{
	int weight = 0, unit = HTTP_WEIGHT_MAX;

	for (size_t i = 0; i < text.len; i++) {
		bool is_digit = text.p[i] >= '0' && text.p[i] <= '9';

		if (i == 1 ? text.p[i] != '.' : !is_digit)
			return HTTP_WEIGHT_MAX;
		if (i == 1)
			continue;
		weight += (text.p[i] - '0') * unit;
		unit /= 10;
	}
	return text.len > 0 && weight <= HTTP_WEIGHT_MAX ? weight : HTTP_WEIGHT_MAX;
}

/* The weight among the parameters of a range, in REST. */
static int find_weight(struct slice rest)
{
	while (rest.len > 0) {
		struct slice value = take_element(&rest, ';');
		struct slice name = take_element(&value, '=');

		if (slice_equal_nocase(name, SLICE("q")))
			return parse_weight(slice_trim(value));
	}
	return HTTP_WEIGHT_MAX;
}

int http_accept_weight(struct slice accept, struct slice type, bool by_name)
{
	unsigned closest = by_name ? BY_NAME : 0;
	int weight = -1;

	while (accept.len > 0) {
		struct slice range = take_element(&accept, ',');
		unsigned close = closeness(take_element(&range, ';'), type);
		int found = find_weight(range);

		if (close == 0 || close < closest)
			continue;
		if (close > closest || found > weight)
			weight = found;
		closest = close;
	}
	return weight;
}
