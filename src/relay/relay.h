/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The relay of RFC 4976 as a machine: it decides, and does nothing else. What it needs of the world
 * it asks of its host; what the world does to it comes in through the relay_peer_ functions, each
 * of which is told the time.
 *
 * A *peer* is one connection and the party at its other end. The *owner* of a session is the peer
 * whose AUTH created it; any other peer that uses the session's URI is a *stranger* to it, and may
 * reach the owner only.
 */
#ifndef RELAY_RELAY_H
#define RELAY_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "msrp/digest.h"
#include "msrp/ha1.h"
#include "msrp/message.h"
#include "msrp/uri.h"
#include "sdp/message.h"

struct relay;
struct relay_peer;
struct relay_lookup;

/* A name, port and scheme under which this relay is reached: one for each listener. */
struct relay_identity {
	bool secure;
	const char *host;
	uint16_t port;
};

enum {
	RELAY_WORKERS_MAX = 64, /* one letter of a session-id tells them apart */
	RELAY_ADDRESS_LEN = 16,
};

struct relay_config {
	/*
	 * Which one this is of several relays of a process, which share everything
	 * else that stands here: the sessions of each are known by their ids.
	 */
	unsigned worker;    /* counts from 0 */
	unsigned n_workers; /* 0: the same as 1 */

	/*
	 * identity[0] is what a Use-Path says: a fully qualified name, and a port (RFC 4976 4.2).
	 */
	const struct relay_identity *identity;
	size_t n_identities; /* at least one */

	/* For relay_prepare() alone to fill in: identities of before that URIs still bear. */
	const struct relay_identity *former;
	size_t n_formers;

	/* Hosts that the To-Path of an AUTH may name besides those: hosted domains, realms. */
	const char *const *domain;
	size_t n_domains;

	/* Other relays that are trusted: "host", "*.domain" or "*". */
	const char *const *relay;
	size_t n_relays;

	struct {
		/* NULL or "": one of the realms, or the host of the AUTH request's To-Path */
		const char *realm;
		/*
		 * The only realms that there are; an AUTH to another of our names is challenged
		 * for the first. None: every host that may be addressed is one.
		 */
		const char *const *realms;
		size_t n_realms;
		enum msrp_digest_algorithm
		    algorithm[MSRP_DIGEST_COUNT]; /* in order of preference */
		size_t n_algorithms;
		unsigned expires_default; /* seconds, as the next two */
		unsigned expires_min;
		unsigned expires_max;
		unsigned max_failures;	 /* of one connection, in a row, before it is closed */
		unsigned nonce_lifetime; /* seconds */
		bool allow_without_tls;
	} auth;

	struct {
		bool sessmatch;	    /* the session-id alone decides (RFC 6714) */
		bool other_methods; /* forward methods that RFC 4975 and 4976 do not know */
		const char *const
		    *content_types; /* "*", or a type and subtype, of which the latter may be "*" */
		size_t n_content_types;
		uint64_t message_size; /* bytes; 0: no limit */
		bool note_hosts;       /* remember the hosts of the strangers to a session */
		unsigned per_user;     /* sessions that one user may hold at a time */
		unsigned next_hops;    /* connections to next hops that they may cause */
	} session;

	struct {
		bool on;
		unsigned calls;	     /* in all relays of the process, at a time */
		uint64_t max_age_ms; /* without an offer or answer */
	} anchor;
};

/* How the server of a connection that we make with TLS is to prove who it is. */
enum relay_trust {
	RELAY_TRUST_NAME, /* a name has to be in its certificate; an address proves nothing */
	RELAY_TRUST_CERTIFICATE, /* what the URI says has to be, an address as well */
	RELAY_TRUST_LATER,	 /* by a fingerprint, which the relay asks for when it is open */
};

enum relay_event_type {
	RELAY_SESSION_OPENED,
	RELAY_SESSION_RENEWED,
	RELAY_SESSION_ENDED,
	RELAY_AUTH_FAILED,     /* wrong credentials, or too many sessions */
	RELAY_BAD_REQUEST,     /* what was sent cannot be understood */
	RELAY_REFUSED,	       /* understood, but not allowed: status says why */
	RELAY_NEXT_HOP_FAILED, /* could not connect, or the connection was lost with messages on it
				*/
	RELAY_NOT_DELIVERED,   /* a REPORT with this status goes to the sender */
	RELAY_TIMED_OUT,       /* a connection was stuck, and closed */
	RELAY_MADE_ROOM,       /* a connection was closed by relay_close_idlest() */
	RELAY_AUTH_RIGHT,      /* the right password, after wrong ones from there: see failures */
	RELAY_AUTH_PAUSED,     /* no AUTH from host is looked at for duration_ms */
	RELAY_CLAIMED,	       /* a stranger calls himself as another connection's does: status
				  403 when that one keeps the name, 0 when he gets it */
	RELAY_CALL_ENDED,
	RELAY_EVENT_TYPES,
};

/*
 * Something an operator may want to see. Valid during the call only; texts come from the network
 * unescaped.
 */
struct relay_event {
	enum relay_event_type type;
	const struct relay_peer *peer; /* whose doing it is; NULL: nobody's */
	struct slice session;	       /* session-id, or empty */
	struct slice user;	       /* or empty */
	struct slice realm;	       /* or empty */
	struct slice host;	       /* the next hop's "host:port", or empty */
	struct slice relay;	       /* "host:port" of the relay that peer is, or empty */
	unsigned status;	       /* response code, or 0 */
	const char *reason;	       /* a few words, never NULL */

	struct slice call; /* call-id, or empty */

	/*
	 * Of a session that ended: from its owner, and to its owner. Of a call: from who has
	 * offered it, and from the other side.
	 */
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint64_t messages_in; /* chunks */
	uint64_t messages_out;
	uint64_t duration_ms;
	struct slice hosts; /* of the strangers' URIs, with spaces between them, if noted */

	uint64_t failures; /* of AUTH from the same origin that came before */
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

/*
 * CONFIG is copied. HOST and its ARG must outlive the relay. 0 or -ENOMEM.
 */
int relay_new(const struct relay_config *config, const struct relay_host *host, void *arg,
	      struct relay **ret_relay);

/* All peers must have been closed, all look-ups answered. Returns NULL. */
struct relay *relay_free(struct relay *relay);

/*
 * A copy of CONFIG that RELAY can be given; the number of the worker in CONFIG is not
 * looked at. NULL without memory.
 */
struct relay_config *relay_prepare(const struct relay *relay, const struct relay_config *config);

/*
 * From now on PREPARED counts, which is the relay's. What stands is not touched:
 * connections and sessions stay, also those whose URI has a name or port that is
 * no longer ours.
 */
void relay_configure(struct relay *relay, struct relay_config *prepared);

/* It is not to count after all. NULL is fine; returns NULL. */
struct relay_config *relay_discard(struct relay_config *prepared);

/*
 * While ON no session is opened any more: an AUTH that would open one is refused.
 * Those that there are go on, and can be renewed.
 */
void relay_drain(struct relay *relay, bool on);

/*
 * Gives up: what is on its way and not delivered is reported to its senders, all
 * sessions end, and all connections are closed once their output is sent. WHY: one
 * line.
 */
void relay_end(struct relay *relay, uint64_t now_ms, const char *why);

/*
 * Does what is due at NOW_MS (a clock that never goes back), or a part of it when that is much.
 * Returns when to call again: UINT64_MAX when nothing waits, and not after NOW_MS when there is
 * more to do now, after others have had their turn.
 */
uint64_t relay_tick(struct relay *relay, uint64_t now_ms);

struct relay_totals {
	size_t peers;
	size_t sessions;
	size_t calls;
	size_t legs;
	size_t transactions;
	size_t chunks; /* on their way, or waiting for an answer */
};

void relay_count(const struct relay *relay, struct relay_totals *ret_totals);

enum {
	RELAY_METHODS = MSRP_OTHER + 1,
	RELAY_CLASSES = 6, /* of responses: by their first digit, or 0 for a strange one */
};

/* What has happened since the relay began. Nothing but numbers of 64 bits. */
struct relay_counters {
	uint64_t bytes_received; /* on all connections */
	uint64_t bytes_sent;
	uint64_t body_bytes; /* of SEND requests that were taken */
	uint64_t requests[RELAY_METHODS];
	uint64_t chunks_sent;	 /* SEND requests to next hops */
	uint64_t reports_sent;	 /* of our own */
	uint64_t calls;		 /* that the anchor has begun */
	uint64_t anchored_bytes; /* of body_bytes, those between the parties of calls */
	uint64_t responses_received[RELAY_CLASSES];
	uint64_t responses_sent[RELAY_CLASSES];
};

const struct relay_counters *relay_counters(const struct relay *relay);

/*
 * Is the session that TO names another worker's? Then that worker is to have the connection
 * whose first request is for it. *ret_worker is set only then.
 */
bool relay_find_worker(const struct relay *relay, const struct msrp_uri_slices *to,
		       unsigned *ret_worker);

/* An accepted connection. NULL without memory. HANDLE is the host's own. */
struct relay_peer *relay_peer_new(struct relay *relay, uint64_t now_ms, void *handle);

/* The end of a connection that another relay of this process has asked its host for with join(). */
struct relay_peer *relay_peer_new_sibling(struct relay *relay, uint64_t now_ms, void *handle);

void *relay_peer_handle(const struct relay_peer *peer);
void relay_peer_set_handle(struct relay_peer *peer, void *handle);

struct relay_peer_info {
	bool secure;	    /* TLS */
	bool verified;	    /* the other side has shown a certificate that checked out */
	bool as_it;	    /* what another relay of this process has joined like that */
	uint16_t port;	    /* of the other side */
	size_t message_max; /* it gets one message at a time, no longer than that; 0: a stream */
	uint8_t address[RELAY_ADDRESS_LEN]; /* the same, as IPv6; IPv4 as ::ffff:a.b.c.d */
};

/* The connection stands, TLS handshake included. */
void relay_peer_opened(struct relay_peer *peer, uint64_t now_ms,
		       const struct relay_peer_info *info);

/* Bytes have come. Non-zero: close at once; the reason has been told as an event. */
int relay_peer_recv(struct relay_peer *peer, uint64_t now_ms, const uint8_t *in, size_t len);

/* The other side sends no more. */
void relay_peer_eof(struct relay_peer *peer, uint64_t now_ms);

size_t relay_peer_pull(struct relay_peer *peer, const uint8_t **ret_out);
void relay_peer_sent(struct relay_peer *peer, uint64_t now_ms, size_t len);
bool relay_peer_want_read(struct relay_peer *peer);

/* What the host of the relay at the other end was told by hurry(). */
void relay_peer_hurry(struct relay_peer *peer, uint64_t now_ms, bool is_welcome);

/* What the host of the relay at the other end was told by vouch(). */
void relay_peer_vouched(struct relay_peer *peer, uint64_t now_ms);

/* What the host of the relay at the other end was told by use(). */
void relay_peer_used(struct relay_peer *peer, uint64_t now_ms, unsigned use);

/* What the host of the relay at the other end was told by quiet(). */
void relay_peer_quiet(struct relay_peer *peer, uint64_t now_ms, bool on);

/* Has a request of this peer been granted yet? Those of which none was may be limited in number. */
bool relay_peer_is_proven(const struct relay_peer *peer);

/* Has it at least sent an AUTH? */
bool relay_peer_has_asked(const struct relay_peer *peer);

/* The connection is gone, or never came to be; PEER is freed. WHY: one line. */
void relay_peer_closed(struct relay_peer *peer, uint64_t now_ms, const char *why);

/*
 * For a host that is short of descriptors: closes the connection that has been
 * idle longest (RFC 4976 6.5), one on which nothing was granted yet before all
 * others, then one that the relay has made for the user with the most of them,
 * never one of the others in the middle of something, and none on which there are
 * sessions. Returns it, for the host to cut off instead of waiting; NULL: nobody
 * can be missed.
 */
struct relay_peer *relay_close_idlest(struct relay *relay, uint64_t now_ms);

/* What is looked up; the slices live until the answer. */
struct slice relay_lookup_user(const struct relay_lookup *lookup);
struct slice relay_lookup_realm(const struct relay_lookup *lookup);
enum msrp_digest_algorithm relay_lookup_algorithm(const struct relay_lookup *lookup);

/* The peer that asks, for the host's lookup(); and is the AUTH to keep a session of the user? */
const struct relay_peer *relay_lookup_peer(const struct relay_lookup *lookup);
bool relay_lookup_renews(const struct relay_lookup *lookup);

/* LOOKUP is freed. */
void relay_lookup_answer(struct relay_lookup *lookup, uint64_t now_ms,
			 const struct msrp_ha1_answer *found);

#endif
