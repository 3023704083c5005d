/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_WORLD_ANCHOR_H
#define SUPPORT_WORLD_ANCHOR_H

#include "relay/anchor/anchor.h"
#include "support/world.h"

/*
 * The host's part for the anchor of a relay.
 */
int world_hold_call(void *arg, size_t max);
void world_release_call(void *arg);
bool world_has_fingerprint(void *arg, struct relay_peer *peer,
			   const struct sdp_fingerprint *fingerprint);

/* The fingerprint of a certificate that is called WORD. */
struct sdp_fingerprint world_fingerprint(enum sdp_hash hash, const char *word);

/* The relay that has the call, and that does what the proxy requests for it. */
struct relay *world_relay_of(struct world *w, struct slice call_id);

#endif
