/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The top of the relay: where its host comes in (the functions themselves are declared in
 * relay/relay.h), and where all that a connection sets going is tied together.
 */
#ifndef RELAY_ENTRY_H
#define RELAY_ENTRY_H

struct relay_hooks;

/* What peers of every relay start: see relay/peer.h. */
extern const struct relay_hooks relay_entry_hooks;

#endif
