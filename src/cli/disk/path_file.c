/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes a path to a file atomically, with a mode that keeps it secret, and reads it back.
 */
#include "cli/disk/path_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_path_file_write(const char *name, const char *path)
{
	char *draft;
	FILE *file;
	int fd, err = 0;

	if (asprintf(&draft, "%s.XXXXXX", name) < 0)
		return -ENOMEM;
	fd = mkstemp(draft); /* of mode 0600: a path is a secret */
	file = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!file) {
		err = -errno;
		free(draft);
		return err;
	}
	fprintf(file, "%s\n", path);
	if (fclose(file) != 0 || rename(draft, name) != 0) {
		err = -errno;
		unlink(draft);
	}
	free(draft);
	return err;
}

int cli_path_file_read(const char *name, char **ret_path)
{
	FILE *file = fopen(name, "re");
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return -errno;
	if (getline(&line, &size, file) < 0) {
		free(line);
		fclose(file);
		return -ENODATA;
	}
	fclose(file);
	line[strcspn(line, "\r\n")] = '\0';
	*ret_path = line;
	return 0;
}
