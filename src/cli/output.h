/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/hash_text.h"
#include "client/msrp.h"

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
int cli_output_new(uv_loop_t *loop, const char *output, const char *disposition, bool force,
		   struct cli_output **ret_output);

/*
 * FILE, of which size and hash are known, into DIRECTORY; or the rest of it: it grows under
 * a name made of the hash, and stays there when it is not complete. *ret_have octets of it are
 * there. -EINVAL without size and hash; -EBUSY while it is being received by somebody else; or
 * another negative errno.
 */
int cli_output_resume(uv_loop_t *loop, const char *directory, const struct msrp_file_selector *file,
		      bool force, struct cli_output **ret_output, uint64_t *ret_have);

/* Removes what is not complete, unless it can be resumed. Returns NULL; NULL is fine. */
struct cli_output *cli_output_free(struct cli_output *o);

/* Puts the first SIZE octets, which are there, into the checksum. As msrp_file_hash_read(). */
int cli_output_hash(struct cli_output *o, uint64_t size, msrp_file_hash_fn done, void *arg);

int cli_output_write(struct cli_output *o, uint64_t offset, const uint8_t *bytes, size_t len);

/*
 * Gives it its name, and tells the checksum of its SIZE bytes. -EBADMSG when it is not the
 * file that cli_output_resume() was told of: then nothing of it is kept.
 */
int cli_output_finish(struct cli_output *o, uint64_t size, char ret_sha256[CLI_HASH_TEXT]);

/* Where a file of this name would be in DIRECTORY. To be freed; NULL without memory. */
char *cli_output_place(const char *directory, const char *name);

/* Where it is, once it is finished. */
const char *cli_output_name(const struct cli_output *o);

#endif
