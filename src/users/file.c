/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "users/file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "users/table.h"

enum {
	/* Ten million users, and offsets of 32 bits are enough for twice as much. */
	FILE_MAX_LEN = 1 << 30,
	SAY_MAX = 512,
	HA1_MAX = MSRP_DIGEST_HEX_MAX,
};

struct users_file {
	struct users base;
	char *path;
	uint8_t seed[SIPHASH_KEY_LEN];
	struct stat seen;      /* what the file was like when it was last looked at, fine or not */
	pthread_rwlock_t lock; /* of the pointer, for the few instructions of a look-up */
	struct users_table *table;
};

static int say_errno(const char *path, int error, users_say_fn say, void *arg)
{
	char text[SAY_MAX];

	if (error == ENOMEM)
		return -ENOMEM;
	snprintf(text, sizeof(text), "%s: %s", path, strerror(error));
	say(arg, text);
	return USERS_BAD;
}

/* Up to LEN bytes; a file that has become shorter meanwhile has changed again, which will show. */
static int read_all(int fd, char *text, size_t len, size_t *ret_len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = read(fd, text + got, len - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*ret_len = got;
	return 0;
}

/* The whole of a regular file, for the caller to free. 0 or an errno. */
static int read_file(const char *path, struct stat *ret_stat, char **ret_text, size_t *ret_len)
{
	/* Not to wait for a writer, should it be a pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	int error = 0;

	if (fd < 0)
		return errno;
	if (fstat(fd, ret_stat) != 0)
		error = errno;
	else if (!S_ISREG(ret_stat->st_mode))
		error = S_ISDIR(ret_stat->st_mode) ? EISDIR : EINVAL;
	else if (ret_stat->st_size > FILE_MAX_LEN)
		error = EFBIG;
	if (error)
		goto out;
	text = malloc((size_t)ret_stat->st_size + 1); /* of an empty file, too */
	error = text ? read_all(fd, text, (size_t)ret_stat->st_size, ret_len) : ENOMEM;
out:
	close(fd);
	if (error)
		free(text);
	else
		*ret_text = text;
	return error;
}

static int load(struct users_file *self, users_say_fn say, void *arg)
{
	struct users_table *table, *old;
	char *text = NULL;
	size_t len = 0;
	int err;

	err = read_file(self->path, &self->seen, &text, &len);
	if (err)
		return say_errno(self->path, err, say, arg);
	err = users_table_new(text, len, self->path, self->seed, say, arg, &table);
	if (err)
		return err;
	pthread_rwlock_wrlock(&self->lock);
	old = self->table;
	self->table = table;
	pthread_rwlock_unlock(&self->lock);
	users_table_free(old);
	return 0;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static int file_refresh(struct users *users, users_say_fn say, void *arg)
{
	struct users_file *self = (struct users_file *)users;
	struct stat now = { 0 }; /* as nothing is, when the file is gone */
	int error = stat(self->path, &now) == 0 ? 0 : errno;

	if (error)
		now = (struct stat){ 0 };
	if (is_same(&now, &self->seen))
		return USERS_SAME;
	self->seen = now;
	return error ? say_errno(self->path, error, say, arg) : load(self, say, arg);
}

static void file_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
		      users_fn callback, void *arg)
{
	struct users_file *self = (struct users_file *)users;
	struct users_answer answer = { .result = USERS_UNKNOWN, .valid_s = UINT64_MAX };
	char copy[HA1_MAX];
	struct slice ha1;

	pthread_rwlock_rdlock(&self->lock);
	ha1 = users_table_find(self->table, question->user, question->realm, question->algorithm);
	if (ha1.len > 0)
		memcpy(copy, ha1.p, ha1.len);
	pthread_rwlock_unlock(&self->lock);
	if (ha1.len > 0) {
		ha1.p = copy;
		answer.result = USERS_FOUND;
		answer.ha1 = &ha1;
		answer.n_ha1 = 1;
	}
	callback(arg, &answer);
	explicit_bzero(copy, sizeof(copy));
}

static void file_free(struct users *users)
{
	struct users_file *self = (struct users_file *)users;

	users_table_free(self->table);
	pthread_rwlock_destroy(&self->lock);
	free(self->path);
	free(self);
}

static const struct users_backend file_backend = {
	.find = file_find,
	.refresh = file_refresh,
	.free = file_free,
};

int users_file_new(const char *path, const uint8_t seed[SIPHASH_KEY_LEN], users_say_fn say,
		   void *arg, struct users **ret_users)
{
	struct users_file *self = calloc(1, sizeof(*self));
	int err;

	if (!self)
		return -ENOMEM;
	users_init(&self->base, &file_backend);
	pthread_rwlock_init(&self->lock, NULL); /* cannot fail in glibc */
	memcpy(self->seed, seed, SIPHASH_KEY_LEN);
	self->path = strdup(path);
	err = self->path ? load(self, say, arg) : -ENOMEM;
	if (err)
		file_free(&self->base);
	else
		*ret_users = &self->base;
	return err;
}

size_t users_file_count(struct users *users)
{
	struct users_file *self = (struct users_file *)users;

	return users_table_count(self->table);
}
