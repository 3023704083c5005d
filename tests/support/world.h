/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_WORLD_H
#define SUPPORT_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/list.h"
#include "msrp/peek.h"
#include "relay/relay.h"
#include "relay/shared/quota.h"
#include "relay/shared/roll.h"
#include "relay/shared/throttle.h"
#include "relay/trace/trace.h"

/*
 * Everything that a relay needs from the world, in memory: connections whose other ends are
 * buffers, users with a known password, a clock in a variable and randomness that is the same in
 * every run. It behaves like the host in the daemon: output is fetched only after a kick, and a
 * peer that did not want to be read is not read again before one.
 */
enum {
	WORLD_READ = 64 * 1024, /* bytes that one read brings at most, as in net */
	WORLD_TEXT = 128,
	WORLD_WORKERS = 4,	   /* at most */
	WORLD_BETWEEN = 64 * 1024, /* bytes between two of them, each way */
	WORLD_PORT = 2855,	   /* of every service record */
	WORLD_MESSAGE = 16 * 1024, /* octets of a message to a browser */
};

#define WORLD_PASSWORD	      "secret"	   /* everybody's, except */
#define WORLD_OTHER_PASSWORD  "older"	   /* which is just as valid */
#define WORLD_UNKNOWN_USER    "nobody"	   /* who does not exist */
#define WORLD_BROKEN_USER     "unlucky"	   /* whose credentials cannot be looked up */
#define WORLD_BUSY_USER	      "crowded"	   /* for whom there are too many look-ups */
#define WORLD_REMEMBERED_USER "remembered" /* with a new password: the other one */

struct world;

/* The other end of a connection of the relay. */
struct world_end {
	struct world *world;
	char name[WORLD_TEXT];
	char host[WORLD_TEXT]; /* the host that its certificate names, or that the relay dialled */
	char target[WORLD_TEXT + 8];  /* "host:port" if the relay dialled; otherwise empty */
	uint16_t port;		      /* where the relay dialled */
	char address[WORLD_TEXT];     /* its address; its name, unless a test says otherwise */
	char certificate[WORLD_TEXT]; /* what it shows, as a word; empty: none */
	enum relay_trust trust;	      /* if the relay dialled: the trust that it requires */
	struct relay_peer *peer;      /* NULL when the connection is gone */
	unsigned worker;	      /* the relay that has it, or will have it */
	struct world_end
	    *twin;    /* the end of a sibling, to which bytes go at once; otherwise NULL */
	bool is_twin; /* it has one, or had */
	bool secure, verified;
	size_t message_max; /* as of struct relay_peer_info */
	bool placed;	    /* it stays with the relay where it is */
	bool open;
	bool stalled; /* the transport takes nothing */
	bool closing; /* the relay wants it closed */
	bool hurried; /* by the sibling */
	bool is_welcome;
	bool vouched;	 /* by the sibling */
	bool quiet;	 /* as the relay says of the peer that it stands for */
	bool quiet_seen; /* the sibling's */
	unsigned use;	 /* how the relay uses the sibling's connection */
	unsigned use_seen;
	bool as_it;
	uint8_t bytes[RELAY_ADDRESS_LEN]; /* that address as bytes, or a unique one */
	bool kicked;
	bool may_read;
	struct msrp_peek peek;
	struct buf in;	/* for the relay, not read yet */
	struct buf out; /* from the relay, not read by the test yet */
	TAILQ_ENTRY(world_end) in_world;
};

struct world_event {
	enum relay_event_type type;
	unsigned status; /* of RELAY_AUTH_RIGHT: how many were wrong before */
	char reason[WORLD_TEXT];
	TAILQ_ENTRY(world_event) in_world;
};

struct world {
	struct relay *relay[WORLD_WORKERS];
	size_t n_relays;
	uint64_t now_ms;
	uint64_t random;
	uint64_t n_addresses;
	size_t read_size;   /* bytes that one read brings */
	size_t message_max; /* for connections that come now */
	bool moves; /* a connection goes to the relay that has the session of its first request */
	bool lookups_wait; /* until world_answer_lookups() */
	struct relay_quota *quota;
	struct relay_throttle *throttle;
	unsigned throttle_failures; /* this many wrong passwords begin a pause; 0: none */
	struct relay_roll *roll;
	struct relay_lookup *lookup[16];
	size_t n_lookups;
	size_t n_calls;
	TAILQ_HEAD(world_end_list, world_end) ends;
	TAILQ_HEAD(, world_event) events;
	struct buf traced; /* lines: the connection, "<" or ">", and the text */
	/* Around everything that the relay does, and around its calls to us; may be NULL. */
	void (*enter)(void *arg);
	void (*leave)(void *arg);
	void *arg;
};

/* Zeroes W and fills in its defaults. */
void world_init(struct world *w);

/* Makes the relay, or as many as CONFIG has workers. Returns 0 or a negative errno. */
int world_start(struct world *w, const struct relay_config *config);

/* relay_configure() and relay_end(). */
int world_configure(struct world *w, const struct relay_config *config);
void world_end_relay(struct world *w, const char *why);

/*
 * A configuration that suits tests: relay.example.com:2855 (TLS) and :2856, users of example.com.
 */
struct relay_config world_config(void);

/*
 * Closes all connections and frees the relay. RET_TOTALS has what is left when all sessions have
 * expired; it may be NULL.
 */
void world_done(struct world *w, struct relay_totals *ret_totals);

/*
 * A new connection to the relay numbered WORKER. NULL if the relay has no memory. HOST may be NULL.
 */
struct world_end *world_accept(struct world *w, const char *name, unsigned worker, bool secure,
			       const char *host);

/* Likewise from ADDRESS, any text; otherwise each comes from a unique one. */
struct world_end *world_accept_from(struct world *w, const char *name, unsigned worker, bool secure,
				    const char *host, const char *address);

/* The sum over all relays. */
void world_count(const struct world *w, struct relay_totals *ret_totals);

/*
 * The oldest connection without a name that the relay has asked for, to that "host:port" (NULL:
 * any); or NULL.
 */
struct world_end *world_find_dialled(struct world *w, const char *target);
struct world_end *world_find(struct world *w, const char *name);

void world_open(struct world_end *end, bool secure, bool verified);
void world_send(struct world_end *end, const void *bytes, size_t len);
void world_eof(struct world_end *end);

/* The connection breaks, or is refused. */
void world_break(struct world_end *end, const char *why);

void world_answer_lookups(struct world *w);

/* Moves bytes until nothing moves any more. */
void world_pump(struct world *w);

/* Lets time pass, deadline by deadline. */
void world_wait(struct world *w, uint64_t ms);

/* The host is short of descriptors. False: the relay found no connection to spare. */
bool world_make_room(struct world *w);

/* The operator wants to see that many heads of NAME. Returns 0 or a negative errno. */
int world_trace(struct world *w, enum relay_trace_kind kind, struct slice name, uint64_t heads);

/* The operator ends the session whose id begins with HANDLE. False: there is none. */
bool world_cut(struct world *w, struct slice handle, const char *why);

void world_forget_event(struct world *w, struct world_event *event);

#endif
