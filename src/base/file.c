/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only I/O of this room, for daemon, net and users. The machines for bytes (msrp, sdp and
 * relay) must not use it.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_regular(const char *path, size_t max, int *ret_fd, struct stat *ret_stat)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, ret_stat) != 0)
		err = -errno;
	else if (S_ISDIR(ret_stat->st_mode))
		err = -EISDIR;
	else if (!S_ISREG(ret_stat->st_mode))
		err = -ENODEV;
	else if ((size_t)ret_stat->st_size > max)
		err = -EFBIG;
	if (err)
		close(fd);
	else
		*ret_fd = fd;
	return err;
}

/* A file that became shorter meanwhile has changed again, which its reader will notice. */
static int read_all(int fd, char *text, size_t size, size_t *ret_len)
{
	size_t got = 0;
	ssize_t n;

	while (got < size) {
		n = read(fd, text + got, size - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*ret_len = got;
	return 0;
}

int file_read(const char *path, size_t max, struct file_text *ret_file)
{
	size_t size;
	int fd, err;

	*ret_file = (struct file_text){ 0 };
	err = open_regular(path, max, &fd, &ret_file->stat);
	if (err)
		return err;
	size = (size_t)ret_file->stat.st_size;
	ret_file->p = malloc(size + 1);
	err = ret_file->p ? read_all(fd, ret_file->p, size, &ret_file->len) : -ENOMEM;
	close(fd);
	return err;
}

int file_check(const char *path, size_t max)
{
	struct stat stat;
	int fd, err;

	err = open_regular(path, max, &fd, &stat);
	if (!err)
		close(fd);
	return err;
}

void file_done(struct file_text *file)
{
	if (file->p)
		explicit_bzero(file->p, file->len);
	free(file->p);
	file->p = NULL;
	file->len = 0;
}

const char *file_error(int err)
{
	switch (err) {
	case -ENODEV:
		return "is no regular file";
	case -EFBIG:
		return "is too large";
	default:
		return strerror(-err);
	}
}
