/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Closes the connections that relay/watch/watch.h has found to be stuck.
 */
#ifndef RELAY_WATCH_STUCK_H
#define RELAY_WATCH_STUCK_H

#include <stdint.h>

struct relay;

/*
 * Checks up to MAX peers whose time may be over, and closes those whose time is. Returns when to
 * call again; UINT64_MAX: nobody is watched.
 */
uint64_t relay_stuck_close(struct relay *relay, unsigned max);

#endif
