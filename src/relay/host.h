/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The needs of the relay as a table of functions that its host fills in: to connect, send and
 * close, randomness, users, and what all relays of a process share.
 */
#ifndef RELAY_HOST_H
#define RELAY_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "msrp/digest.h"
#include "msrp/ha1.h"
#include "relay/shared/quota.h"

struct msrp_uri_slices;
struct relay_event;
struct relay_lookup;
struct relay_peer;
struct sdp_fingerprint;

/* How the server of a TLS connection that we make has to authenticate. */
enum relay_trust {
	RELAY_TRUST_NAME,	 /* its certificate must have the name; an address proves nothing */
	RELAY_TRUST_CERTIFICATE, /* its certificate must have the URI's host, even an address */
	RELAY_TRUST_LATER,	 /* by a fingerprint, which the relay checks when it is open */
};

/* The origin of an AUTH. */
struct relay_origin {
	const struct relay_peer *peer;
	struct slice address; /* set by the host: the network of one customer; empty: unknown */
	struct slice hop;     /* "host:port" of the relay that peer is; empty: a client */
	struct slice user;    /* empty: not stated yet */
	struct slice realm;
};

/* A time in which an origin's AUTHs are ignored. */
struct relay_pause {
	uint64_t ms;   /* duration; 0: no pause begins */
	char name[96]; /* the origin's */
};

struct relay_host {
	/* PEER has output, or may be readable again: net_conn_kick(). */
	void (*kick)(void *arg, struct relay_peer *peer);
	/*
	 * Start to connect to URI for PEER, which is new and has no handle yet, at the request of
	 * FROM (NULL: the relay itself); relay_peer_opened() or relay_peer_closed() follows, never
	 * from inside this call. Returns 0; or a negative errno, and neither follows.
	 */
	int (*connect)(void *arg, struct relay_peer *peer, const struct relay_peer *from,
		       const struct msrp_uri_slices *uri, enum relay_trust trust);
	/*
	 * Likewise to another relay of this process, that of WORKER, for requests of FROM, if that
	 * is not NULL. It takes the connection with relay_peer_new_sibling(). With AS_IT the other
	 * end looks to it as FROM looks to us, including its certificate.
	 */
	int (*join)(void *arg, struct relay_peer *peer, unsigned worker,
		    const struct relay_peer *from, bool as_it);
	/* Send what PEER still has, then close; relay_peer_closed() follows, never from inside. */
	void (*close)(void *arg, struct relay_peer *peer);
	/*
	 * PEER, at whose other end is another relay of this process, keeps somebody waiting for too
	 * long: relay_peer_hurry() must tell that relay. WELCOME: what is sent there is wanted, as
	 * far as is known here.
	 */
	void (*hurry)(void *arg, struct relay_peer *peer, bool welcome);
	/*
	 * PEER, at whose other end is another relay of this process, stands for a connection that
	 * leaves things unanswered, or (not ON) does so no more: relay_peer_quiet() must tell that
	 * relay.
	 */
	void (*quiet)(void *arg, struct relay_peer *peer, bool on);
	/*
	 * A request from PEER was granted, at whose other end another relay of this process has the
	 * peer that it stands for: relay_peer_vouched() must tell that relay.
	 */
	void (*vouch)(void *arg, struct relay_peer *peer);
	/*
	 * That relay has a connection that this one uses for USE, or (0) no more: relay_peer_used()
	 * must tell it.
	 */
	void (*use)(void *arg, struct relay_peer *peer, unsigned use);
	/* Does PEER's verified certificate name HOST? */
	bool (*is_certified)(void *arg, struct relay_peer *peer, struct slice host);
	/* Has PEER shown a certificate with that digest, verified or not? */
	bool (*has_fingerprint)(void *arg, struct relay_peer *peer,
				const struct sdp_fingerprint *fingerprint);
	/* LEN bytes of the system's cryptographic randomness. */
	void (*random)(void *arg, uint8_t *out, size_t len);
	/* The secret that all relays of this process share, MSRP_MAC_LEN random bytes. */
	void (*secret)(void *arg, uint8_t *out);
	/* Look up credentials; relay_lookup_answer() must follow exactly once, now or later. */
	void (*lookup)(void *arg, struct relay_lookup *lookup);
	/*
	 * One session more for USER of REALM, who may hold MAX on all relays of this process.
	 * *RET_HOLD is for release(). Returns 0, -EDQUOT or -ENOMEM.
	 */
	int (*hold)(void *arg, struct slice user, struct slice realm, size_t max, void **ret_hold);
	void (*release)(void *arg, void *hold);
	/*
	 * One more connection to a next hop for the user of HOLD, who may have MAX at a time, and
	 * as many new ones in a minute, on all relays of this process. Returns 0, -EDQUOT or
	 * -EAGAIN. It counts until release_hop(), which may come after release().
	 */
	int (*hold_hop)(void *arg, void *hold, size_t max);
	void (*release_hop)(void *arg, void *hold);
	/* How many the user of HOLD has. */
	size_t (*count_hops)(void *arg, const void *hold);
	/* The user of HOLD may use so many bytes per second in each direction: see msrp/ha1.h. */
	void (*set_rate)(void *arg, void *hold, uint64_t rate);
	/*
	 * The user of HOLD uses BYTES, on any relay of this process; see relay_quota_use() of
	 * relay/shared/quota.h.
	 */
	uint64_t (*use_rate)(void *arg, void *hold, enum relay_direction direction, size_t bytes,
			     uint64_t usual);
	/* Tells what the user of HOLD has, and may have. */
	void (*usage)(void *arg, const void *hold, uint64_t usual, struct relay_usage *ret_usage);
	/*
	 * One more call on all relays of this process, of which there may be MAX: returns 0 or
	 * -EDQUOT. One less.
	 */
	int (*hold_call)(void *arg, size_t max);
	void (*release_call)(void *arg);
	/*
	 * Outcomes of AUTHs on all relays of this process: see relay/shared/throttle.h. May one
	 * from ORIGIN be examined? Its password is wrong; or right, after that many wrong ones. Has
	 * anybody been admitted through that relay?
	 */
	bool (*may_try)(void *arg, const struct relay_origin *origin);
	void (*wrong)(void *arg, const struct relay_origin *origin, struct relay_pause *ret_pause);
	uint64_t (*right)(void *arg, const struct relay_origin *origin);
	bool (*is_vouched)(void *arg, const struct relay_origin *origin);
	/*
	 * The roll of the sessions of all relays of this process: adds one with that id, whose
	 * owner is the other relay HOP ("host:port") or, if empty, a client; returns 0 or -ENOMEM.
	 * Removes one. And: is ID that of a session with another owner than HOP?
	 */
	int (*enrol)(void *arg, struct slice id, struct slice hop);
	void (*strike)(void *arg, struct slice id);
	bool (*is_anothers)(void *arg, struct slice id, struct slice hop);
	void (*event)(void *arg, const struct relay_event *event);
	/* A line of a head that PEER has sent, or gets: see relay/trace/trace.h. */
	void (*trace)(void *arg, const struct relay_peer *peer, bool incoming, struct slice line);
};

/* The subject of the look-up; the slices live until the answer. */
struct slice relay_lookup_user(const struct relay_lookup *lookup);
struct slice relay_lookup_realm(const struct relay_lookup *lookup);
enum msrp_digest_algorithm relay_lookup_algorithm(const struct relay_lookup *lookup);

/* For the host's lookup(): the peer that asks; and does the AUTH keep a session of its user? */
const struct relay_peer *relay_lookup_peer(const struct relay_lookup *lookup);
bool relay_lookup_renews(const struct relay_lookup *lookup);

/* Has a remembered answer not fitted, so that the back end itself has to be asked? */
bool relay_lookup_is_anew(const struct relay_lookup *lookup);

/* Frees LOOKUP. */
void relay_lookup_answer(struct relay_lookup *lookup, uint64_t now_ms,
			 const struct msrp_ha1_answer *found);

#endif
