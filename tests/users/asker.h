/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_USERS_ASKER_H
#define TESTS_USERS_ASKER_H

#include <stdio.h>

#include "users/users.h"

enum { ASKER_HA1_MAX = 8 };

/*
 * The answer of users, copied.
 */
struct asker_answer {
	enum msrp_ha1_result result;
	size_t n_ha1;
	char ha1[ASKER_HA1_MAX][MSRP_DIGEST_HEX_MAX + 1];
	char account[256];
	uint64_t valid_s;
};

/* Asks on a loop of its own, and runs that until the answer comes, which must happen once. */
struct asker_answer asker_ask(struct users *users, struct slice user, struct slice realm,
			      enum msrp_digest_algorithm algorithm);

/* A users_say_fn that adds a line to earlier ones; ARG is a struct asker_said. */
struct asker_said {
	char text[4096];
	size_t n;
};

void asker_hear(void *arg, const char *text);

#endif
