/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opens what msrp send sends: regular files as they are, and standard input by way of an unnamed
 * file, because an offer states the size.
 */
#include "cli/disk/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/terminal/say.h"

enum { BLOCK_SIZE = 256 * 1024 };

static bool is_standard(const char *argument)
{
	return strcmp(argument, "-") == 0;
}

static int say_unreadable(const char *argument, const char *why, int err)
{
	cli_error("%s: %s", argument, why);
	return err;
}

/* O_NONBLOCK: refuse a FIFO rather than wait for it. */
int cli_source_open(struct cli_source *source, const char *argument, int standard)
{
	struct stat st;
	int fd = is_standard(argument)
		     ? fcntl(standard, F_DUPFD_CLOEXEC, 0)
		     : open(argument, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	source->fd = -1;
	if (fd < 0)
		return say_unreadable(argument, strerror(errno), -errno);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return say_unreadable(argument, "not a regular file; \"-\" sends standard input",
				      -EINVAL);
	}
	*source = (struct cli_source){ fd, (uint64_t)st.st_size, st.st_mtim };
	return 0;
}

void cli_source_close(struct cli_source *source)
{
	if (source->fd >= 0)
		close(source->fd);
	source->fd = -1;
}

bool cli_source_has_changed(const struct cli_source *source)
{
	struct stat st;

	return fstat(source->fd, &st) != 0 || (uint64_t)st.st_size != source->size ||
	       st.st_mtim.tv_sec != source->changed.tv_sec ||
	       st.st_mtim.tv_nsec != source->changed.tv_nsec;
}

int cli_source_read(const struct cli_source *source, uint64_t offset, uint8_t *bytes, size_t size,
		    size_t *ret_len)
{
	ssize_t len;

	do
		len = pread(source->fd, bytes, size, (off_t)offset);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	*ret_len = (size_t)len;
	return 0;
}

const char *cli_source_name(const char *argument)
{
	const char *slash = strrchr(argument, '/');

	if (is_standard(argument))
		return "stdin";
	return slash ? slash + 1 : argument;
}

/* ---- standard input ---- */

/* It vanishes with the process. */
static int open_nameless(void)
{
	const char *directory = getenv("TMPDIR");
	char *name;
	int fd;

	if (asprintf(&name, "%s/msrp.XXXXXX", directory && *directory ? directory : "/var/tmp") < 0)
		return -ENOMEM;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	else
		unlink(name);
	free(name);
	return fd;
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0)
			return -errno;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

static int copy_standard(int fd)
{
	char *block = malloc(BLOCK_SIZE);
	int err = block ? 0 : -ENOMEM;

	while (!err) {
		ssize_t n = read(STDIN_FILENO, block, BLOCK_SIZE);

		if (n == 0)
			break;
		err = n < 0 ? -errno : write_all(fd, block, (size_t)n);
	}
	free(block);
	return err;
}

int cli_source_take_standard(int *ret_fd)
{
	struct stat st;
	int fd, err;

	if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode)) {
		*ret_fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
		return *ret_fd < 0 ? say_unreadable("-", strerror(errno), -errno) : 0;
	}
	fd = open_nameless();
	err = fd < 0 ? fd : copy_standard(fd);
	if (!err) {
		*ret_fd = fd;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	return say_unreadable("standard input", strerror(-err), err);
}
