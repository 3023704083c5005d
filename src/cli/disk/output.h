/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The destination of msrp receive. receive.c opens one for each file that it accepts, hands its
 * descriptor to the library, and finally publishes or leaves it.
 */
#ifndef CLI_DISK_OUTPUT_H
#define CLI_DISK_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include <msrp.h>

/*
 * A file that is being received. It grows under a temporary name in the same directory and gets its
 * real name when it is complete, so that nobody mistakes half a file for a whole one.
 */
struct cli_output;

/*
 * OUTPUT is a file, a directory or NULL. In a directory, and in the current one for NULL, the file
 * gets the last part of the sender's NAME, which may be NULL, made harmless. Existing files are
 * kept, unless FORCE: a name of the sender's choice gets ".1", ".2" and so on, and a file named by
 * OUTPUT is an error. A device, pipe or link named by OUTPUT is written to and stays what it is;
 * "-" is standard output. Returns 0 or a negative errno.
 */
int cli_output_new(const char *output, const char *name, bool force,
		   struct cli_output **ret_output);

/* Is OUTPUT, which may be NULL, standard output? Then nothing else may be printed there. */
bool cli_output_is_standard(const char *output);

/* May OUTPUT be written? Returns 0 or -EEXIST. */
int cli_output_check(const char *output, bool force);

/*
 * Receives FILE, of known size and hash, or the rest of it, into DIRECTORY. It grows under a name
 * made from the hash, and stays there if it remains incomplete. *ret_have octets exist already. If
 * that name is taken by something that is not ours, it is not used and nothing stays. Returns
 * -EINVAL without size and hash; -EBUSY while somebody else receives it; or another negative errno.
 */
int cli_output_resume(const char *directory, const struct msrp_file_selector *file, bool force,
		      struct cli_output **ret_output, uint64_t *ret_have);

/* The descriptor to write to; it stays ours. */
int cli_output_fd(const struct cli_output *o);

/* Call when it is complete: gives it its name. Returns 0 or a negative errno. */
int cli_output_publish(struct cli_output *o);

/* Its path, once published. */
const char *cli_output_name(const struct cli_output *o);

/*
 * Closes it. Removes an incomplete file, unless it can be resumed; it then has DONE octets if
 * CHANGED, and all that it had otherwise. Returns the name of the part that stays, which the caller
 * frees; or NULL.
 */
char *cli_output_leave(struct cli_output *o, bool changed, uint64_t done);

/* Likewise if it was not changed. Returns NULL; NULL is fine. */
struct cli_output *cli_output_free(struct cli_output *o);

#endif
