/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Acts on calls whose time is over, and on what has waited in them for too long.
 */
#ifndef RELAY_ANCHOR_OVERDUE_H
#define RELAY_ANCHOR_OVERDUE_H

#include <stdint.h>

struct relay;

/* Does what is due. Returns when to call again; UINT64_MAX: nothing is. */
uint64_t relay_overdue_run(struct relay *relay);

#endif
