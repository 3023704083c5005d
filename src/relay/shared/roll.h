/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All sessions and their owners, for several relays that share their names: each may have to know
 * whether a session-id belongs to a session of another relay. It belongs to the host, and has no
 * lock of its own.
 */
#ifndef RELAY_SHARED_ROLL_H
#define RELAY_SHARED_ROLL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/siphash.h"
#include "base/slice.h"

struct relay_roll;

/* The seed keys its hash. NULL without memory. */
struct relay_roll *relay_roll_new(const uint8_t seed[SIPHASH_KEY_LEN]);

/* All sessions must have ended. NULL is fine; returns NULL. */
struct relay_roll *relay_roll_free(struct relay_roll *roll);

/*
 * Adds a session with that id, whose owner is the relay HOP ("host:port"), or a client if that is
 * empty. Returns 0 or -ENOMEM.
 */
int relay_roll_add(struct relay_roll *roll, struct slice id, struct slice hop);

/* The session has ended. */
void relay_roll_remove(struct relay_roll *roll, struct slice id);

/*
 * Is there such a session, and is its owner another one than the relay HOP? HOP may be empty for no
 * relay.
 */
bool relay_roll_is_anothers(const struct relay_roll *roll, struct slice id, struct slice hop);

#endif
