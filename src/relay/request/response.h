/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Responses from peers, each to a request that was forwarded to that peer.
 */
#ifndef RELAY_REQUEST_RESPONSE_H
#define RELAY_REQUEST_RESPONSE_H

struct msrp_message;
struct relay_peer;

/* A response from PEER (RFC 4976 6.4.3). Drops it if it matches no request of ours. Returns 0. */
int relay_response(struct relay_peer *peer, const struct msrp_message *m);

#endif
