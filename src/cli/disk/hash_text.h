/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hashes as text. send.c and receive.c print them at the end of a file, and part.c names parts by
 * them.
 */
#ifndef CLI_DISK_HASH_TEXT_H
#define CLI_DISK_HASH_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { CLI_HASH_TEXT = 65 }; /* SHA-256 in hexadecimal digits, and the end */

/* LEN octets of a hash, 32 at most, as sha256sum writes them. */
void cli_hash_text(const uint8_t *hash, size_t len, char ret_text[CLI_HASH_TEXT]);

#endif
