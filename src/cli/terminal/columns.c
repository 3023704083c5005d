/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the characters of a UTF-8 text, by the bytes that do not continue a character.
 */
#include "cli/terminal/columns.h"

size_t cli_columns(const char *text, size_t len)
{
	size_t columns = 0;

	for (size_t i = 0; i < len; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}
