/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where credentials are kept. Each back end makes one of these; the daemon asks it and does not
 * know which kind it is. All threads share it.
 */
#ifndef USERS_USERS_H
#define USERS_USERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/siphash.h"
#include "base/slice.h"
#include "msrp/digest.h"
#include "msrp/ha1.h"

struct users;

/* ANSWER is valid during the call. */
typedef void (*users_fn)(void *arg, const struct msrp_ha1_answer *answer);

/* Told, in one line, of what is wrong with the place, or that it is well again. */
typedef void (*users_say_fn)(void *arg, const char *text);

/* What is H(USER:REALM:password)? */
struct users_question {
	struct slice user;
	struct slice realm;
	enum msrp_digest_algorithm algorithm;
	/* For places where questions have to wait: who is in, and asks to stay, goes first. */
	bool renewal;
	/* The address or network that asks: each gets its turn. */
	struct slice origin;
};

struct users_backend {
	void (*find)(struct users *users, uv_loop_t *loop, const struct users_question *question,
		     users_fn callback, void *arg);
	int (*refresh)(struct users *users, users_say_fn say, void *arg); /* NULL: never changes */
	void (*free)(struct users *users);
};

struct users {
	const struct users_backend *backend;
	atomic_uint refs;
};

/* For back ends: one reference, the caller's. */
void users_init(struct users *users, const struct users_backend *backend);

struct users *users_ref(struct users *users);

/* NULL is fine; returns NULL. From any thread; the last one frees. */
struct users *users_unref(struct users *users);

/*
 * CALLBACK is called exactly once, now or later, on the thread of LOOP, which is
 * the caller's; the texts may go after the call, USERS must not before the answer.
 */
void users_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
		users_fn callback, void *arg);

enum users_refresh_result {
	USERS_SAME = 1, /* nothing has changed */
	USERS_BAD,	/* it has, but not for the better: SAY was told why, the old ones stay */
};

/*
 * Takes up what has changed in the place since it was last looked at, if it is
 * one that has to be looked at. Blocks for the time of reading a file. From one
 * thread at a time. 0, a users_refresh_result or -ENOMEM.
 */
int users_refresh(struct users *users, users_say_fn say, void *arg);

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
 * given twice; -EINVAL for a hash that is none; -ENOMEM. SEED is random.
 */
int users_static_new(const struct users_static_entry *entry, size_t n,
		     const uint8_t seed[SIPHASH_KEY_LEN], struct users **ret_users);

#endif
