/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Responses that peers send, each to a request that was forwarded to it.
 */
#ifndef RELAY_REQUEST_RESPONSE_H
#define RELAY_REQUEST_RESPONSE_H

struct msrp_message;
struct relay_peer;

/*
 * A response from PEER (RFC 4976 6.4.3). Those that fit no request of ours are dropped. Returns 0.
 */
int relay_response(struct relay_peer *peer, const struct msrp_message *m);

#endif
