/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The control side's view of the anchor's calls: it has parsed the SDP, asks here what to show, and
 * writes that. Everything is called on the worker that has the call, which relay_anchor_worker()
 * chooses. Nothing blocks. Slices in arguments are valid only during the call; results are copied
 * into the caller's structs, so that mail between threads can carry them, except for the slices of
 * views.
 *
 * A *call* is identified by its call-id. It has *sections*, one for each anchored m=message line,
 * numbered among all m= lines of the SDP, from 0. A section has two *legs*, our sides towards its
 * two parties: each has a *token*, by which a request finds it, and one URI of ours with that
 * token, which its party is shown.
 */
#ifndef RELAY_ANCHOR_ANCHOR_H
#define RELAY_ANCHOR_ANCHOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"
#include "base/slice.h"
#include "relay/relay.h"
#include "relay/trace/walk.h"
#include "sdp/message.h"

enum {
	RELAY_ANCHOR_SECTIONS_MAX = 8,	/* of one call: a chat, and files offered together */
	RELAY_ANCHOR_URI_MAX = 320,	/* msrps://HOST:PORT/TOKEN;tcp, and NUL */
	RELAY_ANCHOR_PATH_MAX = 2048,	/* of an a=path; those of real clients have 200 */
	RELAY_ANCHOR_CALL_ID_MAX = 256, /* octets, also of tags; real ones have 80 */
};

/* How the party that gets the SDP will see us. */
struct relay_place {
	struct slice host;    /* also for c=: an address without brackets, or a name */
	uint16_t secure_port; /* 0: there is no such listener */
	uint16_t plain_port;
};

/* The key transport-protocol: what to offer to the answerer. */
enum relay_transport {
	RELAY_TRANSPORT_SAME,
	RELAY_TRANSPORT_TCP,
	RELAY_TRANSPORT_TLS,
};

struct relay_exchange {
	struct slice call_id;
	struct slice from_tag;		 /* the offerer's, in offer and answer */
	struct slice to_tag;		 /* empty: none */
	const struct sdp_message *media; /* its sections to be anchored */
	size_t n_media;
	struct relay_place place;
	/* Only for an offer. */
	enum relay_transport transport;
	bool passive; /* the key msrp-setup: the answerer should connect */
};

/* The new contents for the section of media[i], at the same i. */
struct relay_shown {
	bool anchored; /* false: the whole section stays as it is */
	bool closed;   /* its port is 0 and stays so; ignore the rest */
	bool secure;   /* TCP/TLS/MSRP and our fingerprint; otherwise TCP/MSRP and none */
	uint16_t port;
	enum sdp_setup setup;
	char uri[RELAY_ANCHOR_URI_MAX]; /* the value of a=path */
};

enum relay_anchor_result {
	RELAY_ANCHOR_UNKNOWN = 1, /* there is no such call */
	RELAY_ANCHOR_FULL,	  /* the maximum number of calls is reached */
	RELAY_ANCHOR_DRAINING,	  /* no new calls are accepted any more */
	RELAY_ANCHOR_BAD,	  /* the request is invalid: *ret_why says why */
	RELAY_ANCHOR_NO_PORT,	  /* we have no listener for this protocol */
};

/*
 * An offer; RET_SHOWN has room for n_media. A repeated offer, from the same tag, shows the same
 * URIs. It cancels a pending delete. Returns 0, a result above, or -ENOMEM; unless it returns 0,
 * nothing has changed, and *RET_WHY is one line for the log.
 */
int relay_anchor_offer(struct relay *relay, uint64_t now_ms, const struct relay_exchange *offer,
		       struct relay_shown *ret_shown, const char **ret_why);

/*
 * Likewise for an answer. Several may come, from one party or more: one without a pending offer
 * belongs to the last exchange.
 */
int relay_anchor_answer(struct relay *relay, uint64_t now_ms, const struct relay_exchange *answer,
			struct relay_shown *ret_shown, const char **ret_why);

/* The visible state of a call. The slices live until the relay is called next. */
struct relay_call_view {
	struct slice call_id;
	struct slice from_tag; /* of the party that offered it */
	struct slice to_tag;   /* of the last party that answered; empty: none */
	uint64_t age_ms;       /* since the first offer */
	uint64_t signal_ms;    /* since the last offer, answer or delete */
	bool answered;
	bool ending; /* a delete is pending */
	size_t n_sections;
	size_t n_legs;
	size_t n_connected; /* legs whose connection is open */
	uint64_t bytes[2];  /* of bodies: from the offering party, and from the other side */
	uint64_t chunks[2];
};

struct relay_leg_view {
	unsigned index;	   /* of its section */
	struct slice tag;  /* of its party; empty: none yet */
	struct slice path; /* its party's */
	struct slice uri;  /* ours */
	bool secure;	   /* as its party was told */
	bool fingerprinted;
	const struct relay_peer *peer; /* its connection; NULL: none */
	bool connecting;	       /* which is not open yet */
	bool awaited;		       /* messages wait for it to connect */
};

/*
 * If TO_TAG is that of one of several branches, that branch goes. Otherwise the call ends after
 * DELAY_MS, unless an offer or answer comes first. RET_VIEW may be NULL. Returns 0 or
 * RELAY_ANCHOR_UNKNOWN.
 */
int relay_anchor_delete(struct relay *relay, uint64_t now_ms, struct slice call_id,
			struct slice to_tag, uint64_t delay_ms, struct relay_call_view *ret_view);

/*
 * Ends a call at once. WHY: one line, for the operator and for senders. Returns 0 or
 * RELAY_ANCHOR_UNKNOWN.
 */
int relay_anchor_end(struct relay *relay, uint64_t now_ms, struct slice call_id, const char *why);

/* False: there is no such call; or it has no leg at index I. */
bool relay_anchor_query(struct relay *relay, uint64_t now_ms, struct slice call_id,
			struct relay_call_view *ret_view);
bool relay_anchor_leg(struct relay *relay, struct slice call_id, size_t i,
		      struct relay_leg_view *ret_view);

/* The next call, if there is one. */
bool relay_walk_call(struct relay_walk *walk, uint64_t now_ms, struct relay_call_view *ret_view);

/*
 * Which of N workers has the call. KEY is secret, or those who choose call-ids would choose the
 * worker.
 */
unsigned relay_anchor_worker(const uint8_t key[SIPHASH_KEY_LEN], struct slice call_id, unsigned n);

#endif
