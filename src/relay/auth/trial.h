/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The consequences of wrong passwords (RFC 4976 6.3): the connection is closed, and AUTH requests
 * of the same origin are ignored for a while.
 */
#ifndef RELAY_AUTH_TRIAL_H
#define RELAY_AUTH_TRIAL_H

#include <stdbool.h>

#include "base/slice.h"

struct relay_peer;

/* May an AUTH of USER (empty: not stated) on PEER be examined? */
bool relay_trial_may(const struct relay_peer *peer, struct slice user, struct slice realm);

/* A password of USER was wrong: counts it by origin. */
void relay_trial_wrong(const struct relay_peer *peer, struct slice user, struct slice realm);

/* It was right; reported if others were wrong before. */
void relay_trial_right(const struct relay_peer *peer, struct slice user, struct slice realm);

#define RELAY_TRIAL_REFUSAL "too many wrong passwords, try again later"

/*
 * Refuses the AUTH that PEER is sending, which must not be examined. Reports nothing: the pause was
 * reported, and each of these is counted with it. Returns 0 or -ENOMEM.
 */
int relay_trial_refuse(struct relay_peer *peer);

/*
 * An AUTH on PEER has failed, for whatever reason, and was answered: several in a row close the
 * connection, but not that of a relay through which somebody was admitted.
 */
void relay_trial_failed(struct relay_peer *peer);

#endif
