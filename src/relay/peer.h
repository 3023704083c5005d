/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection and the party at its other end, which may be a client, another relay, or a
 * sibling. Peers belong to the relay; their requests, sessions, links and chunks are attached to
 * them.
 */
#ifndef RELAY_PEER_H
#define RELAY_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/list.h"
#include "msrp/conn.h"
#include "relay/auth/nonce.h"
#include "relay/flow/account.h"
#include "relay/incoming.h"
#include "relay/lists.h"
#include "relay/relay.h"
#include "relay/watch/quiet.h"
#include "relay/watch/watch.h"

struct msrp_message;
struct msrp_uri_slices;
struct relay_early;
struct relay_hop;
struct relay_idle_queue;
struct relay_passage;
struct relay_session;
struct relay_size;
struct relay_tap;

enum {
	/* RFC 4976 6.1: a connection on which nothing has succeeded for this long is closed. */
	RELAY_PROBATION_MS = 30 * 1000,

	/*
	 * RFC 4976 6.1: this many unsuccessful requests, and none that succeeded, close it before
	 * that. They are enough for the log to show what is wrong with a client.
	 */
	RELAY_PROBATION_REFUSALS = 16,

	/*
	 * Bytes of responses that a peer has not fetched; beyond, no more of its requests are read.
	 */
	RELAY_REPLIES_MAX = 64 * 1024,
};

struct relay_peer {
	struct relay *relay;
	struct relay_counters *counters; /* for events on it */
	void *handle;
	struct relay_tap *tap; /* NULL: it is not traced */
	uint64_t number;
	struct msrp_conn conn;
	bool is_open;	       /* the connection is open */
	bool secure;	       /* by TLS */
	bool verified;	       /* with a valid certificate */
	bool sibling;	       /* a relay of this process, which is trusted and has no limits */
	bool is_absent;	       /* it has no connection: see party/absent.h */
	bool as_it;	       /* a sibling that stands for a peer of its own: see passage.h */
	bool closing;	       /* host->close() was called */
	bool proven;	       /* a request of it has succeeded */
	bool has_asked;	       /* an AUTH of it came */
	bool must_be_relay;    /* refuse it unless its certificate proves it to be next_hop */
	bool is_hurried;       /* a sibling's peer for which another relay waits */
	bool has_vouched;      /* a sibling knows that we have granted something */
	uint64_t overrun_ms;   /* until then only welcome chunks wait for it */
	const char *refusal;   /* why the relay closed it; NULL: not its fault */
	struct relay_hop *hop; /* the relay that it is; NULL: a client, as far as we know */
	unsigned hop_tries;
	LIST_ENTRY(relay_peer) in_hop;
	void *hold;		     /* its user's: see relay/session/charge.h; otherwise NULL */
	struct relay_session *payer; /* likewise the session; or NULL when that is over */
	LIST_ENTRY(relay_peer) in_payer;
	char *next_hop;	 /* "host:port" of a connection that the relay made; otherwise NULL */
	char *next_host; /* only the host */
	LIST_ENTRY(relay_peer) in_relay;

	uint64_t probation_ms; /* end of its probation; 0: not on probation */
	TAILQ_ENTRY(relay_peer) in_probation;
	unsigned refusals; /* during its probation */

	uint8_t address[RELAY_ADDRESS_LEN];
	struct relay_quiet quiet;
	struct relay_watch watch;
	struct relay_idle_queue *idle_in; /* NULL: in none */
	uint64_t idle_ms;		  /* when it got its place there */
	TAILQ_ENTRY(relay_peer) in_idle;

	struct relay_incoming in;
	struct relay_chunk_list from;	 /* chunks that came from it */
	struct relay_chunk_list to;	 /* chunks that go to it */
	size_t n_awaited;		 /* responses to chunks that it owes */
	struct relay_silent_list silent; /* of these, those for "partial", the oldest first */
	size_t n_silent;
	struct relay_account owes;	      /* requests that it has to answer */
	struct relay_account sent;	      /* requests of its own */
	bool is_overdrawn;		      /* it has too many of these, and is not read */
	struct relay_transaction_list asked;  /* requests other than SEND whose responses it owes */
	struct relay_transaction_list asking; /* likewise, of its own, at others */
	struct relay_peer_list gathering;     /* peers that gather a request for it */
	struct relay_session_list sessions;   /* those that it owns */
	struct relay_link_list links;	      /* of sessions to which it is a stranger */
	struct relay_passage_list passages;   /* its ways to siblings */
	struct relay_passage *passage;	      /* it is the far end of this one; otherwise NULL */
	struct relay_party_list parties;      /* of calls, whose way it is */
	bool has_served;		      /* a party of a call has used it, here or elsewhere */
	unsigned use_told;		      /* as the sibling knows: see use.h */
	struct relay_early *early; /* requests of its own that wait, while it is not read */
	bool early_is_over;	   /* these have waited for long enough */

	struct relay_peer *waits_for; /* it is not read until that one has room */
	LIST_ENTRY(relay_peer) in_waiters;
	uint64_t held_ms; /* until when it waits at most; 0: it is in no hurry */
	TAILQ_ENTRY(relay_peer) in_held;
	struct relay_peer_list waiters;
	struct heap_node slowed; /* until when it is not read: see flow/slow.h */

	struct relay_lookup_list lookups;
	size_t n_lookups;
	unsigned failures;	   /* of AUTH, in a row */
	uint32_t nonce_serial;	   /* of the latest nonce */
	uint32_t nonces_forgotten; /* nonces up to this one are stale: counts forgotten */
	struct relay_nonce_count nonce[RELAY_NONCES];
	struct relay_size *sizes; /* if sizes are limited */
	size_t n_sizes;
};

/*
 * Events of a peer for files above this one. There is one table, in relay/entry.c, which shows
 * everything that happens when a connection closes.
 */
struct relay_hooks {
	const struct msrp_parser_user *intake; /* gets a peer's input */
	/* Likewise for a single request, which was read before. */
	int (*request)(struct relay_peer *peer, const struct msrp_message *m);
	void (*room)(void *peer);		  /* its output has room again */
	void (*closing)(struct relay_peer *peer); /* its connection is about to close */
};

/* A new peer with no connection yet, in no queue. NULL without memory. */
struct relay_peer *relay_peer_make(struct relay *relay, void *handle);

/* It is a sibling: it need not prove itself, and is not closed to make room. */
void relay_peer_make_sibling(struct relay_peer *peer);

/* Its connection is gone, and so are all references to it but its charge and tap. */
void relay_peer_free(struct relay_peer *peer);

/* RFC 4976 6.1: it has RELAY_PROBATION_MS to have a request granted. */
void relay_peer_start_probation(struct relay_peer *peer);

/* It waits: its probation pauses, and begins anew. Fine without one. */
void relay_peer_pause_probation(struct relay_peer *peer);
void relay_peer_resume_probation(struct relay_peer *peer);

/*
 * A peer without a connection: what is sent to it waits until it is handed over to another one. It
 * counts for no limit, and no host knows it. NULL without memory.
 */
struct relay_peer *relay_peer_new_absent(struct relay *relay);
void relay_peer_free_absent(struct relay_peer *peer);

/*
 * A new peer for a connection to URI, which the relay makes for requests of FROM (NULL: nobody in
 * particular), and which was started. Returns 0 or a negative errno.
 */
int relay_peer_connect(struct relay *relay, const struct relay_peer *from,
		       const struct msrp_uri_slices *uri, enum relay_trust trust,
		       struct relay_peer **ret_peer);

/* Likewise to the sibling WORKER, as a passage of LIKE: nothing else keeps it open. */
int relay_peer_join(struct relay_peer *like, unsigned worker, struct relay_peer **ret_peer);

/* It has output, or may be read again. */
void relay_peer_kick(struct relay_peer *peer);

/* Closes a connection that the relay has made and that no session and no request needs any more. */
void relay_peer_release(struct relay_peer *peer);

/* Sends what it still has, then closes. May be called again. */
void relay_peer_close(struct relay_peer *peer);

/* A request of it has succeeded: its probation is over. */
void relay_peer_prove(struct relay_peer *peer);

/* A request of it was refused: on probation, several of them close it. */
void relay_peer_count_refusal(struct relay_peer *peer);

#endif
