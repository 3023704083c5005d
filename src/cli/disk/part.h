/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Incomplete files, kept so that the next transfer can continue them. output.c opens them for
 * --dir.
 */
#ifndef CLI_DISK_PART_H
#define CLI_DISK_PART_H

#include <stdint.h>

#include <msrp.h>

/*
 * The beginning of a file whose transfer was interrupted: ".HASH.part" in the directory of the
 * file. Others may be able to write to that directory, too: a part counts only if it belongs to us,
 * has one name, and nobody else can write to it.
 */

/*
 * Opens or makes the part of FILE, of known size and hash, and locks it. It has *ret_have octets
 * from the start of the file, and nothing else. Returns -EINVAL without size and hash; -EBUSY while
 * somebody else receives it; -EPERM if the name is taken by something that is not ours; or another
 * negative errno. The caller frees the name.
 */
int cli_part_open(const char *directory, const struct msrp_file_selector *file, char **ret_name,
		  int *ret_fd, uint64_t *ret_have);

/*
 * Is the file at NAME still the one that FD is, and ours alone? Returns 0, -EPERM or another errno.
 */
int cli_part_check(const char *name, int fd);

/* Marks the file as received by this command. Not all file systems can store that. */
void cli_part_mark_received(int fd);

/*
 * Opens the file NAME of SIZE octets for reading, if this command has received it and it is ours: a
 * sender must learn nothing about other files. Returns -ENOENT, or another negative errno.
 */
int cli_part_open_received(const char *name, uint64_t size, int *ret_fd);

#endif
