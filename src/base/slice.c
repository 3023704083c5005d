/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An empty slice may have no address at all, so the length is checked before any pointer is used.
 */
#include "base/slice.h"

#include <errno.h>
#include <stdlib.h>

#include "base/ascii.h"

bool slice_equal_nocase(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	if (slice_equal(a, b)) /* most are, and memcmp() is much faster */
		return true;
	for (size_t i = 0; i < a.len; i++) {
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	}
	return true;
}

struct slice slice_trim(struct slice s)
{
	while (s.len > 0 && slice_is_blank(s.p[0]))
		s = slice_skip(s, 1);
	while (s.len > 0 && slice_is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool slice_starts_with(struct slice s, struct slice prefix)
{
	return s.len >= prefix.len && slice_equal(slice_first(s, prefix.len), prefix);
}

size_t slice_find(struct slice s, char c)
{
	const char *at = s.len > 0 ? memchr(s.p, c, s.len) : NULL;

	return at ? (size_t)(at - s.p) : s.len;
}

bool slice_to_u64(struct slice s, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint64_t digit = (uint64_t)(unsigned char)s.p[i] - '0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret_value = value;
	return true;
}

char *slice_pack(struct slice s, char **at)
{
	char *copy = *at;

	if (s.len > 0)
		memcpy(copy, s.p, s.len);
	copy[s.len] = '\0';
	*at += s.len + 1;
	return copy;
}

char *slice_dup(struct slice s)
{
	char *copy = malloc(s.len + 1);
	char *at = copy;

	return copy ? slice_pack(s, &at) : NULL;
}

int slice_replace(char **at, struct slice s)
{
	char *copy = slice_dup(s);

	if (!copy)
		return -ENOMEM;
	free(*at);
	*at = copy;
	return 0;
}
