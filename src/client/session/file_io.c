/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * System calls, repeated until everything is done or an error occurs.
 */
#include "client/session/file_io.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

int client_file_read(int fd, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len)
{
	ssize_t len;

	do
		len = pread(fd, bytes, size, (off_t)offset);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	*ret_len = (size_t)len;
	return 0;
}

int client_file_write(int fd, uint64_t offset, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, bytes, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -ENOSPC;
		bytes += n;
		offset += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

int client_file_cut(int fd, uint64_t size)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size <= size)
		return 0;
	return ftruncate(fd, (off_t)size) != 0 ? -errno : 0;
}
