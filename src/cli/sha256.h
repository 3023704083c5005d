/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_SHA256_H
#define CLI_SHA256_H

#include <stddef.h>

enum { CLI_SHA256_TEXT = 65 };

/* A checksum that is added up while the bytes pass by. */
struct cli_sha256;

struct cli_sha256 *cli_sha256_new(void); /* NULL without memory */
struct cli_sha256 *cli_sha256_free(struct cli_sha256 *sha);
void cli_sha256_reset(struct cli_sha256 *sha);
void cli_sha256_add(struct cli_sha256 *sha, const void *bytes, size_t len);

/* In hexadecimal. Nothing can be added afterwards. */
void cli_sha256_finish(struct cli_sha256 *sha, char ret_text[CLI_SHA256_TEXT]);

#endif
