/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The relay of RFC 4976 as a machine: it decides, and does nothing else. It asks its host
 * (relay/host.h) for what it needs from the world; events come in through relay/entry.h, whose
 * functions are told the time. A host includes this header, which has the others with it.
 *
 * A *peer* is one connection and the party at its other end. The *owner* of a session is the peer
 * whose AUTH created it; any other peer that uses the session's URI is a *stranger* to it, and may
 * reach the owner only.
 */
#ifndef RELAY_RELAY_H
#define RELAY_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "relay/config.h"
#include "relay/counters.h"
#include "relay/entry.h"
#include "relay/event.h"
#include "relay/host.h"

struct relay;

/* Copies CONFIG. HOST and its ARG must outlive the relay. Returns 0 or -ENOMEM. */
int relay_new(const struct relay_config *config, const struct relay_host *host, void *arg,
	      struct relay **ret_relay);

/* All peers must have been closed, all look-ups answered. Returns NULL. */
struct relay *relay_free(struct relay *relay);

/* A copy of CONFIG for RELAY; ignores the number of the worker in CONFIG. NULL without memory. */
struct relay_config *relay_prepare(const struct relay *relay, const struct relay_config *config);

/*
 * PREPARED takes effect, and belongs to the relay. Existing connections and sessions stay,
 * including those whose URI has a name or port that is no longer ours.
 */
void relay_configure(struct relay *relay, struct relay_config *prepared);

/* For a configuration that will not be used. NULL is fine; returns NULL. */
struct relay_config *relay_discard(struct relay_config *prepared);

/*
 * While ON no new sessions are opened: an AUTH that would open one is refused. Existing ones
 * continue, and can be renewed.
 */
void relay_drain(struct relay *relay, bool on);

/*
 * Gives up: undelivered messages are reported to their senders, all sessions end, and all
 * connections are closed once their output is sent. WHY: one line.
 */
void relay_end(struct relay *relay, uint64_t now_ms, const char *why);

/*
 * Does what is due at NOW_MS (a monotonic clock), or a part of it if that is much. Returns when to
 * call again: UINT64_MAX if nothing waits, and at most NOW_MS if there is more to do now, after
 * others have had their turn.
 */
uint64_t relay_tick(struct relay *relay, uint64_t now_ms);

#endif
