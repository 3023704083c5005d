/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_AUTH_H
#define RELAY_AUTH_H

#include "relay/internal.h"

/*
 * An AUTH request that is for this relay (RFC 4976 6.3): challenge, look-up,
 * check, and the URI. Returns 0, or non-zero when the connection has to be
 * closed.
 */
int relay_auth_request(struct relay_peer *peer, const struct msrp_message *m);

/* PEER is gone: its look-ups end without an answer to it. */
void relay_auth_forget(struct relay_peer *peer);

#endif
