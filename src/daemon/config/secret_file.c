/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a secret from the first line of a file, and wipes it after use.
 */
#include "daemon/config/secret_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum {
	SECRET_MAX = 1024,
	SECRET_FILE_MAX = 64 * 1024, /* bytes; more than the first line may follow */
};

int secret_file_read(const char *path, char **ret_secret)
{
	struct file_text file;
	size_t len = 0;
	int err;

	err = file_read(path, SECRET_FILE_MAX, &file);
	while (!err && len < file.len && !strchr("\r\n", file.p[len]))
		len++;
	if (!err && len == 0)
		err = -ENODATA;
	if (!err && len > SECRET_MAX)
		err = -EFBIG;
	if (!err) {
		*ret_secret = strndup(file.p, len);
		err = *ret_secret ? 0 : -ENOMEM;
	}
	file_done(&file);
	return err;
}

char *secret_file_forget(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
	return NULL;
}
