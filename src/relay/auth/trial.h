/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What follows from wrong passwords (RFC 4976 6.3): the connection is closed, and what comes from
 * the same origin is not looked at for a while.
 */
#ifndef RELAY_AUTH_TRIAL_H
#define RELAY_AUTH_TRIAL_H

#include <stdbool.h>

#include "base/slice.h"

struct relay_peer;

/* May an AUTH of USER (empty: it does not say) on PEER be looked at? */
bool relay_trial_may(const struct relay_peer *peer, struct slice user, struct slice realm);

/* A password of USER was wrong: counted by where it comes from. */
void relay_trial_wrong(const struct relay_peer *peer, struct slice user, struct slice realm);

/* It was right, which is told when others were wrong before. */
void relay_trial_right(const struct relay_peer *peer, struct slice user, struct slice realm);

#define RELAY_TRIAL_REFUSAL "too many wrong passwords, try again later"

/*
 * Refuses the AUTH that PEER is sending, which may not be looked at. Nothing is told: the pause
 * was, and each of these is counted with it. 0 or -ENOMEM.
 */
int relay_trial_refuse(struct relay_peer *peer);

/*
 * An AUTH on PEER has failed, for whatever reason, and was answered: several in a row close the
 * connection, but not that of a relay through which somebody has come in.
 */
void relay_trial_failed(struct relay_peer *peer);

#endif
