/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections that wait. A request may come before the answer that says who may send it, because
 * that comes by way of the proxy. The request is kept, with everything that was read together with
 * it, and the connection is not read, until the answer is there or RELAY_EARLY_MS are over.
 */
#ifndef RELAY_PARTY_EARLY_H
#define RELAY_PARTY_EARLY_H

#include "base/buf.h"
#include "relay/leg.h"

struct msrp_message;

/* The input of one connection, as its parser has reported it. */
struct relay_early {
	struct relay_peer *peer;
	struct relay_leg *leg; /* the leg whose answer it waits for; NULL: it waits no more */
	uint64_t deadline_ms;
	struct buf tape; /* see early.c */
	LIST_ENTRY(relay_early) in_leg;
};

/* Must M, a request of PEER, wait, by itself or behind one that does? */
bool relay_early_is_due(const struct relay_peer *peer, const struct msrp_message *m);

/* M is such a request, and its body and end follow. Returns 0 or -ENOMEM. */
int relay_early_head(struct relay_peer *peer, const struct msrp_message *m);
int relay_early_body(struct relay_peer *peer, const uint8_t *bytes, size_t len);
int relay_early_end(struct relay_peer *peer, char flag);

/* All that wait for LEG continue, whatever becomes of their requests. */
void relay_early_release_all(struct relay_leg *leg);

/* Those that have waited too long continue. */
void relay_early_run(struct relay_leg *leg);

/* PEER is gone, and with it what it has sent. */
void relay_early_forget(struct relay_peer *peer);

#endif
