/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hash in hexadecimal digits, to compare with the output of sha256sum and to name parts.
 */
#include "cli/disk/hash_text.h"

#include <stdio.h>

void cli_hash_text(const uint8_t *hash, size_t len, char ret_text[CLI_HASH_TEXT])
{
	for (size_t i = 0; i < len; i++)
		snprintf(ret_text + 2 * i, 3, "%02x", hash[i]);
}
