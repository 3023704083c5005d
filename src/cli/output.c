/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

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
	struct cli_sha256 *sha;
	uint64_t hashed; /* bytes from the start that are in sha */
	bool disordered; /* some came out of order: sha is of no use */
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
	if (to - name > NAME_LEN_MAX)
		name[NAME_LEN_MAX] = '\0';
}

static int name_by_sender(struct cli_output *o, const char *directory, const char *disposition)
{
	char *name = filename_of(disposition);
	int err = 0;

	if (name)
		make_harmless(name);
	o->numbered = true;
	if (asprintf(&o->name, "%s%s%s", directory, *directory ? "/" : "",
		     name && *name ? name : "msrp-file") < 0) {
		o->name = NULL;
		err = -ENOMEM;
	}
	free(name);
	return err;
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

int cli_output_new(const char *output, const char *disposition, bool force,
		   struct cli_output **ret_output)
{
	struct cli_output *o = calloc(1, sizeof(*o));
	int err = -ENOMEM;

	if (!o)
		return -ENOMEM;
	o->fd = -1;
	o->force = force;
	o->sha = cli_sha256_new();
	if (o->sha)
		err = choose_name(o, output, disposition);
	if (!err)
		err = open_draft(o);
	if (err)
		cli_output_free(o);
	else
		*ret_output = o;
	return err;
}

struct cli_output *cli_output_free(struct cli_output *o)
{
	if (!o)
		return NULL;
	if (o->fd >= 0)
		close(o->fd);
	if (o->draft)
		unlink(o->draft);
	cli_sha256_free(o->sha);
	free(o->draft);
	free(o->name);
	free(o);
	return NULL;
}

/* ---- bytes ---- */

static void hash(struct cli_output *o, uint64_t offset, const uint8_t *bytes, size_t len)
{
	if (offset != o->hashed)
		o->disordered = true;
	if (o->disordered)
		return;
	cli_sha256_add(o->sha, bytes, len);
	o->hashed += len;
}

int cli_output_write(struct cli_output *o, uint64_t offset, const uint8_t *bytes, size_t len)
{
	hash(o, offset, bytes, len);
	while (len > 0) {
		ssize_t done = pwrite(o->fd, bytes, len, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		bytes += done;
		offset += (uint64_t)done;
		len -= (size_t)done;
	}
	return 0;
}

static int hash_again(struct cli_output *o, uint64_t size)
{
	uint8_t *bytes = malloc(READ_SIZE);
	uint64_t offset = 0;
	int err = bytes ? 0 : -ENOMEM;

	cli_sha256_reset(o->sha);
	while (!err && offset < size) {
		ssize_t len = pread(o->fd, bytes, READ_SIZE, (off_t)offset);

		if (len <= 0) {
			err = len < 0 ? -errno : -ENODATA;
			break;
		}
		cli_sha256_add(o->sha, bytes, (size_t)len);
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

int cli_output_finish(struct cli_output *o, uint64_t size, char ret_sha256[CLI_SHA256_TEXT])
{
	int err = 0;

	if (o->disordered)
		err = hash_again(o, size);
	if (!err && o->draft)
		err = give_name(o);
	if (err)
		return err;
	free(o->draft);
	o->draft = NULL;
	cli_sha256_finish(o->sha, ret_sha256);
	if (close(o->fd) != 0)
		err = -errno;
	o->fd = -1;
	return err;
}

const char *cli_output_name(const struct cli_output *o)
{
	return o->name;
}
