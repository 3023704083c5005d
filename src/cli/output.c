/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/file_io.h"

enum {
	NAMES_MAX = 1000, /* NAME.1 and so on, before giving up */
	READ_SIZE = 256 * 1024,
	NAME_LEN_MAX = 200, /* NAME_MAX is 255; leaves room for suffixes */
};

struct cli_output {
	char *name;    /* that it is to have */
	char *draft;   /* that it has; NULL once it got the other, and for devices */
	bool numbered; /* the name is the sender's: may get a number */
	bool force;
	int fd;
	struct msrp_file_hash *hash;
	bool resumes;			/* the draft is worth something as it is */
	struct msrp_file_selector want; /* size and hashes; without any all is fine */
};

/* ---- names ---- */

/* The value of filename="..." with its escapes undone, or NULL. The caller frees it. */
static char *filename_of(const char *disposition)
{
	const char *at = strcasestr(disposition, "filename=\"");
	char *name = at ? calloc(1, strlen(at)) : NULL;
	size_t len = 0;

	if (!name)
		return NULL;
	for (at += strlen("filename=\""); *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
		name[len++] = *at;
	}
	return name;
}

/*
 * The sender must not choose where we write: no directories, no hidden files,
 * no control characters that a terminal would obey.
 */
static void make_harmless(char *name)
{
	char *slash = strrchr(name, '/');
	char *to = name;

	for (const char *from = slash ? slash + 1 : name; *from; from++)
		if ((unsigned char)*from >= 0x20 && *from != 0x7f && *from != '\\' &&
		    (to > name || *from != '.'))
			*to++ = *from;
	*to = '\0';
	if (to - name > NAME_LEN_MAX) {
		to = name + NAME_LEN_MAX;
		while (to > name && ((unsigned char)*to & 0xc0) == 0x80)
			to--; /* not in the middle of a character in UTF-8 */
		*to = '\0';
	}
}

char *cli_output_place(const char *directory, const char *name)
{
	char *harmless = strdup(name ? name : "");
	char *place;

	if (!harmless)
		return NULL;
	make_harmless(harmless);
	if (asprintf(&place, "%s%s%s", directory, *directory ? "/" : "",
		     *harmless ? harmless : "msrp-file") < 0)
		place = NULL;
	free(harmless);
	return place;
}

static int name_by_sender(struct cli_output *o, const char *directory, const char *disposition)
{
	char *name = filename_of(disposition);

	o->numbered = true;
	o->name = cli_output_place(directory, name);
	free(name);
	return o->name ? 0 : -ENOMEM;
}

static int choose_name(struct cli_output *o, const char *output, const char *disposition)
{
	struct stat st;

	if (!output)
		return name_by_sender(o, "", disposition);
	if (stat(output, &st) == 0 && S_ISDIR(st.st_mode))
		return name_by_sender(o, output, disposition);
	o->name = strdup(output);
	if (!o->name)
		return -ENOMEM;
	if (stat(output, &st) == 0 && S_ISREG(st.st_mode) && !o->force)
		return -EEXIST;
	return 0;
}

static bool is_device(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 && !S_ISREG(st.st_mode);
}

static int open_draft(struct cli_output *o)
{
	mode_t mask = umask(0);

	umask(mask);
	if (is_device(o->name)) {
		o->fd = open(o->name, O_WRONLY | O_CLOEXEC);
		return o->fd < 0 ? -errno : 0;
	}
	if (asprintf(&o->draft, "%s.XXXXXX", o->name) < 0) {
		o->draft = NULL;
		return -ENOMEM;
	}
	o->fd = mkostemp(o->draft, O_CLOEXEC);
	if (o->fd < 0) {
		int err = -errno;

		free(o->draft);
		o->draft = NULL;
		return err;
	}
	fchmod(o->fd, 0666 & ~mask); /* mkostemp() gives 0600 */
	return 0;
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
	err = choose_name(o, output, disposition);
	if (!err)
		err = open_draft(o);
	if (err)
		cli_output_free(o);
	else
		*ret_output = o;
	return err;
}

/* ---- drafts that stay ---- */

static int name_draft(struct cli_output *o, const char *directory)
{
	const struct msrp_file_selector *f = &o->want;
	char text[CLI_HASH_TEXT];

	if (!f->has_size || (!f->has_sha1 && !f->has_sha256))
		return -EINVAL;
	if (f->has_sha256)
		cli_hash_text(f->sha256, sizeof(f->sha256), text);
	else
		cli_hash_text(f->sha1, sizeof(f->sha1), text);
	if (asprintf(&o->draft, "%s/.%s.part", directory, text) < 0) {
		o->draft = NULL;
		return -ENOMEM;
	}
	return 0;
}

/* Ours alone, and still in its place: whoever had it before may just have given it its name. */
static int lock_draft(struct cli_output *o, struct stat *ret_stat)
{
	struct stat there;

	if (flock(o->fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (fstat(o->fd, ret_stat) != 0 || lstat(o->draft, &there) != 0)
		return -errno;
	if (there.st_ino != ret_stat->st_ino || there.st_dev != ret_stat->st_dev)
		return -EBUSY;
	return S_ISREG(there.st_mode) ? 0 : -EEXIST;
}

static int open_part(struct cli_output *o, uint64_t *ret_have)
{
	struct stat st;
	int err;

	o->fd = open(o->draft, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
	if (o->fd < 0)
		return -errno;
	err = lock_draft(o, &st);
	if (err)
		return err;
	*ret_have = (uint64_t)st.st_size;
	if (*ret_have <= o->want.size)
		return 0;
	*ret_have = 0; /* whatever it is */
	return ftruncate(o->fd, 0) ? -errno : 0;
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
	o->name = cli_output_place(directory, file->name);
	err = o->name ? name_draft(o, directory) : -ENOMEM;
	if (!err)
		err = open_part(o, &have);
	if (err) {
		free(o->draft); /* it may be another's */
		o->draft = NULL;
		cli_output_free(o);
		return err;
	}
	o->resumes = true;
	*ret_output = o;
	*ret_have = have;
	return 0;
}

static bool is_worth_keeping(const struct cli_output *o)
{
	struct stat st;

	return o->resumes && fstat(o->fd, &st) == 0 && st.st_size > 0;
}

struct cli_output *cli_output_free(struct cli_output *o)
{
	if (!o)
		return NULL;
	/* Before the lock is given up. */
	if (o->draft && !is_worth_keeping(o))
		unlink(o->draft);
	if (o->fd >= 0)
		close(o->fd);
	msrp_file_hash_free(o->hash);
	free(o->draft);
	free(o->name);
	free(o);
	return NULL;
}

/* ---- bytes ---- */

int cli_output_hash(struct cli_output *o, uint64_t size, msrp_file_hash_fn done, void *arg)
{
	return msrp_file_hash_read(o->hash, o->fd, size, done, arg);
}

int cli_output_write(struct cli_output *o, uint64_t offset, const uint8_t *bytes, size_t len)
{
	msrp_file_hash_add(o->hash, offset, bytes, len);
	return client_file_write(o->fd, offset, bytes, len);
}

/* What came out of order is not in the checksum yet. */
static int hash_rest(struct cli_output *o, uint64_t size)
{
	uint8_t *bytes = malloc(READ_SIZE);
	uint64_t offset = msrp_file_hash_size(o->hash);
	int err = bytes ? 0 : -ENOMEM;

	while (!err && offset < size) {
		size_t len = 0;

		err = client_file_read(o->fd, offset, bytes, READ_SIZE, &len);
		if (!err && len == 0)
			err = -ENODATA;
		msrp_file_hash_add(o->hash, offset, bytes, len);
		offset += len;
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

static int check_hash(struct cli_output *o, uint64_t size, char ret_sha256[CLI_HASH_TEXT])
{
	struct msrp_file_selector found = { 0 };
	int err = hash_rest(o, size);

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
		err = give_name(o);
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
	return o->name;
}
