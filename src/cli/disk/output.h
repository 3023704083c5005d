/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_DISK_OUTPUT_H
#define CLI_DISK_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/disk/hash_text.h"
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
 * ".2" and so on, and a file named by OUTPUT is an error; unless FORCE. What OUTPUT
 * names and is no file, a device, a pipe or a link, is written to and stays what it is;
 * "-" is standard output. 0 or a negative errno.
 */
int cli_output_new(uv_loop_t *loop, const char *output, const char *disposition, bool force,
		   struct cli_output **ret_output);

/* Is OUTPUT, which may be NULL, standard output? Then that is no place for anything else. */
bool cli_output_is_standard(const char *output);

/* May OUTPUT be written to? 0 or -EEXIST. */
int cli_output_check(const char *output, bool force);

/*
 * FILE, of which size and hash are known, into DIRECTORY; or the rest of it: it grows under
 * a name made of the hash, and stays there when it is not complete. *ret_have octets of it are
 * there. Where something that is not ours has that name, it is not used and nothing stays. -EINVAL
 * without size and hash; -EBUSY while it is being received by somebody else; or another
 * negative errno.
 */
int cli_output_resume(uv_loop_t *loop, const char *directory, const struct msrp_file_selector *file,
		      bool force, struct cli_output **ret_output, uint64_t *ret_have);

/* Forgets what is there of it, and begins at its start. 0 or a negative errno. */
int cli_output_restart(struct cli_output *o, uv_loop_t *loop);

/* Removes what is not complete, unless it can be resumed. Returns NULL; NULL is fine. */
struct cli_output *cli_output_free(struct cli_output *o);

/* The same. Returns the name of what has come and stays, to be freed; or NULL. */
char *cli_output_leave(struct cli_output *o);

/* Puts the first SIZE octets, which are there, into the checksum. As msrp_file_hash_read(). */
int cli_output_hash(struct cli_output *o, uint64_t size, msrp_file_hash_fn done, void *arg);

/*
 * Octets that come a second time are left as they are: the checksum is that of what is stored.
 * -ESPIPE for what is out of order, where it cannot be put in order; or another negative errno.
 */
int cli_output_write(struct cli_output *o, uint64_t offset, const uint8_t *bytes, size_t len);

/*
 * Gives it its name, and tells the checksum of its SIZE bytes. -EBADMSG when it is not the
 * file that cli_output_resume() was told of: then nothing of it is kept.
 */
int cli_output_finish(struct cli_output *o, uint64_t size, char ret_sha256[CLI_HASH_TEXT]);

/* Where it is, once it is finished. */
const char *cli_output_name(const struct cli_output *o);

#endif
