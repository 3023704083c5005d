/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One character at a time, from the table of well-formed sequences in RFC 3629 section 4.
 */
#include "base/utf8.h"

#include <string.h>

size_t utf8_decode(struct slice s, uint32_t *ret_character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = s.len > 0 ? (unsigned char)s.p[0] : 0;
	size_t len = first < 0x80	? 1
		     : first >> 5 == 6	? 2
		     : first >> 4 == 14 ? 3
		     : first >> 3 == 30 ? 4
					: 0;
	uint32_t character;

	if (len == 0 || len > s.len)
		return 0;
	character = len == 1 ? first : first & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >> 6 != 2)
			return 0;
		character = character << 6 | (c & 0x3f);
	}
	if (character < least[len] || character > 0x10ffff ||
	    (character >= 0xd800 && character <= 0xdfff))
		return 0;
	*ret_character = character;
	return len;
}

/* C begins a character: how many bytes follow, and the range of the first of them. */
static bool begin_character(struct utf8_check *check, unsigned char c)
{
	check->left = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	check->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	check->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	return c >= 0xc2 && c <= 0xf4;
}

static bool continue_character(struct utf8_check *check, unsigned char c)
{
	bool fits = c >= check->low && c <= check->high;

	check->left--;
	check->low = 0x80;
	check->high = 0xbf;
	return fits;
}

/* How many of the first bytes of S are ASCII, in multiples of eight. */
static size_t ascii_run(struct slice s)
{
	uint64_t word;
	size_t len = 0;

	for (; len + sizeof(word) <= s.len; len += sizeof(word)) {
		memcpy(&word, s.p + len, sizeof(word));
		if (word & 0x8080808080808080u)
			break;
	}
	return len;
}

bool utf8_check_feed(struct utf8_check *check, struct slice s)
{
	size_t i = 0;

	while (i < s.len) {
		unsigned char c = (unsigned char)s.p[i];

		if (check->left > 0) {
			if (!continue_character(check, c))
				return false;
		} else if (c >= 0x80) {
			if (!begin_character(check, c))
				return false;
		} else {
			i += ascii_run(slice_skip(s, i));
			i += i < s.len && (unsigned char)s.p[i] < 0x80;
			continue;
		}
		i++;
	}
	return true;
}

bool utf8_check_is_whole(const struct utf8_check *check)
{
	return check->left == 0;
}

bool utf8_is_valid(struct slice s)
{
	struct utf8_check check = { 0 };

	return utf8_check_feed(&check, s) && utf8_check_is_whole(&check);
}
