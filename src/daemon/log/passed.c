/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes the sockets that systemd passes at the start, by name, and keeps them open for reloads.
 */
#include "daemon/log/passed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

struct passed {
	char **name; /* of each, from SD_LISTEN_FDS_START on */
	size_t n;
};

int passed_new(struct passed **ret_passed)
{
	struct passed *passed = calloc(1, sizeof(*passed));
	int n;

	if (!passed)
		return -ENOMEM;
	n = sd_listen_fds_with_names(1, &passed->name);
	if (n < 0) {
		free(passed);
		return n;
	}
	passed->n = (size_t)n;
	*ret_passed = passed;
	return 0;
}

struct passed *passed_free(struct passed *passed)
{
	if (!passed)
		return NULL;
	for (size_t i = 0; i < passed->n; i++) {
		close(passed_fd(passed, i));
		free(passed->name[i]);
	}
	free(passed->name);
	free(passed);
	return NULL;
}

size_t passed_count(const struct passed *passed)
{
	return passed->n;
}

int passed_fd(const struct passed *passed, size_t i)
{
	return SD_LISTEN_FDS_START + (int)i;
}

const char *passed_name(const struct passed *passed, size_t i)
{
	return passed->name[i];
}

int passed_find(const struct passed *passed, const char *name, size_t skip)
{
	for (size_t i = 0; i < passed->n; i++)
		if (strcmp(passed->name[i], name) == 0 && skip-- == 0)
			return passed_fd(passed, i);
	return -ENOENT;
}

int passed_check(int fd)
{
	return sd_is_socket_inet(fd, AF_UNSPEC, SOCK_STREAM, 1, 0) > 0 ? 0 : -ENOTSUP;
}
