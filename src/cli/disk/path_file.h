/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --path-file: how two commands that a script starts find each other. app.c writes it on the side
 * that waits, and looks for it on the side that calls.
 */
#ifndef CLI_DISK_PATH_FILE_H
#define CLI_DISK_PATH_FILE_H

/*
 * A path in a file, for scripts that start both ends. Both functions return 0 or a negative errno.
 */

/* Appears all at once: no reader sees half of it. */
int cli_path_file_write(const char *name, const char *path);

/* Reads the first line; -ENOENT while there is no such file. The caller frees it. */
int cli_path_file_read(const char *name, char **ret_path);

#endif
