/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that is being received: opened under a temporary name, or as a part left by an earlier
 * transfer, and given its real name when the library reports that it is complete.
 */
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
};

struct cli_output {
	char *name;    /* the final name; NULL: standard output */
	char *draft;   /* the current name; NULL once final, and if not a regular file */
	bool numbered; /* the sender chose the name: a number may be added */
	bool force;
	int fd;
	bool resumes; /* the draft is useful even if incomplete */
};

/* ---- names ---- */

static int name_by_sender(struct cli_output *o, const char *directory, const char *name)
{
	o->numbered = true;
	o->name = cli_file_name_place(directory, name);
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

/* Also 0 if there is no such file yet. */
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

/* The user named a device or a link: it stays what it is. */
static int open_as_it_is(struct cli_output *o)
{
	struct stat st;
	bool is_file = stat(o->name, &st) == 0 && S_ISREG(st.st_mode);

	o->fd = open(o->name, (is_file ? O_RDWR : O_WRONLY) | O_CLOEXEC | O_NOCTTY);
	if (o->fd < 0)
		return -errno;
	return is_file && ftruncate(o->fd, 0) != 0 ? -errno : 0;
}

static int open_standard(struct cli_output *o)
{
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

static int open_output(struct cli_output *o, const char *output, const char *name)
{
	struct stat st;
	int err;

	if (output && (stat(output, &st) != 0 || !S_ISDIR(st.st_mode)))
		return open_named(o, output);
	err = name_by_sender(o, output ? output : "", name);
	return err ? err : open_draft(o);
}

static struct cli_output *output_new(bool force)
{
	struct cli_output *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->fd = -1;
	o->force = force;
	return o;
}

int cli_output_new(const char *output, const char *name, bool force, struct cli_output **ret_output)
{
	struct cli_output *o = output_new(force);
	int err = o ? open_output(o, output, name) : -ENOMEM;

	if (err)
		cli_output_free(o);
	else
		*ret_output = o;
	return err;
}

/* ---- drafts that stay ---- */

static int open_part(struct cli_output *o, const char *directory,
		     const struct msrp_file_selector *file, uint64_t *ret_have)
{
	int err = cli_part_open(directory, file, &o->draft, &o->fd, ret_have);

	o->resumes = !err;
	/* Somebody else's file stays where it is; then ours must not be found. */
	if (err == -EPERM)
		err = open_draft(o);
	return err;
}

int cli_output_resume(const char *directory, const struct msrp_file_selector *file, bool force,
		      struct cli_output **ret_output, uint64_t *ret_have)
{
	struct cli_output *o = output_new(force);
	uint64_t have = 0;
	int err = o ? name_by_sender(o, directory, file->name) : -ENOMEM;

	if (!err)
		err = open_part(o, directory, file, &have);
	if (err) {
		cli_output_free(o);
		return err;
	}
	*ret_output = o;
	*ret_have = have;
	return 0;
}

static bool is_worth_keeping(const struct cli_output *o, bool changed, uint64_t done)
{
	struct stat st;

	if (!o->resumes || (changed && ftruncate(o->fd, (off_t)done) != 0))
		return false;
	return fstat(o->fd, &st) == 0 && st.st_size > 0;
}

char *cli_output_leave(struct cli_output *o, bool changed, uint64_t done)
{
	char *left = NULL;

	if (!o)
		return NULL;
	/* Before the lock is released. */
	if (o->draft && !is_worth_keeping(o, changed, done)) {
		unlink(o->draft);
	} else if (o->draft && changed) {
		left = o->draft;
		o->draft = NULL;
	}
	if (o->fd >= 0)
		close(o->fd);
	free(o->draft);
	free(o->name);
	free(o);
	return left;
}

struct cli_output *cli_output_free(struct cli_output *o)
{
	free(cli_output_leave(o, false, 0));
	return NULL;
}

int cli_output_fd(const struct cli_output *o)
{
	return o->fd;
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

/* Until now nobody else could read or write it. */
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

/* Some file systems report a full disk only when a descriptor is closed. */
static int check_written(const struct cli_output *o)
{
	int fd = fcntl(o->fd, F_DUPFD_CLOEXEC, 0);

	return fd < 0 || close(fd) != 0 ? -errno : 0;
}

int cli_output_publish(struct cli_output *o)
{
	int err = check_written(o);

	if (!err && o->draft)
		err = publish(o);
	if (err)
		return err;
	free(o->draft);
	o->draft = NULL;
	return 0;
}

const char *cli_output_name(const struct cli_output *o)
{
	return o->name ? o->name : "-";
}
