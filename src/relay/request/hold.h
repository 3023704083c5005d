/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Another relay sends for many, so it does not wait for one receiver for longer than
 * RELAY_HOLD_MS. What happens then.
 */
#ifndef RELAY_REQUEST_HOLD_H
#define RELAY_REQUEST_HOLD_H

#include <stdbool.h>

struct relay_peer;

/*
 * PEER, another relay, has waited for long enough: the receiver is given up, if what PEER sends
 * is welcome there; else that is refused.
 */
void relay_hold_end(struct relay_peer *peer);

/* The same for a sibling's PEER, which has another relay wait for it there. */
void relay_hold_hurry(struct relay_peer *peer, bool is_welcome);

#endif
