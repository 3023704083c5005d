/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/secret_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECRET_MAX = 1024 };

static int read_line(FILE *stream, char *line, size_t size)
{
	size_t len;

	if (!fgets(line, (int)size, stream))
		return ferror(stream) ? -errno : -ENODATA;
	len = strcspn(line, "\r\n");
	if (len + 1 == size)
		return -EFBIG;
	line[len] = '\0';
	return len > 0 ? 0 : -ENODATA;
}

int secret_file_read(const char *path, char **ret_secret)
{
	char line[SECRET_MAX + 2];
	FILE *stream = fopen(path, "re");
	char *copy;
	int err;

	if (!stream)
		return -errno;
	setvbuf(stream, NULL, _IONBF, 0); /* no copy of it that nobody overwrites */
	err = read_line(stream, line, sizeof(line));
	fclose(stream);
	if (!err) {
		copy = strdup(line);
		if (copy)
			*ret_secret = copy;
		else
			err = -ENOMEM;
	}
	explicit_bzero(line, sizeof(line));
	return err;
}

char *secret_file_forget(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
	return NULL;
}
