/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back end "file": reads a file of users into a table, and reads it again when it has
 * changed.
 */
#include "users/file.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "users/table.h"

enum {
	/* Room for ten million users; offsets of 32 bits would address twice as much. */
	FILE_MAX_LEN = 1 << 30,
	SAY_MAX = 512,
	HA1_MAX = MSRP_DIGEST_HEX_MAX,
};

struct users_file {
	struct users base;
	char *path;
	uint8_t seed[SIPHASH_KEY_LEN];
	struct stat seen;      /* the file as last examined, whether it was good or not */
	pthread_rwlock_t lock; /* guards the pointer, for the few instructions of a look-up */
	struct users_table *table;
};

static int say_error(const char *path, int err, users_say_fn say, void *arg)
{
	char text[SAY_MAX];

	if (err == -ENOMEM)
		return -ENOMEM;
	snprintf(text, sizeof(text), "%s: %s", path, file_error(err));
	say(arg, text);
	return USERS_BAD;
}

static int load_table(struct users_file *self, users_say_fn say, void *arg)
{
	struct users_table *table, *old;
	struct file_text file;
	int err;

	err = file_read(self->path, FILE_MAX_LEN, &file);
	self->seen = file.stat;
	if (err) {
		file_done(&file);
		return say_error(self->path, err, say, arg);
	}
	err = users_table_new(file.p, file.len, self->path, self->seed, say, arg, &table);
	if (err)
		return err;
	pthread_rwlock_wrlock(&self->lock);
	old = self->table;
	self->table = table;
	pthread_rwlock_unlock(&self->lock);
	users_table_free(old);
	return 0;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* *RET_NOW is all zero if the file is gone. Returns 0 or a negative errno. */
static int look_at(const char *path, struct stat *ret_now)
{
	int err = stat(path, ret_now) == 0 ? 0 : -errno;

	if (err)
		*ret_now = (struct stat){ 0 };
	return err;
}

static bool file_has_changed(struct users *users)
{
	struct users_file *self = (struct users_file *)users;
	struct stat now;

	look_at(self->path, &now);
	return !is_same_file(&now, &self->seen);
}

static int file_refresh(struct users *users, users_say_fn say, void *arg)
{
	struct users_file *self = (struct users_file *)users;
	struct stat now;
	int err = look_at(self->path, &now);

	if (is_same_file(&now, &self->seen))
		return USERS_SAME;
	self->seen = now;
	return err ? say_error(self->path, err, say, arg) : load_table(self, say, arg);
}

static void file_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
		      users_fn callback, void *arg)
{
	struct users_file *self = (struct users_file *)users;
	struct msrp_ha1_answer answer = { .result = MSRP_HA1_UNKNOWN, .valid_s = UINT64_MAX };
	char copy[HA1_MAX];
	struct slice ha1;

	pthread_rwlock_rdlock(&self->lock);
	ha1 = users_table_find(self->table, question->user, question->realm, question->algorithm);
	if (ha1.len > 0)
		memcpy(copy, ha1.p, ha1.len);
	pthread_rwlock_unlock(&self->lock);
	if (ha1.len > 0) {
		ha1.p = copy;
		answer.result = MSRP_HA1_FOUND;
		answer.ha1 = &ha1;
		answer.n_ha1 = 1;
	}
	callback(arg, &answer);
	explicit_bzero(copy, sizeof(copy));
}

static void users_file_free(struct users *users)
{
	struct users_file *self = (struct users_file *)users;

	users_table_free(self->table);
	pthread_rwlock_destroy(&self->lock);
	free(self->path);
	free(self);
}

static const struct users_backend file_backend = {
	.find = file_find,
	.has_changed = file_has_changed,
	.refresh = file_refresh,
	.free = users_file_free,
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
	err = self->path ? load_table(self, say, arg) : -ENOMEM;
	if (err)
		users_file_free(&self->base);
	else
		*ret_users = &self->base;
	return err;
}

size_t users_file_count(struct users *users)
{
	struct users_file *self = (struct users_file *)users;

	return users_table_count(self->table);
}
