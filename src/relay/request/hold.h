/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Another relay sends for many, so it does not wait for one receiver for longer than RELAY_HOLD_MS.
 * Then one of these functions acts.
 */
#ifndef RELAY_REQUEST_HOLD_H
#define RELAY_REQUEST_HOLD_H

#include <stdbool.h>

struct relay_peer;

/*
 * PEER, another relay, has waited for long enough: gives up the receiver, if what PEER sends is
 * welcome there; otherwise refuses that.
 */
void relay_hold_end(struct relay_peer *peer);

/* Likewise for a sibling's PEER, if another relay waits for it there. */
void relay_hold_hurry(struct relay_peer *peer, bool is_welcome);

#endif
