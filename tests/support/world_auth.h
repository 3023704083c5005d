/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_WORLD_AUTH_H
#define SUPPORT_WORLD_AUTH_H

#include "support/world.h"

/*
 * The users of a world, and the answers to the relay about AUTHs: world.c's part as a host.
 */
void world_answer_lookup(struct world *w, struct relay_lookup *lookup);

bool world_may_try(void *arg, const struct relay_origin *origin);
void world_wrong(void *arg, const struct relay_origin *origin, struct relay_pause *ret_pause);
uint64_t world_right(void *arg, const struct relay_origin *origin);
bool world_is_vouched(void *arg, const struct relay_origin *origin);

#endif
