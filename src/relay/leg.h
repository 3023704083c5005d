/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The objects of the anchor and their relations; its rules are in the files beside this.
 *
 *     call --- section --- leg ---- party --- peer
 *                     '--- leg ---- party --- peer
 *
 * A *leg* is our side towards one party of a section: a token, by which requests find it, and the
 * URI with that token, which the party was shown. Several *parties* may have been shown one URI,
 * because a call may fork; each is what one SDP says, and the connection that it is bound to.
 */
#ifndef RELAY_LEG_H
#define RELAY_LEG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/heap.h"
#include "base/list.h"
#include "msrp/uri.h"
#include "relay/anchor/anchor.h"
#include "relay/lists.h"
#include "relay/session/token.h"

struct msrp_lane;
struct relay_call;
struct relay_peer;

enum {
	/*
	 * Per leg: branches of a call that have answered, and of these the latest. One person has
	 * no more than eight phones ringing, and not all of them answer.
	 */
	RELAY_PARTIES_MAX = 8,

	/*
	 * How long after an offer its answer may come: timer C is more than 180 s (RFC 3261 16.6).
	 */
	RELAY_ANSWER_MS = 200 * 1000,

	/*
	 * For a request that overtakes the answer that says who may send it: the 200 comes through
	 * the proxy, and is repeated for 32 s (RFC 3261 13.3.1.4).
	 */
	RELAY_EARLY_MS = 32 * 1000,

	/* How long messages wait for a party that has to connect, or to connect again. */
	RELAY_AWAIT_MS = 30 * 1000,

	/*
	 * A party that has not connected for this long since the answer, or since its connection
	 * broke, is not waited for: messages for it are answered at once.
	 */
	RELAY_ABSENT_MS = 120 * 1000,

	/* A call without any connection ends after this time. */
	RELAY_DESERTED_MS = 300 * 1000,

	/*
	 * Connections that one call may have us make in a minute, to wherever its SDP says: each of
	 * its sections has two parties, and each may be tried again.
	 */
	RELAY_DIALS_MAX = 16,
	RELAY_DIALS_MS = 60 * 1000,

	/*
	 * Parties of one worker that are waited for at a time, and the bytes that may wait for
	 * each: 1024 times that and one read of its source are 100 MiB. Beyond that, messages are
	 * answered at once.
	 */
	RELAY_AWAITED_MAX = 1024,
	RELAY_AWAITED_BYTES = 32 * 1024,
};

/* A party's SDP for one section. */
struct relay_terms {
	char *tag;
	char *path;
	size_t n_hops;		      /* URIs in it: one more than its relays */
	struct msrp_uri_slices first; /* where to connect; points into PATH, like the next */
	struct msrp_uri_slices last;  /* the party's own */
	bool secure;
	enum sdp_setup setup;
	bool fingerprinted;
	struct sdp_fingerprint fingerprint[SDP_FINGERPRINTS_MAX];
	size_t n_fingerprints;
};

struct relay_party {
	struct relay_leg *leg;
	struct relay_terms terms;
	uint64_t exchange; /* the exchange of its call that named it last */
	bool dials;	   /* we connect to it, according to its SDP */
	/*
	 * Its way, in both directions: where its first request came from, or a connection that we
	 * have made, which may not be open yet. NULL: none at present.
	 */
	struct relay_peer *peer;
	bool was_bound;	     /* it has had an open connection */
	bool addressed;	     /* a request was sent on that */
	uint64_t claimed_ms; /* in doubt until then: another connection was refused for it */
	/*
	 * Its absent peer, in whose lanes messages for it wait while it has no connection;
	 * otherwise NULL: see absent.h.
	 */
	struct relay_peer *absent;
	uint64_t absent_ms;  /* until when those wait */
	uint64_t welcome_ms; /* until when it is waited for */
	/* For its own messages: the destination and the source; made when first used. */
	struct msrp_lane *lane;
	const struct relay_peer *lane_dest;
	const struct relay_peer *lane_source;
	TAILQ_ENTRY(relay_party) in_leg;
	LIST_ENTRY(relay_party) in_peer;
};

struct relay_leg {
	struct hash_node by_token;
	struct relay_section *section;
	unsigned side; /* 0: of the party that has offered the call */
	char token[RELAY_TOKEN_LEN + 1];
	char uri[RELAY_ANCHOR_URI_MAX];
	bool secure; /* as the party was told */
	uint16_t port;
	bool enrolled;			  /* and found by its token */
	struct relay_party_queue parties; /* the one named last comes first */
	size_t n_parties;
	struct relay_early_list earlies; /* of connections that wait for an answer of this leg */
};

struct relay_section {
	struct relay_call *call;
	unsigned index;
	bool pending; /* its offer has no answer yet */
	bool closed;  /* by port 0: it has legs, and nobody may use them */
	bool closing; /* the pending offer closes it */
	uint64_t answered_ms;
	struct relay_terms offer;  /* the last one */
	struct relay_leg *leg[2];  /* in force; NULL: none yet */
	struct relay_leg *pledged; /* shown in the offer, and in force with its answer; or NULL */
};

struct relay_call {
	struct hash_node by_call_id;
	struct relay *relay;
	char *id;
	size_t id_len;
	char *tag[2]; /* of the offering party, and of the last that answered, if any */
	struct relay_section *section[RELAY_ANCHOR_SECTIONS_MAX];
	size_t n_sections;
	uint64_t exchange; /* counts offers */
	unsigned offerer;  /* the side of the last one */
	bool answered;	   /* any offer was */
	uint64_t started_ms;
	uint64_t signal_ms;   /* of the last offer, answer or delete */
	uint64_t offered_ms;  /* of the last offer */
	uint64_t end_ms;      /* a delete is pending until then; 0: none */
	uint64_t deserted_ms; /* since when none of its legs has a connection; 0: one has */
	uint64_t dials_ms;    /* when the minute of its connections began */
	unsigned n_dials;     /* in that minute */
	struct heap_node due;
	uint64_t bytes[2]; /* from each side */
	uint64_t chunks[2];
	struct relay_meter_list meters;
	TAILQ_ENTRY(relay_call) in_relay;
};

#endif
