/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compares only what precedes the parameters (RFC 4975 8.6).
 */
#include "msrp/media_type.h"

struct slice msrp_media_type(struct slice content_type)
{
	struct slice type = slice_first(content_type, slice_find(content_type, ';'));

	while (type.len > 0 && slice_is_blank(type.p[type.len - 1]))
		type.len--;
	return type;
}

bool msrp_media_type_matches(struct slice pattern, struct slice content_type)
{
	struct slice type = msrp_media_type(content_type);
	size_t slash = slice_find(pattern, '/');

	if (slice_equal(pattern, SLICE("*")))
		return true;
	if (slash + 2 == pattern.len && pattern.p[slash + 1] == '*')
		return type.len > slash + 1 && slice_equal_nocase(slice_first(type, slash + 1),
								  slice_first(pattern, slash + 1));
	return slice_equal_nocase(pattern, type);
}
