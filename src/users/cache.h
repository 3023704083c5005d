/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Remembers the answers of a slow back end for a while. Only users that were found are remembered,
 * and only the right password profits from it: a remembered answer is marked as such, and if it
 * does not fit, the caller asks the back end anew (struct users_question). So a new user or
 * password counts at once, a wrong password takes as long as an unknown user, and guessed names
 * take no memory.
 */
#ifndef USERS_CACHE_H
#define USERS_CACHE_H

#include "users/users.h"

enum {
	/* Counts a user once for each algorithm; about 20 MB with names of usual length. */
	USERS_CACHE_MAX = 65536,
};

/*
 * Takes over the reference to BEHIND, even on failure. SEED is random. Returns 0 or -ENOMEM.
 */
int users_cache_new(struct users *behind, unsigned seconds, const uint8_t seed[SIPHASH_KEY_LEN],
		    struct users **ret_users);

#endif
