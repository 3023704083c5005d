/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/sha256.h"

/*
 * A file that is being received. It grows under a name of its own beside its
 * place and gets its real name when it is complete, so that nobody ever takes
 * half a file for a whole one.
 */
struct cli_output;

/*
 * OUTPUT is a file, a directory or NULL: in a directory, and in the current
 * one for NULL, the file gets the sender's name, of which only the last part
 * counts and which is made harmless. DISPOSITION is the Content-Disposition.
 * An existing file is kept: a name of the sender's choice then gets ".1",
 * ".2" and so on, and a file named by OUTPUT is an error; unless FORCE.
 * 0 or a negative errno.
 */
int cli_output_new(const char *output, const char *disposition, bool force,
		   struct cli_output **ret_output);

/* Removes what is not complete. Returns NULL; NULL is fine. */
struct cli_output *cli_output_free(struct cli_output *o);

int cli_output_write(struct cli_output *o, uint64_t offset, const uint8_t *bytes, size_t len);

/* Gives it its name, and tells the checksum of its SIZE bytes. */
int cli_output_finish(struct cli_output *o, uint64_t size, char ret_sha256[CLI_SHA256_TEXT]);

/* Where it is, once it is finished. */
const char *cli_output_name(const struct cli_output *o);

#endif
