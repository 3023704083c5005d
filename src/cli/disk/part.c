/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parts of files on the disk: names, locks, sizes, their maximum number, and checks that a part is
 * ours and that nobody else can write to it.
 */
#include "cli/disk/part.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cli/disk/hash_text.h"

enum {
	/*
	 * Parts in a directory. Everybody who learns a path can leave one each time, of any size;
	 * the newest replaces the oldest.
	 */
	PARTS_MAX = 16,
};

static const char suffix[] = ".part";
static const char received_attribute[] = "user.msrp.received";

/* ---- is it ours? ---- */

static bool is_our_part(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid();
}

/* No other name, and nobody else, can change it. */
static bool is_ours_alone(const struct stat *st)
{
	return is_our_part(st) && st->st_nlink == 1 && (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

int cli_part_check(const char *name, int fd)
{
	struct stat opened, there;

	if (fstat(fd, &opened) != 0 || lstat(name, &there) != 0)
		return -errno;
	return is_ours_alone(&opened) && opened.st_ino == there.st_ino &&
		       opened.st_dev == there.st_dev
		   ? 0
		   : -EPERM;
}

static int open_ours(const char *name, int flags, int *ret_fd)
{
	/* O_NONBLOCK: not even a FIFO blocks us. */
	int fd = open(name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
	struct stat st;
	int err;

	if (fd < 0) /* somebody else's, a link, a directory */
		return errno == EACCES || errno == ELOOP || errno == EISDIR || errno == ENXIO
			   ? -EPERM
			   : -errno;
	err = fstat(fd, &st) != 0 ? -errno : is_our_part(&st) ? 0 : -EPERM;
	if (err)
		close(fd);
	else
		*ret_fd = fd;
	return err;
}

static int lock(const char *name, int fd)
{
	struct stat st;

	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	/* Another process of ours may just have renamed it. */
	if (lstat(name, &st) != 0)
		return errno == ENOENT ? -EBUSY : -errno;
	return cli_part_check(name, fd);
}

/* ---- how many there are ---- */

static bool is_part(const char *name)
{
	size_t len = strlen(name);

	return name[0] == '.' && len > sizeof(suffix) &&
	       strcmp(name + len - strlen(suffix), suffix) == 0;
}

/* Counts our parts; *ret_oldest, which the caller frees, may be NULL. */
static size_t count_parts(const char *directory, DIR *d, char **ret_oldest)
{
	struct timespec oldest = { 0 };
	const struct dirent *entry;
	size_t n = 0;

	*ret_oldest = NULL;
	while ((entry = readdir(d))) {
		struct stat st;
		bool older;

		if (!is_part(entry->d_name) ||
		    fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !is_ours_alone(&st))
			continue;
		older = n++ == 0 || st.st_mtim.tv_sec < oldest.tv_sec ||
			(st.st_mtim.tv_sec == oldest.tv_sec && st.st_mtim.tv_nsec < oldest.tv_nsec);
		if (!older)
			continue;
		oldest = st.st_mtim;
		free(*ret_oldest);
		if (asprintf(ret_oldest, "%s/%s", directory, entry->d_name) < 0)
			*ret_oldest = NULL;
	}
	return n;
}

/* Removes the oldest if there is no room for another, unless it is being received. */
static int make_room_for_part(const char *directory)
{
	DIR *d = opendir(directory);
	char *oldest;
	size_t n;
	int fd;
	int err = d ? 0 : -errno;

	if (err)
		return err;
	n = count_parts(directory, d, &oldest);
	closedir(d);
	if (n >= PARTS_MAX)
		err = oldest ? open_ours(oldest, O_RDWR, &fd) : -ENOMEM;
	if (n >= PARTS_MAX && !err) {
		err = lock(oldest, fd);
		if (!err)
			unlink(oldest);
		close(fd);
	}
	free(oldest);
	return err;
}

/* ---- a part ---- */

static int name_part(const char *directory, const struct msrp_file_selector *f, char **ret_name)
{
	char text[CLI_HASH_TEXT];

	if (!f->has_size || (!f->has_sha1 && !f->has_sha256))
		return -EINVAL;
	if (f->has_sha256)
		cli_hash_text(f->sha256, sizeof(f->sha256), text);
	else
		cli_hash_text(f->sha1, sizeof(f->sha1), text);
	return asprintf(ret_name, "%s/.%s%s", directory, text, suffix) < 0 ? -ENOMEM : 0;
}

/* Data after a hole has arrived, but the hole has not. */
static int measure(int fd, uint64_t size, uint64_t *ret_have)
{
	struct stat st;
	off_t hole;
	uint64_t have;

	if (fstat(fd, &st) != 0)
		return -errno;
	hole = lseek(fd, 0, SEEK_HOLE); /* fails in an empty file */
	have = (uint64_t)(hole >= 0 && hole < st.st_size ? hole : st.st_size);
	if (have > size)
		have = 0; /* not a part, whatever it is */
	if (have != (uint64_t)st.st_size && ftruncate(fd, (off_t)have) != 0)
		return -errno;
	*ret_have = have;
	return 0;
}

static int open_part(const char *directory, const char *name, int *ret_fd)
{
	int err = open_ours(name, O_RDWR, ret_fd);

	if (err != -ENOENT)
		return err;
	err = make_room_for_part(directory) != 0 ? -EPERM : 0;
	return err ? err : open_ours(name, O_RDWR | O_CREAT, ret_fd);
}

int cli_part_open(const char *directory, const struct msrp_file_selector *file, char **ret_name,
		  int *ret_fd, uint64_t *ret_have)
{
	char *name;
	int fd = -1;
	int err = name_part(directory, file, &name);

	if (err)
		return err;
	err = open_part(directory, name, &fd);
	if (!err)
		err = lock(name, fd);
	if (!err)
		err = measure(fd, file->size, ret_have);
	if (!err) {
		*ret_name = name;
		*ret_fd = fd;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	free(name);
	return err;
}

/* ---- files that are whole ---- */

void cli_part_mark_received(int fd)
{
	(void)fsetxattr(fd, received_attribute, "1", 1, 0);
}

int cli_part_open_received(const char *name, uint64_t size, int *ret_fd)
{
	struct stat st;
	char value;
	int fd;
	int err = open_ours(name, O_RDONLY, &fd);

	if (err)
		return err;
	if (fstat(fd, &st) != 0 || (uint64_t)st.st_size != size ||
	    fgetxattr(fd, received_attribute, &value, sizeof(value)) != 1) {
		close(fd);
		return -ENOENT;
	}
	*ret_fd = fd;
	return 0;
}
