/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connects to the admin socket, writes the question, and reads
 * the answer line by line.
 */
#include "ctl/ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct ctl_ask {
	FILE *stream;
	char *line; /* allocated by getline() */
	size_t size;
};

static int connect_to(const char *path, int *ret_fd)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		int err = -errno;

		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

static int send_words(FILE *stream, const char *const *word)
{
	for (size_t i = 0; word[i]; i++)
		fprintf(stream, "%s%s", i > 0 ? "\t" : "", word[i]);
	fputc('\n', stream);
	/* The other side may close while we write; then there is no answer. */
	return fflush(stream) == 0 || errno == EPIPE ? 0 : -errno;
}

int ctl_ask_new(const char *socket, const char *const *word, struct ctl_ask **ret_ask)
{
	struct ctl_ask *ask = calloc(1, sizeof(*ask));
	int fd = -1;
	int err;

	if (!ask)
		return -ENOMEM;
	err = connect_to(socket, &fd);
	if (err)
		goto out;
	ask->stream = fdopen(fd, "r+");
	if (!ask->stream) {
		err = -errno;
		close(fd);
		goto out;
	}
	err = send_words(ask->stream, word);
out:
	if (err)
		ctl_ask_free(ask);
	else
		*ret_ask = ask;
	return err;
}

const char *ctl_ask_line(struct ctl_ask *ask)
{
	ssize_t len = getline(&ask->line, &ask->size, ask->stream);

	if (len <= 0 || ask->line[len - 1] != '\n')
		return NULL;
	ask->line[len - 1] = '\0';
	return ask->line;
}

struct ctl_ask *ctl_ask_free(struct ctl_ask *ask)
{
	if (!ask)
		return NULL;
	if (ask->stream)
		fclose(ask->stream);
	free(ask->line);
	free(ask);
	return NULL;
}
