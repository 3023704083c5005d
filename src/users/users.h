/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef USERS_USERS_H
#define USERS_USERS_H

#include <stddef.h>
#include <uv.h>

#include "base/slice.h"
#include "msrp/digest.h"

/*
 * A place where credentials are kept. Each back end makes one of these; the
 * daemon asks, and does not know which it is.
 */
struct users;

enum users_result {
	USERS_FOUND,
	USERS_UNKNOWN,
	USERS_FAILED, /* the place cannot be asked at present */
};

/* HA1 is valid during the call; empty unless found. */
typedef void (*users_fn)(void *arg, enum users_result result, struct slice ha1);

struct users_backend {
	/* Answers through CALLBACK exactly once, now or later, on the loop's thread. */
	void (*find)(struct users *users, struct slice user, struct slice realm,
		     enum msrp_digest_algorithm algorithm, users_fn callback, void *arg);
	void (*free)(struct users *users);
};

struct users {
	const struct users_backend *backend;
};

static inline void users_find(struct users *users, struct slice user, struct slice realm,
			      enum msrp_digest_algorithm algorithm, users_fn callback, void *arg)
{
	users->backend->find(users, user, realm, algorithm, callback, arg);
}

/* NULL is fine; returns NULL. */
static inline struct users *users_free(struct users *users)
{
	if (users)
		users->backend->free(users);
	return NULL;
}

/*
 * One user of the configuration: a password, or H(user:realm:password) for MD5
 * and perhaps SHA-256.
 */
struct users_static_entry {
	const char *name;
	const char *realm;
	const char *password;	/* NULL: see ha1 */
	const char *ha1;	/* 32 hexadecimal digits; NULL: none */
	const char *ha1_sha256; /* 64 hexadecimal digits; NULL: none */
};

/*
 * The users of the configuration file, copied; found by hash, so 100,000 of
 * them are fine. Names and realms are compared exactly. 0; -EEXIST for a user
 * given twice; -EINVAL for a hash that is none; -ENOMEM.
 */
int users_static_new(const struct users_static_entry *entry, size_t n, struct users **ret_users);

#endif
