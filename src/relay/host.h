/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the relay needs of the world, as a table of functions that its host fills in: to connect,
 * send and close, randomness, users, and what all relays of a process share.
 */
#ifndef RELAY_HOST_H
#define RELAY_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "msrp/digest.h"
#include "msrp/ha1.h"

struct msrp_uri_slices;
struct relay_event;
struct relay_lookup;
struct relay_peer;
struct sdp_fingerprint;

/* How the server of a connection that we make with TLS is to prove who it is. */
enum relay_trust {
	RELAY_TRUST_NAME, /* a name has to be in its certificate; an address proves nothing */
	RELAY_TRUST_CERTIFICATE, /* what the URI says has to be, an address as well */
	RELAY_TRUST_LATER,	 /* by a fingerprint, which the relay asks for when it is open */
};

/* Where an AUTH comes from. */
struct relay_origin {
	const struct relay_peer *peer;
	struct slice address; /* for the host to fill in: what one customer has; empty: unknown */
	struct slice hop;     /* "host:port" of the relay that peer is; empty: a client */
	struct slice user;    /* empty: it does not say yet */
	struct slice realm;
};

/* No AUTH from an origin is looked at. */
struct relay_pause {
	uint64_t ms;   /* for so long; 0: none begins */
	char name[96]; /* of the origin */
};

struct relay_host {
	/* PEER has output, or may be readable again: net_conn_kick(). */
	void (*kick)(void *arg, struct relay_peer *peer);
	/*
	 * Start to connect to URI for PEER, which is new and has no handle yet, because FROM
	 * has asked for it (NULL: the relay itself); relay_peer_opened() or relay_peer_closed()
	 * tells the end of it, never from inside this call. 0 or a negative errno, and then no such
	 * call.
	 */
	int (*connect)(void *arg, struct relay_peer *peer, const struct relay_peer *from,
		       const struct msrp_uri_slices *uri, enum relay_trust trust);
	/*
	 * The same to another relay of this process, the one of WORKER, for what
	 * comes FROM there, if that is not NULL. It takes the connection with
	 * relay_peer_new_sibling(). With AS_IT the other end is to it as FROM is
	 * to us, with its certificate and all.
	 */
	int (*join)(void *arg, struct relay_peer *peer, unsigned worker,
		    const struct relay_peer *from, bool as_it);
	/* Send what PEER still has, then close; relay_peer_closed() ends it, never from inside. */
	void (*close)(void *arg, struct relay_peer *peer);
	/*
	 * PEER, at whose other end is another relay of this process, keeps somebody
	 * waiting for too long: relay_peer_hurry() is to tell that relay. WELCOME: what is sent
	 * there is wanted, as far as it is known here.
	 */
	void (*hurry)(void *arg, struct relay_peer *peer, bool welcome);
	/*
	 * PEER, at whose other end another relay of this process has what this one has for it,
	 * stands for a connection that leaves things unanswered, or (not ON) does so no more:
	 * relay_peer_quiet() is to tell that relay.
	 */
	void (*quiet)(void *arg, struct relay_peer *peer, bool on);
	/*
	 * A request was granted that has come from PEER, at whose other end another relay of
	 * this process has a peer that it stands for: relay_peer_vouched() is to tell that relay.
	 */
	void (*vouch)(void *arg, struct relay_peer *peer);
	/*
	 * The same relay has a connection that this one uses for USE, or (0) does no more:
	 * relay_peer_used() is to tell it.
	 */
	void (*use)(void *arg, struct relay_peer *peer, unsigned use);
	/* Does PEER's verified certificate name HOST? */
	bool (*is_certified)(void *arg, struct relay_peer *peer, struct slice host);
	/* Has PEER shown a certificate of that digest, verified or not? */
	bool (*has_fingerprint)(void *arg, struct relay_peer *peer,
				const struct sdp_fingerprint *fingerprint);
	/* LEN bytes of the system's cryptographic randomness. */
	void (*random)(void *arg, uint8_t *out, size_t len);
	/* The secret that all relays of this process have in common, MSRP_MAC_LEN bytes of such. */
	void (*secret)(void *arg, uint8_t *out);
	/* Look up credentials; relay_lookup_answer() must follow exactly once, now or later. */
	void (*lookup)(void *arg, struct relay_lookup *lookup);
	/*
	 * One session more for USER of REALM, who may hold MAX on all relays of
	 * this process. *RET_HOLD is for release(). 0, -EDQUOT or -ENOMEM.
	 */
	int (*hold)(void *arg, struct slice user, struct slice realm, size_t max, void **ret_hold);
	void (*release)(void *arg, void *hold);
	/*
	 * One connection more to a next hop for the user whose HOLD it is, who may have MAX
	 * at a time, and as many new ones in a minute, on all relays of this process. 0,
	 * -EDQUOT or -EAGAIN. It counts until release_hop(), which may come after release().
	 */
	int (*hold_hop)(void *arg, void *hold, size_t max);
	void (*release_hop)(void *arg, void *hold);
	/* How many the user of HOLD has. */
	size_t (*count_hops)(void *arg, const void *hold);
	/*
	 * One call more on all relays of this process, of which there may be MAX: 0 or -EDQUOT.
	 * One less.
	 */
	int (*hold_call)(void *arg, size_t max);
	void (*release_call)(void *arg);
	/*
	 * What came of AUTHs on all relays of this process: see relay/shared/throttle.h. May one
	 * from ORIGIN be looked at? Its password is wrong; or right, after so many wrong ones. Has
	 * somebody come in through the relay there?
	 */
	bool (*may_try)(void *arg, const struct relay_origin *origin);
	void (*wrong)(void *arg, const struct relay_origin *origin, struct relay_pause *ret_pause);
	uint64_t (*right)(void *arg, const struct relay_origin *origin);
	bool (*is_vouched)(void *arg, const struct relay_origin *origin);
	/*
	 * The roll of the sessions of all relays of this process: one more with that id, whose
	 * owner is the other relay HOP ("host:port") or, if empty, a client; 0 or -ENOMEM. One
	 * less. And: is ID that of a session whose owner is somebody else than HOP?
	 */
	int (*enrol)(void *arg, struct slice id, struct slice hop);
	void (*strike)(void *arg, struct slice id);
	bool (*is_anothers)(void *arg, struct slice id, struct slice hop);
	void (*event)(void *arg, const struct relay_event *event);
	/* A line of a head that PEER has sent, or gets: see relay/trace/trace.h. */
	void (*trace)(void *arg, const struct relay_peer *peer, bool incoming, struct slice line);
};

/* What is looked up; the slices live until the answer. */
struct slice relay_lookup_user(const struct relay_lookup *lookup);
struct slice relay_lookup_realm(const struct relay_lookup *lookup);
enum msrp_digest_algorithm relay_lookup_algorithm(const struct relay_lookup *lookup);

/* The peer that asks, for the host's lookup(); and is the AUTH to keep a session of the user? */
const struct relay_peer *relay_lookup_peer(const struct relay_lookup *lookup);
bool relay_lookup_renews(const struct relay_lookup *lookup);

/* Did a remembered answer not fit, so that the users themselves have to be asked? */
bool relay_lookup_is_anew(const struct relay_lookup *lookup);

/* LOOKUP is freed. */
void relay_lookup_answer(struct relay_lookup *lookup, uint64_t now_ms,
			 const struct msrp_ha1_answer *found);

#endif
