/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The objects of the anchor and how they hang together; its rules are in the files beside this.
 *
 *     call --- section --- leg ---- party --- peer
 *                     '--- leg ---- party --- peer
 *
 * A *leg* is our side towards one party of a section: a token, which requests are found by, and
 * the URI with it, which the party was shown. Several *parties* may have been shown one URI, as a
 * call forks; each is what the SDP of one of them says, and the connection that it is bound to.
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
	 * Of one leg: branches of a call that have answered, and of these the latest. More than
	 * eight telephones do not ring for one person, and not all of them answer.
	 */
	RELAY_PARTIES_MAX = 8,

	/* So long after an offer its answer may come: timer C is more than 180 s (RFC 3261 16.6).
	 */
	RELAY_ANSWER_MS = 200 * 1000,

	/*
	 * A request that is here before the answer that says who may send it: the 200 comes by
	 * the proxy, and is sent again for 32 s (RFC 3261 13.3.1.4).
	 */
	RELAY_EARLY_MS = 32 * 1000,

	/* What is for a party whose connection is to come, or to come again, waits for it so long.
	 */
	RELAY_AWAIT_MS = 30 * 1000,

	/*
	 * After so long nobody is waited for, who has not connected since the answer, or since
	 * his connection broke: what is for him is answered at once.
	 */
	RELAY_ABSENT_MS = 120 * 1000,

	/* A call without any connection ends. */
	RELAY_DESERTED_MS = 300 * 1000,

	/*
	 * Connections that one call has us make in a minute, to wherever its SDP says: each of
	 * its sections has two parties, and each may be tried again.
	 */
	RELAY_DIALS_MAX = 16,
	RELAY_DIALS_MS = 60 * 1000,

	/*
	 * Parties of one worker that are waited for at a time, and the bytes that may wait for
	 * each: 1024 times that and one read of its source are 100 MiB. Beyond that they are
	 * answered at once.
	 */
	RELAY_AWAITED_MAX = 1024,
	RELAY_AWAITED_BYTES = 32 * 1024,
};

/* What a party's SDP says of one section. */
struct relay_terms {
	char *tag;
	char *path;
	size_t n_hops;		      /* URIs in it: one more than its relays */
	struct msrp_uri_slices first; /* where to connect; it points into PATH, as the next */
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
	uint64_t exchange; /* of its call, which named it last */
	bool dials;	   /* we connect to it, as its SDP has it */
	/*
	 * Its way, in both directions: where its first request came from, or what we have made,
	 * which may not stand yet. NULL: none at present.
	 */
	struct relay_peer *peer;
	bool was_bound; /* it has had a connection that stood */
	bool addressed; /* a request was sent on that */
	uint64_t
	    claimed_ms; /* until then, of another connection that was refused, it is in doubt */
	/* In whose lanes waits what is for it as long as it has none; else NULL: see absent.h. */
	struct relay_peer *absent;
	uint64_t absent_ms;  /* until when that waits */
	uint64_t welcome_ms; /* until when it is waited for */
	/* For what comes from it: to whom, from where; made when first used. */
	struct msrp_lane *lane;
	const struct relay_peer *lane_dest;
	const struct relay_peer *lane_source;
	TAILQ_ENTRY(relay_party) in_leg;
	LIST_ENTRY(relay_party) in_peer;
};

struct relay_leg {
	struct hash_node by_token;
	struct relay_section *section;
	unsigned side; /* 0: of who has offered the call */
	char token[RELAY_TOKEN_LEN + 1];
	char uri[RELAY_ANCHOR_URI_MAX];
	bool secure; /* so the party was told */
	uint16_t port;
	bool enrolled;			  /* and found by its token */
	struct relay_party_queue parties; /* who was named last comes first */
	size_t n_parties;
	struct relay_early_list earlies; /* of connections that wait for an answer of this leg */
};

struct relay_section {
	struct relay_call *call;
	unsigned index;
	bool pending; /* its offer has no answer yet */
	bool closed;  /* by port 0: it has legs, and nobody may use them */
	bool closing; /* the offer that is pending closes it */
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
	char *tag[2]; /* of who offered it, and of who answered last; that may be NULL */
	struct relay_section *section[RELAY_ANCHOR_SECTIONS_MAX];
	size_t n_sections;
	uint64_t exchange; /* counts offers */
	unsigned offerer;  /* the side that has made the last one */
	bool answered;	   /* any of them was */
	uint64_t started_ms;
	uint64_t signal_ms;   /* of the last offer, answer or delete */
	uint64_t offered_ms;  /* of the last offer */
	uint64_t end_ms;      /* a delete waits until then; 0: none does */
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
