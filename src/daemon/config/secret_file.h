/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files with one secret, which need not be readable by everybody who may read the configuration.
 */
#ifndef DAEMON_CONFIG_SECRET_FILE_H
#define DAEMON_CONFIG_SECRET_FILE_H

/*
 * Reads the secret from the first line of a file. The caller frees it by secret_file_forget().
 * Returns 0, or a negative errno: -ENODATA for an empty line, -EFBIG for one longer than 1024
 * bytes.
 */
int secret_file_read(const char *path, char **ret_secret);

char *secret_file_forget(char *secret); /* NULL is fine; returns NULL */

#endif
