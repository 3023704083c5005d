/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that have not come to their end, kept so that the next transfer goes on from there.
 * output.c opens them for --dir.
 */
#ifndef CLI_DISK_PART_H
#define CLI_DISK_PART_H

#include <stdint.h>

#include <msrp.h>

/*
 * What has come of a file whose transfer was interrupted: ".HASH.part" in the directory that
 * the file is to be in. Others may write into that directory, too: a part counts only when it is
 * ours, a file of one name that nobody else can write to.
 */

/*
 * Opens the part of FILE, of which size and hash are known, or makes it, and locks it.
 * *ret_have octets from the start of the file are there, and nothing else. -EINVAL without size and
 * hash; -EBUSY while somebody else receives it; -EPERM for what is there and is not ours; or
 * another negative errno. The name is to be freed.
 */
int cli_part_open(const char *directory, const struct msrp_file_selector *file, char **ret_name,
		  int *ret_fd, uint64_t *ret_have);

/* Is the file at NAME still the one that FD is, and ours alone? 0, -EPERM or another errno. */
int cli_part_check(const char *name, int fd);

/* Notes that the file was received by this command. Not all file systems can keep that. */
void cli_part_mark_received(int fd);

/*
 * Opens the file NAME of SIZE octets for reading, if it is one that this command has received,
 * and ours: others are nobody's business who sends. -ENOENT, or another negative errno.
 */
int cli_part_open_received(const char *name, uint64_t size, int *ret_fd);

#endif
