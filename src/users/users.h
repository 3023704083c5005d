/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The source of credentials. Each back end makes one of these; the daemon asks it without knowing
 * its kind. All threads share it.
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

/*
 * Called with one line that says what is wrong with the credentials' source, or that it is back to
 * normal.
 */
typedef void (*users_say_fn)(void *arg, const char *text);

/* What is H(USER:REALM:password)? */
struct users_question {
	struct slice user;
	struct slice realm;
	enum msrp_digest_algorithm algorithm;
	/*
	 * For back ends that queue questions: users with an open session, who want to keep it, go
	 * first.
	 */
	bool renewal;
	/* A remembered answer did not fit: ask the service itself. */
	bool anew;
	/* The address or network that asks; each gets its turn. */
	struct slice origin;
};

struct users_backend {
	void (*find)(struct users *users, uv_loop_t *loop, const struct users_question *question,
		     users_fn callback, void *arg);
	/* Both NULL: the source never changes. */
	bool (*has_changed)(struct users *users);
	int (*refresh)(struct users *users, users_say_fn say, void *arg);
	void (*free)(struct users *users);
};

struct users {
	const struct users_backend *backend;
	atomic_uint refs;
};

/* For back ends: sets one reference, the caller's. */
void users_init(struct users *users, const struct users_backend *backend);

struct users *users_ref(struct users *users);

/* NULL is fine; returns NULL. Any thread may call it; the last reference frees. */
struct users *users_unref(struct users *users);

/*
 * Calls CALLBACK exactly once, now or later, on the thread of LOOP, which is the caller's. The
 * texts may go after the call; USERS must stay until the answer.
 */
void users_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
		users_fn callback, void *arg);

enum users_refresh_result {
	USERS_SAME = 1, /* nothing has changed */
	USERS_BAD,	/* it has, but is invalid: SAY was told why, and the old users stay */
};

/*
 * Has users_refresh() something to do? Does not block. Call neither function while the other is
 * running.
 */
bool users_has_changed(struct users *users);

/*
 * Reads the source again if it may have changed. Blocks while reading a file, for half a second
 * with a million users, so call it on a thread that serves nobody; look-ups continue meanwhile.
 * Call from one thread at a time. Returns 0, a users_refresh_result or -ENOMEM.
 */
int users_refresh(struct users *users, users_say_fn say, void *arg);

/*
 * One user of the configuration: a password, or H(user:realm:password) for MD5 and perhaps SHA-256.
 */
struct users_static_entry {
	const char *name;
	const char *realm;
	const char *password;	/* NULL: see ha1 */
	const char *ha1;	/* 32 hexadecimal digits; NULL: none */
	const char *ha1_sha256; /* 64 hexadecimal digits; NULL: none */
	uint64_t rate;		/* as in msrp/ha1.h */
};

/*
 * The users of the configuration file, copied and hashed, so 100,000 of them are fine. Names and
 * realms are compared exactly. Returns 0; -EEXIST for a user given twice; -EINVAL for a malformed
 * hash; -ENOMEM. SEED is random.
 */
int users_static_new(const struct users_static_entry *entry, size_t n,
		     const uint8_t seed[SIPHASH_KEY_LEN], struct users **ret_users);

#endif
