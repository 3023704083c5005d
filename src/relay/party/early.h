/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections that wait. A request may come before the answer that says who may send it, because
 * that comes by way of the proxy. It is kept, with what was read together with it, and the
 * connection is not read, until the answer is there or RELAY_EARLY_MS are over.
 */
#ifndef RELAY_PARTY_EARLY_H
#define RELAY_PARTY_EARLY_H

#include "base/buf.h"
#include "relay/leg.h"

struct msrp_message;

/* What has come on one connection, as its parser has told it. */
struct relay_early {
	struct relay_peer *peer;
	struct relay_leg *leg; /* whose answer it waits for; NULL: it waits no more */
	uint64_t deadline_ms;
	struct buf tape; /* see early.c */
	LIST_ENTRY(relay_early) in_leg;
};

/* Has M, a request of PEER, to wait, by itself or behind one that does? */
bool relay_early_is_due(const struct relay_peer *peer, const struct msrp_message *m);

/* M is such a request, and what follows is the body and the end of it. 0 or -ENOMEM. */
int relay_early_head(struct relay_peer *peer, const struct msrp_message *m);
int relay_early_body(struct relay_peer *peer, const uint8_t *bytes, size_t len);
int relay_early_end(struct relay_peer *peer, char flag);

/* All that wait for LEG go on, whatever becomes of their requests. */
void relay_early_release_all(struct relay_leg *leg);

/* Those that have waited too long do. */
void relay_early_run(struct relay_leg *leg);

/* PEER is gone, and what it has sent with it. */
void relay_early_forget(struct relay_peer *peer);

#endif
