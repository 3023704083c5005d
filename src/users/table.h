/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text of a file of users, with an index into it. It never changes once made, and takes 24 to
 * 32 bytes per user beside the text.
 */
#ifndef USERS_TABLE_H
#define USERS_TABLE_H

#include <stddef.h>

#include "users/users.h"

struct users_table;

/*
 * Takes TEXT of LEN bytes, and frees it. SAY is told the file's NAME. SEED is random. Returns 0,
 * USERS_BAD after SAY was told the mistakes, or -ENOMEM.
 */
int users_table_new(char *text, size_t len, const char *name, const uint8_t seed[SIPHASH_KEY_LEN],
		    users_say_fn say, void *arg, struct users_table **ret_table);

struct users_table *users_table_free(struct users_table *table); /* NULL is fine; returns NULL */

size_t users_table_count(const struct users_table *table);

/* H(USER:REALM:password), which lives as long as the table; empty if there is none. */
struct slice users_table_find(const struct users_table *table, struct slice user,
			      struct slice realm, enum msrp_digest_algorithm algorithm);

#endif
