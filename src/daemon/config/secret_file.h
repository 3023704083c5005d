/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files with one secret, which can be kept from those who may read the configuration.
 */
#ifndef DAEMON_CONFIG_SECRET_FILE_H
#define DAEMON_CONFIG_SECRET_FILE_H

/*
 * A file with one secret in its first line, which may be kept from those who
 * may read the configuration. The caller frees it by secret_file_forget(). 0,
 * or a negative errno: -ENODATA for an empty line, -EFBIG for one longer than
 * 1024 bytes.
 */
int secret_file_read(const char *path, char **ret_secret);

char *secret_file_forget(char *secret); /* NULL is fine; returns NULL */

#endif
