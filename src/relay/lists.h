/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lists of the relay's objects, and their relations:
 *
 *     relay --- peer ---- session --- link
 *                 |          |          '-- the way to one stranger, and a lane each way
 *                 |          '-- owned by a peer, found by its session-id
 *                 '-- conn --- lane --- chunk (a flow) --- transactions
 *
 * A chunk belongs to its destination peer. It also knows its source peer while that lives, because
 * failures are reported there. Each object has a header of its own name.
 */
#ifndef RELAY_LISTS_H
#define RELAY_LISTS_H

#include "base/list.h"

LIST_HEAD(relay_peer_list, relay_peer);
LIST_HEAD(relay_session_list, relay_session);
LIST_HEAD(relay_link_list, relay_link);
LIST_HEAD(relay_chunk_list, relay_chunk);
LIST_HEAD(relay_transaction_list, relay_transaction);
TAILQ_HEAD(relay_silent_list, relay_transaction);
LIST_HEAD(relay_lookup_list, relay_lookup);
LIST_HEAD(relay_passage_list, relay_passage);
LIST_HEAD(relay_meter_list, relay_meter);
LIST_HEAD(relay_walk_list, relay_walk);
LIST_HEAD(relay_target_list, relay_target);
LIST_HEAD(relay_party_list, relay_party);
LIST_HEAD(relay_early_list, relay_early);
TAILQ_HEAD(relay_party_queue, relay_party);
LIST_HEAD(relay_tap_list, relay_tap);
TAILQ_HEAD(relay_peer_queue, relay_peer);
TAILQ_HEAD(relay_session_queue, relay_session);
TAILQ_HEAD(relay_call_queue, relay_call);

#endif
