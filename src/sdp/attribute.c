/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes attributes for media_format.c and file_attributes.c.
 */
#include "sdp/attribute.h"

#include <errno.h>

bool sdp_is_value(const char *value)
{
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return *value != '\0';
}

int sdp_attribute_format(struct buf *out, const char *name, const char *value)
{
	if (!value)
		return 0;
	if (!sdp_is_value(value))
		return -EINVAL;
	buf_add_slice(out, SLICE("a="));
	buf_add_slice(out, slice_from(name));
	buf_add_char(out, ':');
	buf_add_slice(out, slice_from(value));
	buf_add_slice(out, SLICE("\r\n"));
	return 0;
}
