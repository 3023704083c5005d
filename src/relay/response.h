/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_RESPONSE_H
#define RELAY_RESPONSE_H

#include "relay/internal.h"

/*
 * A response from PEER (RFC 4976 6.4.3). Those that fit no request of ours are dropped. Returns 0.
 */
int relay_response(struct relay_peer *peer, const struct msrp_message *m);

#endif
