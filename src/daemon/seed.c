/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random bytes from the system to key hash tables with, so that nobody can choose names that
 * collide in them.
 */
#include "daemon/seed.h"

#include <errno.h>
#include <sys/random.h>

int seed_make(uint8_t ret_seed[SIPHASH_KEY_LEN])
{
	/* So few bytes come whole or not at all. */
	return getrandom(ret_seed, SIPHASH_KEY_LEN, 0) == SIPHASH_KEY_LEN ? 0 : -EIO;
}
