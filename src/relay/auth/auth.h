/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An AUTH request for this relay (RFC 4976 6.3): challenge, look-up, check, and the URI. Functions
 * return 0, or non-zero if the connection has to be closed.
 */
#ifndef RELAY_AUTH_AUTH_H
#define RELAY_AUTH_AUTH_H

struct msrp_message;
struct relay_peer;

int relay_auth_request(struct relay_peer *peer, const struct msrp_message *m);

/*
 * Refuses an AUTH for a host that is not ours, with 403 and before looking at credentials. RFC 4976
 * 6.2 would have the connection closed, and its client guess why. Returns 0 or -ENOMEM.
 */
int relay_auth_refuse_host(struct relay_peer *peer, const struct msrp_message *m);

/* PEER is gone: its look-ups end without an answer to it. */
void relay_auth_forget(struct relay_peer *peer);

#endif
