/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A relay with everything in it: its peers and sessions, the queues and heaps that tell what is
 * due, and its settings. The host's view of it is relay/relay.h.
 */
#ifndef RELAY_STATE_H
#define RELAY_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/heap.h"
#include "base/siphash.h"
#include "base/store.h"
#include "msrp/digest.h"
#include "msrp/ident.h"
#include "msrp/transaction.h"
#include "relay/lists.h"
#include "relay/relay.h"
#include "relay/trace/walk.h"
#include "relay/watch/idle.h"

struct relay_call;
struct relay_hooks;
struct relay_hop;
struct relay_leg;

struct relay {
	struct relay_config *config;
	const struct relay_host *host;
	void *arg;
	const struct relay_hooks *hooks;
	uint64_t now_ms;
	bool draining; /* no new sessions */
	struct msrp_random random;
	uint8_t seed[SIPHASH_KEY_LEN]; /* keys its hashes */
	uint8_t nonce_key[MSRP_MAC_LEN];
	uint64_t uri_seed;
	uint64_t peer_count; /* since the start; numbers the peers */
	uint64_t link_count; /* since the start; numbers the links */

	struct relay_peer_list peers;
	size_t n_peers;			     /* without siblings */
	size_t n_siblings;		     /* siblings among the peers */
	struct relay_peer_queue probation;   /* in the order of their deadlines */
	struct relay_peer_queue held;	     /* other relays that wait; likewise */
	struct relay_session_queue sessions; /* in the order in which they began */
	struct hash_table by_id;	     /* these, by the beginning of the session-id */
	struct relay_hop *hops;		     /* other relays, by authority */
	struct heap expiries;		     /* of sessions */
	struct heap slowed;		     /* peers that are not read for a while */
	struct heap looks;		     /* when to check each open peer for being stuck */
	struct relay_idle_queue idle[RELAY_STANDINGS];
	struct msrp_transactions transactions;
	struct store blocks; /* for all that passes through */
	struct relay_chunk_list spare_chunks;
	size_t n_spare_chunks;
	size_t n_chunks; /* in use */
	struct relay_counters counters;
	struct relay_counters inside;  /* of siblings: that traffic is counted at its ends */
	bool is_anchor;		       /* now or earlier, so it may have calls */
	struct relay_call_queue calls; /* of the anchor, in the order in which they began */
	struct hash_table by_call_id;  /* these */
	struct hash_table legs;	       /* of these, by token */
	struct heap dues;	       /* of calls */
	size_t n_absent;	       /* peers that stand for parties which have yet to connect */
	struct relay_target_list targets;
	struct relay_tap_list taps;
	struct relay_walk untapped;   /* over the sessions that may need a tap yet */
	bool is_tapping;	      /* that walk is not finished */
	struct relay_walk_list walks; /* walks over our lists */
};

#endif
