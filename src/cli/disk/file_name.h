/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chooses the place of a file that somebody else has named. output.c asks for new files, and
 * receive.c to see whether a file exists already.
 */
#ifndef CLI_DISK_FILE_NAME_H
#define CLI_DISK_FILE_NAME_H

/* Names of files that others send. */

/*
 * The path of a file with this name, which may be NULL, in DIRECTORY; "" is the current one. The
 * sender does not choose where we write: only the last part of the name counts, and it is made
 * harmless. The caller frees it; NULL without memory.
 */
char *cli_file_name_place(const char *directory, const char *name);

#endif
