/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Incoming REPORTs and every method but SEND (RFC 4976 6.4.2): gathered and forwarded whole, and
 * their responses brought back. Functions about input return 0, or non-zero if the connection has
 * to be closed.
 */
#ifndef RELAY_REQUEST_REQUEST_H
#define RELAY_REQUEST_REQUEST_H

#include <stddef.h>
#include <stdint.h>

struct msrp_message;
struct relay_peer;
struct relay_transaction;

int relay_request_head(struct relay_peer *peer, const struct msrp_message *m);
int relay_request_body(struct relay_peer *peer, const uint8_t *bytes, size_t len);
int relay_request_end(struct relay_peer *peer, char flag);

/* Its source is gone. */
void relay_request_abort(struct relay_peer *peer);

/* The response M to a forwarded request goes back the way the request came (RFC 4976 6.4.3). */
void relay_request_answered(struct relay_transaction *t, const struct msrp_message *m);
void relay_request_timed_out(struct relay_transaction *t);

/* PEER will answer nothing more: answers the peers that wait for it. */
void relay_request_give_up(struct relay_peer *peer, const char *why);

/* PEER is gone: gives the answers that it owes, and forgets its own requests. */
void relay_request_forget(struct relay_peer *peer, const char *why);

#endif
