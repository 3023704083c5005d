/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_INTERNAL_H
#define RELAY_INTERNAL_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/heap.h"
#include "base/list.h"
#include "msrp/conn.h"
#include "msrp/credentials.h"
#include "msrp/ident.h"
#include "msrp/message.h"
#include "msrp/transaction.h"
#include "relay/relay.h"
#include "relay/trace.h"

/*
 * The objects of the relay and how they hang together:
 *
 *     relay --- peer ---- session --- link
 *                 |          |          '-- the way to one stranger, and a lane each way
 *                 |          '-- owned by a peer, found by its session-id
 *                 '-- conn --- lane --- chunk (a flow) --- transactions
 *
 * A chunk belongs to the peer it goes to; it also knows the peer it came from,
 * as long as that one lives, because failures are reported there.
 */

/*
 * All that a sender is told of a connection of ours that fails, whichever way: refused,
 * filtered, denied and not MSRP look the same, or the relay would scan networks for its
 * users. The event has the reason.
 */
#define RELAY_HOP_LOST "the next hop cannot be reached"

enum {
	/* Of our session-ids: a letter for the worker, then what cannot be guessed. */
	RELAY_SESSION_LEN = 1 + MSRP_SESSION_LEN,

	/* RFC 4976 6.1: a connection on which nothing has succeeded for so long is closed. */
	RELAY_PROBATION_MS = 30 * 1000,

	/*
	 * RFC 4976 6.1: so many unsuccessful requests, and none that succeeded, close it
	 * before that. They are enough for the log to show what is wrong with a client.
	 */
	RELAY_PROBATION_REFUSALS = 16,

	/*
	 * For a head from its first byte to its last. 16 KiB take two seconds on
	 * the slowest line; who takes longer holds a connection for nothing.
	 */
	RELAY_HEAD_MS = 30 * 1000,

	/*
	 * Without a byte in the middle of a chunk, while we want to read: a phone
	 * between two networks is back sooner, and the receiver is not to hold half
	 * a message for ever. Between chunks there is no such limit.
	 */
	RELAY_SILENCE_MS = 60 * 1000,
	RELAY_HOP_SILENCE_MS = 5 * 60 * 1000,

	/*
	 * Without a byte taken of what waits for a peer. TCP is to slow the sender
	 * down, for minutes if need be (RFC 4975 7.1); but up to 256 KiB here and the
	 * connections of those who send wait for somebody who may be gone.
	 */
	RELAY_STALL_MS = 5 * 60 * 1000,

	/* RFC 4976 6.5: what was not used for so long may be closed. */
	RELAY_IDLE_MS = 60 * 60 * 1000,

	/*
	 * Requests sent to one peer and not answered yet; at 2048 octets for each chunk, 2
	 * MiB may be in flight, which fills a line of 160 Mbit/s and 100 ms.
	 */
	RELAY_TRANSACTIONS_MAX = 1024,
	RELAY_TRANSACTIONS_LOW = 512,

	/* What these may keep: 1.3 KB for a usual chunk, and more the longer its head is. */
	RELAY_KEPT_MAX = 1536 * 1024,
	RELAY_KEPT_LOW = RELAY_KEPT_MAX / 2,

	/*
	 * So many times as much may one peer have under way, at all whom it sends to; another
	 * relay more, as it sends for many.
	 */
	RELAY_CLIENT_SHARE = 2,
	RELAY_HOP_SHARE = 16,

	/*
	 * Of these, for Failure-Report "partial", where silence is success: when so
	 * many later ones have gone to the same peer, one counts as received. Else who
	 * streams by that way would get no further than the bounds above in 30 s.
	 */
	RELAY_SILENT_MAX = 256,

	/* The block for a body that a chunk may keep while it waits for its response. */
	RELAY_WAITING_BLOCK = 512,

	/*
	 * One receiver that takes nothing keeps a connection from being read. If that
	 * comes from another relay, the messages of all its clients wait; after 30 s
	 * that relay would report them as failed, so the receiver is given up before.
	 */
	RELAY_HOLD_MS = 15 * 1000,

	/*
	 * For so long after that whoever is not welcome to it is refused as soon as it is
	 * full again, and keeps no others waiting meanwhile.
	 */
	RELAY_OVERRUN_MS = 60 * 1000,

	/* Responses that a peer has not fetched; beyond, no more of its requests are read. */
	RELAY_REPLIES_MAX = 64 * 1024,

	/* Strangers remembered for one session, which has two parties, and connections made for it.
	 */
	RELAY_LINKS_MAX = 16,

	/* Bytes of the names of strangers that are noted for the record of a session. */
	RELAY_HOSTS_MAX = 512,

	/* AUTH requests cannot be pipelined (RFC 4976 9.1); a few lost clients do it anyway. */
	RELAY_LOOKUPS_MAX = 8,

	/*
	 * Names that are looked for in a peer's certificate, each at the cost of a
	 * comparison: a relay shows its own with its first request.
	 */
	RELAY_HOP_TRIES = 4,

	/* Nonces of one connection whose counts are remembered; older ones are stale. */
	RELAY_NONCES = 4,

	/*
	 * Messages of one sender that are on their way in pieces, for the limit of their
	 * size: 1.5 KiB, and 24 KiB for another relay, which sends those of all its clients.
	 */
	RELAY_SIZES = 64,
	RELAY_HOP_SIZES = 1024,

	/* One of which no piece came for so long is taken for given up, and forgotten first. */
	RELAY_SIZE_IDLE_MS = 5 * 60 * 1000,

	/* Chunks kept for their next use, and how large a block each may keep. */
	RELAY_SPARE_CHUNKS = 256,
	RELAY_SPARE_BLOCK = 4096,
};

LIST_HEAD(relay_peer_list, relay_peer);
LIST_HEAD(relay_hop_list, relay_hop);
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
TAILQ_HEAD(relay_peer_queue, relay_peer);

struct relay_tap;

/* Who or what is traced. */
struct relay_target {
	enum relay_trace_kind kind;
	char *name;	/* of a user, or a session-id */
	uint64_t heads; /* that may still be told */
	LIST_ENTRY(relay_target) in_relay;
};

/*
 * Another relay, known by its certificate (RFC 4976 6.3), with whatever
 * connections there are to it. Sessions that were opened through it are its
 * own, not one connection's.
 */
struct relay_hop {
	struct relay *relay;
	char *uri;		      /* where to connect to it, when no connection is left */
	struct relay_peer_list peers; /* the latest first */
	struct relay_session_list sessions;
	UT_hash_handle hh;
	size_t authority_len;
	char authority[]; /* "host:port" in lower case */
};

/* How a peer stands with us when one has to go. */
enum relay_standing {
	RELAY_NEWCOMER, /* nothing of it was granted yet */
	RELAY_PROVEN,	/* a request of it was, or we have connected to it */
	RELAY_OWNER,	/* it has sessions, and does not go for others */
	RELAY_STANDINGS,
};

struct relay_idle_queue {
	struct relay_peer_queue peers; /* the longest idle first */
	size_t n;
};

struct relay {
	struct relay_config *config;
	const struct relay_host *host;
	void *arg;
	const struct relay_hooks *hooks;
	uint64_t now_ms;
	bool draining; /* no new sessions */
	struct msrp_random random;
	uint8_t seed[SIPHASH_KEY_LEN]; /* of its hashes */
	uint8_t nonce_key[MSRP_MAC_LEN];
	uint64_t uri_seed;
	uint64_t peer_count; /* ever; numbers the peers */
	uint64_t link_count; /* ever; numbers the links */

	struct relay_peer_list peers;
	size_t n_peers;			   /* but for siblings */
	size_t n_siblings;		   /* peers that are */
	struct relay_peer_queue probation; /* in the order of their deadlines */
	struct relay_peer_queue held;	   /* other relays that wait; the same */
	struct relay_session *sessions;	   /* by session-id */
	struct relay_hop *hops;		   /* other relays, by authority */
	struct heap expiries;		   /* of sessions */
	struct heap looks;		   /* at open peers, when one may be stuck */
	struct relay_idle_queue idle[RELAY_STANDINGS];
	struct msrp_transactions transactions;
	struct relay_chunk_list spare_chunks;
	size_t n_spare_chunks;
	size_t n_chunks; /* in use */
	struct relay_counters counters;
	struct relay_counters inside; /* of siblings: what passes there is counted at its ends */
	struct relay_target_list targets;
	struct relay_walk_list walks; /* of those who are reading our lists */
};

/* Counts the bytes of a chunk that is coming in for a session that may end meanwhile. */
struct relay_meter {
	struct relay_session *session; /* NULL: none, or it has ended */
	bool from_owner;
	bool is_second; /* of the two that its chunk has */
	LIST_ENTRY(relay_meter) in_session;
};

/* What becomes of the request that a peer is sending. */
enum relay_intake {
	RELAY_DISCARD, /* nothing more: it was refused, answered, or is a response */
	RELAY_STREAM,  /* SEND: its body goes to the chunk as it comes */
	RELAY_GATHER,  /* another method: forwarded when it is whole */
};

struct relay_incoming {
	enum relay_intake intake;
	enum msrp_method method;
	enum msrp_failure_report failure_report;
	bool answered;
	bool is_welcome; /* the receiver may be given up for it: see relay_route_is_welcome() */
	struct slice id; /* in id_text */
	char id_text[MSRP_IDENT_MAX];
	struct buf reply;	   /* the headers of a response to it */
	struct relay_chunk *chunk; /* of RELAY_STREAM */
	struct relay_meter meter[2];
	struct relay_size *size;	     /* of its message, when sizes are limited */
	uint64_t position;		     /* where the next octet stands in it, from 0 */
	struct buf whole;		     /* of RELAY_GATHER: all of it, in its new form */
	size_t body_len;		     /* of RELAY_GATHER */
	bool has_body;			     /* of RELAY_GATHER */
	bool has_credentials;		     /* of RELAY_GATHER */
	struct relay_peer *dest;	     /* of RELAY_GATHER; NULL when that one is gone */
	LIST_ENTRY(relay_peer) in_gathering; /* of dest */
	char new_id[MSRP_IDENT_LEN + 1];     /* of RELAY_GATHER: its transaction id there */
};

/* What is under way, and what of it one request keeps: see relay/account.h. */
struct relay_account {
	size_t n;
	size_t bytes;
};

struct relay_entry {
	size_t bytes;
	bool at_dest; /* it counts there, too */
};

struct relay_nonce_count {
	uint32_t serial;
	uint32_t nc; /* the highest one used; 0: no nonce is remembered here */
};

/* How much of one message has come; bytes is 0 where none is remembered. */
struct relay_size {
	uint64_t message; /* hash of its session and Message-ID */
	uint64_t bytes;
	uint64_t last_ms; /* when a piece of it came last */
};

/* What tells whether a connection gets on. */
struct relay_watch {
	struct heap_node look; /* when to look at the peer again; in no heap: never */
	uint64_t in_ms;	       /* when bytes came last, or it began to be read again */
	uint64_t out_ms;       /* when bytes were taken last, or the first began to wait */
	uint64_t head_ms;      /* when the head that is coming began; 0: none is */
	bool has_output;
};

/* What tells whether a peer leaves things unanswered: see quiet.h. */
struct relay_quiet {
	size_t n_late;	/* responses that it owes */
	bool timed_out; /* it owed one until nobody waited any more, and has sent none since */
	bool stalled;	/* it takes nothing */
	bool far;	/* so says the sibling that has the connection it stands for */
	bool told;	/* the siblings to which it has passages */
};

struct relay_peer {
	struct relay *relay;
	struct relay_counters *counters; /* of what happens on it */
	void *handle;
	struct relay_tap *tap; /* NULL: it is not traced */
	uint64_t number;
	struct msrp_conn conn;
	bool is_open;	       /* the connection stands */
	bool secure;	       /* by TLS */
	bool verified;	       /* with a certificate that checked out */
	bool sibling;	       /* a relay of this process, which is trusted and has no limits */
	bool as_it;	       /* a sibling that stands for a peer of its own: see passage.h */
	bool closing;	       /* host->close() was called */
	bool proven;	       /* a request of it has succeeded */
	bool has_asked;	       /* an AUTH of it came */
	bool must_be_relay;    /* to be refused unless its certificate proves it to be next_hop */
	bool is_hurried;       /* a sibling's that had another relay wait for it */
	bool has_vouched;      /* a sibling knows that we have granted something */
	uint64_t overrun_ms;   /* until then nobody waits for it who is not welcome */
	const char *refusal;   /* why the relay closed it; NULL: for no fault of its own */
	struct relay_hop *hop; /* the relay that it is; NULL: a client, as far as we know */
	unsigned hop_tries;
	LIST_ENTRY(relay_peer) in_hop;
	void *hold; /* of the user to whom it is charged: see relay/charge.h; else NULL */
	struct relay_session *payer; /* the same; or NULL when that is over */
	LIST_ENTRY(relay_peer) in_payer;
	char *next_hop;	 /* "host:port" of a connection that the relay made; else NULL */
	char *next_host; /* the host alone */
	LIST_ENTRY(relay_peer) in_relay;

	uint64_t probation_ms; /* end of its probation; 0: not on probation */
	TAILQ_ENTRY(relay_peer) in_probation;
	unsigned refusals; /* during it */

	uint8_t address[RELAY_ADDRESS_LEN];
	struct relay_quiet quiet;
	struct relay_watch watch;
	struct relay_idle_queue *idle_in; /* NULL: in none */
	uint64_t idle_ms;		  /* since when it has stood where it stands there */
	TAILQ_ENTRY(relay_peer) in_idle;

	struct relay_incoming in;
	struct relay_chunk_list from;	 /* chunks that came from it */
	struct relay_chunk_list to;	 /* chunks that go to it */
	size_t n_awaited;		 /* responses to chunks awaited from it */
	struct relay_silent_list silent; /* of these, those for "partial", the oldest first */
	size_t n_silent;
	struct relay_account owes;	      /* requests to which it has to answer */
	struct relay_account sent;	      /* requests of its own */
	bool is_overdrawn;		      /* of these there are too many: it is not read */
	struct relay_transaction_list asked;  /* requests other than SEND whose responses it owes */
	struct relay_transaction_list asking; /* the same, of its own, at others */
	struct relay_peer_list gathering;     /* peers that gather a request for it */
	struct relay_session_list sessions;   /* that it owns */
	struct relay_link_list links;	      /* of sessions to which it is a stranger */
	struct relay_passage_list passages;   /* its ways to siblings */
	struct relay_passage *passage;	      /* it is the far end of this one; else NULL */

	struct relay_peer *waits_for; /* it is not read until that one has room */
	LIST_ENTRY(relay_peer) in_waiters;
	uint64_t held_ms; /* until when it waits at most; 0: it is in no hurry */
	TAILQ_ENTRY(relay_peer) in_held;
	struct relay_peer_list waiters;

	struct relay_lookup_list lookups;
	size_t n_lookups;
	unsigned failures;	   /* of AUTH, in a row */
	uint32_t nonce_serial;	   /* of the latest nonce */
	uint32_t nonces_forgotten; /* up to this one they are stale: their counts were forgotten */
	struct relay_nonce_count nonce[RELAY_NONCES];
	struct relay_size *sizes; /* when sizes are limited */
	size_t n_sizes;
};

struct relay_session {
	char id[RELAY_SESSION_LEN + 1];
	char *uri; /* as given in Use-Path */
	char *user;
	char *realm;
	char *client; /* the From-Path of the AUTH that opened it */
	char *hosts;  /* of strangers, for the operator; NULL: none, or not wanted */
	struct relay *relay;
	struct relay_peer *owner; /* the way to it; NULL: a hop's, to which there is none now */
	struct relay_hop *hop;	  /* the relay that opened it for its client; else NULL */
	struct heap_node expiry;
	uint64_t started_ms;
	uint64_t bytes_in; /* from the owner */
	uint64_t bytes_out;
	uint64_t messages_in;
	uint64_t messages_out;
	void *hold;			/* the host's, on what its user may have */
	struct relay_peer_list charged; /* connections that were made for it */
	size_t n_charged;
	bool enrolled;
	struct relay_link_list links;
	size_t n_links;
	struct relay_meter_list meters;
	LIST_ENTRY(relay_session) in_owner;
	LIST_ENTRY(relay_session) in_hop;
	UT_hash_handle hh;
};

/* A session and one stranger to it, as he calls himself on one connection. */
struct relay_link {
	struct relay_session *session;
	struct relay_peer *peer;    /* NULL: the relay had connected there, and is to do so again */
	struct msrp_uri uri;	    /* as it stands next to ours in a path; it points into TEXT */
	uint64_t hash;		    /* of that */
	uint64_t number;	    /* the earlier it was made, the lower */
	bool is_ours;		    /* the relay connects there; else the stranger has come */
	bool has_stood;		    /* IS_OURS, and the connection has once come to stand */
	bool acts;		    /* of the strangers who have come and bear this name, the one */
	bool told;		    /* that it does not */
	bool known;		    /* the owner has sent to it */
	bool heard;		    /* it has sent to the owner */
	struct msrp_lane *to_owner; /* made when first used, as the next */
	struct msrp_lane *to_peer;
	const struct relay_peer *source; /* whose flows are in to_peer: a lane is for one */
	LIST_ENTRY(relay_link) in_session;
	LIST_ENTRY(relay_link) in_peer;
	char text[];
};

/* A request that was forwarded and whose response is awaited. */
struct relay_transaction {
	struct msrp_transaction wait;
	struct relay_peer *dest;

	/* Of a SEND. */
	struct relay_chunk *chunk; /* NULL: another method */
	LIST_ENTRY(relay_transaction) in_chunk;
	TAILQ_ENTRY(relay_transaction) in_silent; /* of dest */
	struct msrp_piece piece;
	bool late;     /* so its dest was told to be */
	bool written;  /* its last byte has left */
	bool answered; /* before that */

	/* Of another method: whom to answer. */
	LIST_ENTRY(relay_transaction) in_dest;
	struct relay_peer *source; /* NULL when it is gone */
	LIST_ENTRY(relay_transaction) in_source;
	char source_id[MSRP_IDENT_MAX];
	size_t source_id_len;
	bool has_credentials; /* an AUTH whose refusal is a failure */
	struct buf reply;     /* the headers of our own answer, should none come */
	struct relay_entry entry;
};

/* One SEND of a previous hop on its way to the next. */
struct relay_chunk {
	struct msrp_flow flow;
	struct relay_peer *source; /* NULL when it is gone */
	struct relay_peer *dest;
	LIST_ENTRY(relay_chunk) in_source;
	LIST_ENTRY(relay_chunk) in_dest;
	struct relay_entry entry;
	enum msrp_failure_report failure_report;
	bool in_conn; /* the flow is the conn's */
	bool coming;  /* its source is still sending it */
	struct relay_transaction_list transactions;
	struct relay_transaction first; /* most chunks need only this one */
	bool first_used;

	uint64_t failed_from; /* octets from here on have been reported as lost; UINT64_MAX: none */

	/*
	 * Parts of flow.head, for reports: the session URI of ours, the path back, the Message-ID.
	 */
	size_t own_at, own_len;
	size_t back_at, back_len;
	size_t message_id_at, message_id_len;
};

/* Where a request goes. */
struct relay_route {
	unsigned hops; /* URIs of ours at the front of To-Path; 2 when both clients are here */
	struct relay_session *session[2];
	struct relay_link *link;
	bool to_owner;		       /* which way along the link */
	struct relay_passage *passage; /* instead of a link and sessions; hops is 0 */
	struct relay_peer *dest;
};

#endif
