/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hashes as text. send.c and receive.c print them at the end of a file, and part.c names parts by
 * them.
 */
#ifndef CLI_DISK_HASH_TEXT_H
#define CLI_DISK_HASH_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { CLI_HASH_TEXT = 65 }; /* SHA-256 in hexadecimal digits, and a NUL */

/* Writes LEN octets of a hash, 32 at most, in sha256sum's form. */
void cli_hash_text(const uint8_t *hash, size_t len, char ret_text[CLI_HASH_TEXT]);

#endif
