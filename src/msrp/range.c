/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers are decimal and fit in 64 bits; a range that contradicts itself is malformed.
 */
#include "msrp/range.h"

#include "base/ascii.h"
#include "msrp/result.h"

enum {
	NUMBER_DIGITS = 20, /* UINT64_MAX has twenty */
	RANGE_TEXT_MAX = 3 * NUMBER_DIGITS + 2,
};

struct cursor {
	const char *at;
	const char *end;
};

static bool skip_in_range(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

/* Also false for the number reserved for MSRP_RANGE_UNKNOWN. */
static bool parse_number(struct cursor *c, uint64_t *ret_number)
{
	const char *start = c->at;
	uint64_t number = 0;

	for (; c->at < c->end && ascii_is_digit(*c->at); c->at++) {
		uint64_t digit = (uint64_t)(*c->at - '0');

		if (number > (MSRP_RANGE_UNKNOWN - 1 - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	*ret_number = number;
	return c->at > start;
}

static bool parse_number_or_star(struct cursor *c, uint64_t *ret_number)
{
	if (!skip_in_range(c, '*'))
		return parse_number(c, ret_number);
	*ret_number = MSRP_RANGE_UNKNOWN;
	return true;
}

int msrp_range_parse(struct slice value, struct msrp_range *ret_range)
{
	struct cursor c = { .at = value.p, .end = value.p };
	struct msrp_range range;

	if (value.len == 0)
		return MSRP_BAD;
	c.end += value.len;
	if (!parse_number(&c, &range.start) || !skip_in_range(&c, '-') ||
	    !parse_number_or_star(&c, &range.end) || !skip_in_range(&c, '/') ||
	    !parse_number_or_star(&c, &range.total) || c.at != c.end)
		return MSRP_BAD;
	if (range.start == 0 || range.end < range.start - 1 || range.total < range.start - 1)
		return MSRP_BAD;
	*ret_range = range;
	return 0;
}

/* Writes NUMBER so that it ends before AT; returns where it begins. */
static char *put_digits_before(char *at, uint64_t number)
{
	if (number == MSRP_RANGE_UNKNOWN) {
		*--at = '*';
		return at;
	}
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return at;
}

void msrp_range_format(const struct msrp_range *range, struct buf *out)
{
	char text[RANGE_TEXT_MAX];
	char *end = text + sizeof(text);
	char *at = put_digits_before(end, range->total);

	*--at = '/';
	at = put_digits_before(at, range->end);
	*--at = '-';
	at = put_digits_before(at, range->start);
	buf_add(out, at, (size_t)(end - at));
}
