/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/disk/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/disk/file_name.h"
#include "cli/disk/part.h"

enum {
	NAMES_MAX = 1000, /* NAME.1 and so on, before giving up */
	READ_SIZE = 256 * 1024,
};

struct cli_output {
	char *name;    /* that it is to have; NULL: standard output */
	char *draft;   /* that it has; NULL once it got the other, and for what is no file */
	bool numbered; /* the name is the sender's: may get a number */
	bool force;
	bool in_order; /* it may be a pipe: octets go one after the other */
	int fd;
	struct msrp_file_hash *hash;
	bool resumes;			/* the draft is worth something as it is */
	bool changed;			/* something was written */
	struct msrp_file_selector want; /* size and hashes; without any all is fine */
};

/* ---- names ---- */

static int name_by_sender(struct cli_output *o, const char *directory, const char *disposition)
{
	char *name = cli_file_name_of(disposition);

	o->numbered = true;
	o->name = cli_file_name_place(directory, name);
	free(name);
	return o->name ? 0 : -ENOMEM;
}

static bool is_standard_output(const char *output)
{
	struct stat link, target, out;

	if (strcmp(output, "-") == 0)
		return true;
	return lstat(output, &link) == 0 && S_ISLNK(link.st_mode) && stat(output, &target) == 0 &&
	       fstat(STDOUT_FILENO, &out) == 0 && target.st_dev == out.st_dev &&
	       target.st_ino == out.st_ino;
}

bool cli_output_is_standard(const char *output)
{
	return output && is_standard_output(output);
}

/* 0 also when there is no such file yet. */
int cli_output_check(const char *output, bool force)
{
	struct stat st;

	if (is_standard_output(output) || stat(output, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	return force ? 0 : -EEXIST;
}

static int open_draft(struct cli_output *o)
{
	int err;

	if (asprintf(&o->draft, "%s.XXXXXX", o->name) < 0) {
		o->draft = NULL;
		return -ENOMEM;
	}
	o->fd = mkostemp(o->draft, O_CLOEXEC);
	if (o->fd >= 0)
		return 0;
	err = -errno;
	free(o->draft);
	o->draft = NULL;
	return err;
}

/* What the user named and is no file of its own, a device or a link: it stays what it is. */
static int open_as_it_is(struct cli_output *o)
{
	struct stat st;
	bool is_file = stat(o->name, &st) == 0 && S_ISREG(st.st_mode);

	o->fd = open(o->name, (is_file ? O_RDWR : O_WRONLY) | O_CLOEXEC | O_NOCTTY);
	if (o->fd < 0)
		return -errno;
	o->in_order = !is_file;
	if (!o->in_order && ftruncate(o->fd, 0) != 0)
		return -errno;
	return 0;
}

static int open_standard(struct cli_output *o)
{
	o->in_order = true;
	o->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	return o->fd < 0 ? -errno : 0;
}

static int open_named(struct cli_output *o, const char *output)
{
	struct stat st;
	int err;

	if (is_standard_output(output))
		return open_standard(o);
	o->name = strdup(output);
	err = o->name ? cli_output_check(output, o->force) : -ENOMEM;
	if (err)
		return err;
	if (lstat(output, &st) == 0 && !S_ISREG(st.st_mode))
		return open_as_it_is(o);
	return open_draft(o);
}

static int open_output(struct cli_output *o, const char *output, const char *disposition)
{
	struct stat st;
	int err;

	if (output && (stat(output, &st) != 0 || !S_ISDIR(st.st_mode)))
		return open_named(o, output);
	err = name_by_sender(o, output ? output : "", disposition);
	return err ? err : open_draft(o);
}

static int output_new(uv_loop_t *loop, bool force, struct cli_output **ret_output)
{
	struct cli_output *o = calloc(1, sizeof(*o));
	int err;

	if (!o)
		return -ENOMEM;
	o->fd = -1;
	o->force = force;
	err = msrp_file_hash_new(loop, &o->hash);
	if (err)
		free(o);
	else
		*ret_output = o;
	return err;
}

int cli_output_new(uv_loop_t *loop, const char *output, const char *disposition, bool force,
		   struct cli_output **ret_output)
{
	struct cli_output *o;
	int err = output_new(loop, force, &o);

	if (err)
		return err;
	err = open_output(o, output, disposition);
	if (err)
		cli_output_free(o);
	else
		*ret_output = o;
	return err;
}

/* ---- drafts that stay ---- */

static int open_part(struct cli_output *o, const char *directory, uint64_t *ret_have)
{
	int err = cli_part_open(directory, &o->want, &o->draft, &o->fd, ret_have);

	o->resumes = !err;
	/* Somebody else's stays where it is; ours is not to be found then. */
	if (err == -EPERM)
		err = open_draft(o);
	return err;
}

int cli_output_resume(uv_loop_t *loop, const char *directory, const struct msrp_file_selector *file,
		      bool force, struct cli_output **ret_output, uint64_t *ret_have)
{
	struct cli_output *o;
	uint64_t have = 0;
	int err = output_new(loop, force, &o);

	if (err)
		return err;
	o->numbered = true;
	o->want = *file;
	o->want.name = NULL;
	o->want.type = NULL;
	o->name = cli_file_name_place(directory, file->name);
	err = o->name ? open_part(o, directory, &have) : -ENOMEM;
	if (err) {
		cli_output_free(o);
		return err;
	}
	*ret_output = o;
	*ret_have = have;
	return 0;
}

int cli_output_restart(struct cli_output *o, uv_loop_t *loop)
{
	struct msrp_file_hash *hash;
	int err = msrp_file_hash_new(loop, &hash);

	if (err)
		return err;
	msrp_file_hash_free(o->hash);
	o->hash = hash;
	return ftruncate(o->fd, 0) != 0 ? -errno : 0;
}

/* Without what has come behind a gap. */
static bool is_worth_keeping(struct cli_output *o)
{
	struct stat st;

	if (!o->resumes)
		return false;
	if (o->changed && ftruncate(o->fd, (off_t)msrp_file_hash_size(o->hash)) != 0)
		return false;
	return fstat(o->fd, &st) == 0 && st.st_size > 0;
}

char *cli_output_leave(struct cli_output *o)
{
	char *left = NULL;

	if (!o)
		return NULL;
	/* Before the lock is given up. */
	if (o->draft && !is_worth_keeping(o)) {
		unlink(o->draft);
	} else if (o->draft && o->changed) {
		left = o->draft;
		o->draft = NULL;
	}
	if (o->fd >= 0)
		close(o->fd);
	msrp_file_hash_free(o->hash);
	free(o->draft);
	free(o->name);
	free(o);
	return left;
}

struct cli_output *cli_output_free(struct cli_output *o)
{
	free(cli_output_leave(o));
	return NULL;
}

/* ---- bytes ---- */

int cli_output_hash(struct cli_output *o, uint64_t size, msrp_file_hash_fn done, void *arg)
{
	return msrp_file_hash_read(o->hash, o->fd, size, done, arg);
}

static int write_at(const struct cli_output *o, uint64_t offset, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = o->in_order ? write(o->fd, bytes, len)
					: pwrite(o->fd, bytes, len, (off_t)offset);

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

int cli_output_write(struct cli_output *o, uint64_t offset, const uint8_t *bytes, size_t len)
{
	uint64_t summed = msrp_file_hash_size(o->hash);
	uint64_t known = offset < summed ? summed - offset : 0;
	int err;

	/* What is in the checksum stays as it is, whatever comes in its place. */
	if (known >= len)
		return 0;
	offset += known;
	bytes += known;
	len -= (size_t)known;
	if (o->in_order && offset != summed)
		return -ESPIPE;
	o->changed = true;
	err = write_at(o, offset, bytes, len);
	if (!err)
		msrp_file_hash_add(o->hash, offset, bytes, len);
	return err;
}

/* What came out of order is not in the checksum yet. */
static int hash_rest(struct cli_output *o, uint64_t size)
{
	uint8_t *bytes = malloc(READ_SIZE);
	uint64_t offset = msrp_file_hash_size(o->hash);
	int err = bytes ? 0 : -ENOMEM;

	while (!err && offset < size) {
		ssize_t len = pread(o->fd, bytes, READ_SIZE, (off_t)offset);

		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0) {
			err = len < 0 ? -errno : -ENODATA;
			break;
		}
		msrp_file_hash_add(o->hash, offset, bytes, (size_t)len);
		offset += (uint64_t)len;
	}
	free(bytes);
	return err;
}

/* ---- the end ---- */

static int rename_to(struct cli_output *o, const char *name)
{
	if (renameat2(AT_FDCWD, o->draft, AT_FDCWD, name, o->force ? 0 : RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL)
		return -errno;
	/* Not every file system can rename without replacing; all that matter can link. */
	if (link(o->draft, name) != 0)
		return -errno;
	unlink(o->draft);
	return 0;
}

static int give_name(struct cli_output *o)
{
	int err = rename_to(o, o->name);

	for (int i = 1; err == -EEXIST && o->numbered && i <= NAMES_MAX; i++) {
		char *numbered;

		if (asprintf(&numbered, "%s.%d", o->name, i) < 0)
			return -ENOMEM;
		err = rename_to(o, numbered);
		if (err) {
			free(numbered);
		} else {
			free(o->name);
			o->name = numbered;
		}
	}
	return err;
}

/* Until now nobody else could write to it, nor read it. */
static int publish(struct cli_output *o)
{
	mode_t mask = umask(0);
	int err = cli_part_check(o->draft, o->fd);

	umask(mask);
	if (err)
		return err;
	cli_part_mark_received(o->fd);
	if (fchmod(o->fd, 0666 & ~mask) != 0)
		return -errno;
	return give_name(o);
}

/* What is on the disk is what is in the checksum: SIZE octets, and no more. */
static int check_size(const struct cli_output *o, uint64_t size)
{
	struct stat st;

	if (fstat(o->fd, &st) != 0)
		return -errno;
	return o->in_order || (uint64_t)st.st_size == size ? 0 : -EBADMSG;
}

static int check_hash(struct cli_output *o, uint64_t size, char ret_sha256[CLI_HASH_TEXT])
{
	struct msrp_file_selector found = { 0 };
	int err = hash_rest(o, size);

	if (!err)
		err = check_size(o, size);

	if (!err)
		err = msrp_file_hash_result(o->hash, &found);
	if (err)
		return err;
	if (!msrp_file_selector_matches(&o->want, &found)) {
		o->resumes = false;
		return -EBADMSG;
	}
	cli_hash_text(found.sha256, sizeof(found.sha256), ret_sha256);
	return 0;
}

int cli_output_finish(struct cli_output *o, uint64_t size, char ret_sha256[CLI_HASH_TEXT])
{
	int err = check_hash(o, size, ret_sha256);

	if (!err && o->draft)
		err = publish(o);
	if (err)
		return err;
	free(o->draft);
	o->draft = NULL;
	if (close(o->fd) != 0)
		err = -errno;
	o->fd = -1;
	return err;
}

const char *cli_output_name(const struct cli_output *o)
{
	return o->name ? o->name : "-";
}
