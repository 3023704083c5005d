/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where msrp receive puts a file. receive.c opens one for each file that it takes, hands its
 * descriptor to the library, and publishes or leaves it at the end.
 */
#ifndef CLI_DISK_OUTPUT_H
#define CLI_DISK_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include <msrp.h>

/*
 * A file that is being received. It grows under a name of its own beside its
 * place and gets its real name when it is complete, so that nobody ever takes
 * half a file for a whole one.
 */
struct cli_output;

/*
 * OUTPUT is a file, a directory or NULL: in a directory, and in the current
 * one for NULL, the file gets the sender's NAME, which may be NULL and of which only the last part
 * counts, made harmless. An existing file is kept: a name of the sender's choice then gets ".1",
 * ".2" and so on, and a file named by OUTPUT is an error; unless FORCE. What OUTPUT
 * names and is no file, a device, a pipe or a link, is written to and stays what it is;
 * "-" is standard output. 0 or a negative errno.
 */
int cli_output_new(const char *output, const char *name, bool force,
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
int cli_output_resume(const char *directory, const struct msrp_file_selector *file, bool force,
		      struct cli_output **ret_output, uint64_t *ret_have);

/* Where its octets go; ours. */
int cli_output_fd(const struct cli_output *o);

/* All of it has come: gives it its name. 0 or a negative errno. */
int cli_output_publish(struct cli_output *o);

/* Where it is, once it is published. */
const char *cli_output_name(const struct cli_output *o);

/*
 * Closes it. What is not complete is removed, unless it can be resumed. It then has DONE octets if
 * CHANGED, and all that it had if not. Returns the name of what has come and stays, to be freed;
 * or NULL.
 */
char *cli_output_leave(struct cli_output *o, bool changed, uint64_t done);

/* The same of one that was not changed. Returns NULL; NULL is fine. */
struct cli_output *cli_output_free(struct cli_output *o);

#endif
