/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a file is put that somebody else has named. output.c asks for new files, and receive.c to
 * see whether a file is there already.
 */
#ifndef CLI_DISK_FILE_NAME_H
#define CLI_DISK_FILE_NAME_H

/* What files are called that others send. */

/*
 * Where a file of this name, which may be NULL, would be in DIRECTORY, "" being the current
 * one. The sender does not choose where we write: only the last part of the name counts, and
 * it is made harmless. To be freed; NULL without memory.
 */
char *cli_file_name_place(const char *directory, const char *name);

#endif
