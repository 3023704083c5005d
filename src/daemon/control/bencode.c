/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads and writes bencode. Walks over nested values without recursion, with one bit per level, so
 * that a sender cannot exhaust our stack by nesting.
 */
#include "daemon/control/bencode.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/ascii.h"

/* The open levels; the lowest bit is the innermost. */
struct levels {
	uint32_t is_dictionary;
	uint32_t wants_key; /* in a dictionary: a key comes next */
	unsigned n;
};

_Static_assert(BENCODE_DEPTH_MAX <= 32, "a bit for each level");

/*
 * Reads the digits at the start of S; a number has no leading zero. BENCODE_BAD: there are no
 * digits.
 */
static int count_digits(struct slice s, size_t *ret_n)
{
	size_t n = 0;

	while (n < s.len && ascii_is_digit(s.p[n]))
		n++;
	if (n == 0 || (n > 1 && s.p[0] == '0'))
		return BENCODE_BAD;
	*ret_n = n;
	return 0;
}

static int take_bencoded_string(struct slice *rest, struct bencode *ret_value)
{
	uint64_t len;
	size_t n;

	if (count_digits(*rest, &n) || n == rest->len || rest->p[n] != ':')
		return BENCODE_BAD;
	if (!slice_to_u64(slice_first(*rest, n), &len) || len > rest->len - n - 1)
		return BENCODE_BAD;
	*ret_value = (struct bencode){
		.type = BENCODE_STRING,
		.text = slice_make(rest->p + n + 1, (size_t)len),
	};
	*rest = slice_skip(*rest, n + 1 + (size_t)len);
	return 0;
}

/* rtpengine accepts a "+", and so do we. */
static int take_integer(struct slice *rest, struct bencode *ret_value)
{
	bool negative = rest->len > 1 && rest->p[1] == '-';
	size_t sign = negative || (rest->len > 1 && rest->p[1] == '+');
	struct slice s = slice_skip(*rest, 1 + sign);
	uint64_t value;
	size_t n;

	if (count_digits(s, &n) || n == s.len || s.p[n] != 'e')
		return BENCODE_BAD;
	if (!slice_to_u64(slice_first(s, n), &value) || value > INT64_MAX)
		value = INT64_MAX;
	*ret_value = (struct bencode){
		.type = BENCODE_INTEGER,
		.number = negative ? -(int64_t)value : (int64_t)value,
	};
	*rest = slice_skip(s, n + 1);
	return 0;
}

static int open_level(struct levels *levels, bool is_dictionary)
{
	if (levels->n == BENCODE_DEPTH_MAX)
		return BENCODE_BAD;
	levels->n++;
	levels->is_dictionary = levels->is_dictionary << 1 | is_dictionary;
	levels->wants_key = levels->wants_key << 1 | is_dictionary;
	return 0;
}

/* A dictionary cannot end between a key and its value. */
static int close_level(struct levels *levels)
{
	if ((levels->is_dictionary & 1) && !(levels->wants_key & 1))
		return BENCODE_BAD;
	levels->n--;
	levels->is_dictionary >>= 1;
	levels->wants_key >>= 1;
	return 0;
}

/* A key or a value is complete; in a dictionary the other comes next. */
static void turn(struct levels *levels)
{
	if (levels->is_dictionary & 1)
		levels->wants_key ^= 1;
}

/* Takes a string or an integer, or a letter that begins or ends a list or dictionary. */
static int take_step(struct slice *rest, struct levels *levels, struct bencode *scalar)
{
	char c = rest->p[0];
	int err;

	if (c == 'e') {
		err = close_level(levels);
	} else if ((levels->wants_key & 1) && !ascii_is_digit(c)) {
		return BENCODE_BAD;
	} else if (c == 'l' || c == 'd') {
		err = open_level(levels, c == 'd');
		if (!err)
			*rest = slice_skip(*rest, 1);
		return err;
	} else if (c == 'i') {
		err = take_integer(rest, scalar);
	} else {
		err = take_bencoded_string(rest, scalar);
	}
	if (err)
		return err;
	if (c == 'e')
		*rest = slice_skip(*rest, 1);
	turn(levels);
	return 0;
}

int bencode_next(struct slice *rest, struct bencode *ret_value)
{
	struct bencode value = { 0 };
	struct levels levels = { 0 };
	struct slice at = *rest;
	bool is_compound;

	if (at.len == 0)
		return BENCODE_END;
	if (at.p[0] == 'e')
		return BENCODE_BAD;
	is_compound = at.p[0] == 'l' || at.p[0] == 'd';
	do {
		int err = at.len > 0 ? take_step(&at, &levels, &value) : BENCODE_BAD;

		if (err)
			return err;
	} while (levels.n > 0);
	if (is_compound) {
		value = (struct bencode){
			.type = rest->p[0] == 'd' ? BENCODE_DICTIONARY : BENCODE_LIST,
			.text = slice_make(rest->p + 1, rest->len - at.len - 2),
		};
	}
	*rest = at;
	*ret_value = value;
	return 0;
}

void bencode_put(struct buf *out, struct slice string)
{
	buf_add_u64(out, string.len);
	buf_add_char(out, ':');
	buf_add_slice(out, string);
}

void bencode_put_number(struct buf *out, int64_t number)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "i%" PRId64 "e", number);

	assert(n > 0 && (size_t)n < sizeof(text));
	buf_add(out, text, (size_t)n);
}

void bencode_open_list(struct buf *out)
{
	buf_add_char(out, 'l');
}

void bencode_open_dictionary(struct buf *out)
{
	buf_add_char(out, 'd');
}

void bencode_close(struct buf *out)
{
	buf_add_char(out, 'e');
}
