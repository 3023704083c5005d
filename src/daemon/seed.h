/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys for hash tables whose names come from the network.
 */
#ifndef DAEMON_SEED_H
#define DAEMON_SEED_H

#include <stdint.h>

#include "base/siphash.h"

/* Random bytes of the system for a table that others fill. 0 or -EIO. */
int seed_make(uint8_t ret_seed[SIPHASH_KEY_LEN]);

#endif
