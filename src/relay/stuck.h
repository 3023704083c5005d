/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Closes the connections that relay/watch.h has found to be stuck.
 */
#ifndef RELAY_STUCK_H
#define RELAY_STUCK_H

#include <stdint.h>

struct relay;

/*
 * Closes the peers whose time is over. Returns when to call again; UINT64_MAX: nobody is watched.
 */
uint64_t relay_stuck_close(struct relay *relay);

#endif
