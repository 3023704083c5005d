/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/utf8.h"

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

bool utf8_is_valid(struct slice s)
{
	uint32_t character;
	size_t len;

	for (; s.len > 0; s = slice_skip(s, len)) {
		len = utf8_decode(s, &character);
		if (len == 0)
			return false;
	}
	return true;
}
