/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back end for users in a file of their own.
 */
#ifndef USERS_FILE_H
#define USERS_FILE_H

#include "users/users.h"

/*
 * Users in a file of their own, a line for each:
 *
 *     alice:example.com:939e7578ed9e3c518a452acee763bce9
 *     bob:example.com:HA1 with MD5:HA1 with SHA-256
 *
 * Either hash may be missing. Empty lines and lines that begin with # are skipped. Names and realms
 * are compared exactly. users_refresh() reads the file again when it has changed.
 */

/*
 * Returns 0; USERS_BAD after SAY was told what is wrong, with file and line; or -ENOMEM. SEED is
 * random.
 */
int users_file_new(const char *path, const uint8_t seed[SIPHASH_KEY_LEN], users_say_fn say,
		   void *arg, struct users **ret_users);

/* The number of users. */
size_t users_file_count(struct users *users);

#endif
