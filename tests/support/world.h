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
 * All that a relay needs of the world, in memory: connections whose other
 * ends are buffers, users whose password is known, a clock in a variable and
 * randomness that is the same in every run. It keeps to what the host in the
 * daemon does: output is fetched after a kick only, and a peer that did not
 * want to be read is not read again before one.
 */
enum {
	WORLD_READ = 64 * 1024, /* bytes that one read brings at most, as in net */
	WORLD_TEXT = 128,
	WORLD_WORKERS = 4,	   /* at most */
	WORLD_BETWEEN = 64 * 1024, /* bytes between two of them, each way */
	WORLD_PORT = 2855,	   /* of every service record */
	WORLD_MESSAGE = 16 * 1024, /* octets of a message to a browser */
};

#define WORLD_PASSWORD	      "secret"	   /* of everybody, but */
#define WORLD_OTHER_PASSWORD  "older"	   /* which is just as good */
#define WORLD_UNKNOWN_USER    "nobody"	   /* whom nobody knows */
#define WORLD_BROKEN_USER     "unlucky"	   /* whose credentials cannot be looked up */
#define WORLD_BUSY_USER	      "crowded"	   /* of whom too much is asked at a time */
#define WORLD_REMEMBERED_USER "remembered" /* with a new password: the other one */

struct world;

/* The other end of a connection of the relay. */
struct world_end {
	struct world *world;
	char name[WORLD_TEXT];
	char host[WORLD_TEXT];	      /* whom its certificate names, or whom the relay dialled */
	char target[WORLD_TEXT + 8];  /* "host:port" when the relay dialled; else empty */
	uint16_t port;		      /* where the relay dialled */
	char address[WORLD_TEXT];     /* where it is; its name, unless a test says otherwise */
	char certificate[WORLD_TEXT]; /* what it shows, as a word; empty: none */
	enum relay_trust trust;	      /* when the relay dialled: what it wants of that */
	struct relay_peer *peer;      /* NULL when the connection is gone */
	unsigned worker;	      /* whose end it is, or is to be */
	struct world_end *twin; /* the end of a sibling, to which bytes go at once; else NULL */
	bool is_twin;		/* it has one, or had */
	bool secure, verified;
	size_t message_max; /* as of struct relay_peer_info */
	bool placed;	    /* it stays with the relay where it is */
	bool open;
	bool stalled; /* the transport takes nothing */
	bool closing; /* the relay wants it closed */
	bool hurried; /* by the sibling */
	bool is_welcome;
	bool vouched;	 /* by the sibling */
	bool quiet;	 /* so the relay says of whom it stands for */
	bool quiet_seen; /* the sibling's */
	unsigned use;	 /* for which the relay has the sibling's connection */
	unsigned use_seen;
	bool as_it;
	uint8_t bytes[RELAY_ADDRESS_LEN]; /* of that address, or of one that nobody else has */
	bool kicked;
	bool may_read;
	struct msrp_peek peek;
	struct buf in;	/* for the relay, not read yet */
	struct buf out; /* from the relay, not looked at yet */
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
	size_t message_max; /* of connections that come now */
	bool moves; /* a connection goes to the relay whose session its first request is for */
	bool lookups_wait; /* until world_answer_lookups() */
	struct relay_quota *quota;
	struct relay_throttle *throttle;
	unsigned throttle_failures; /* so many wrong passwords begin a pause; 0: none do */
	struct relay_roll *roll;
	struct relay_lookup *lookup[16];
	size_t n_lookups;
	size_t n_calls;
	TAILQ_HEAD(world_end_list, world_end) ends;
	TAILQ_HEAD(, world_event) events;
	struct buf traced; /* lines: whose connection, "<" or ">", and what */
	/*
	 * Around everything that the relay does, and around what it asks of us meanwhile; may be
	 * NULL.
	 */
	void (*enter)(void *arg);
	void (*leave)(void *arg);
	void *arg;
};

/* Zeroes W and fills in its defaults. */
void world_init(struct world *w);

/* The relay begins to exist, or as many as CONFIG has workers. 0 or a negative errno. */
int world_start(struct world *w, const struct relay_config *config);

/* relay_configure() and relay_end(). */
int world_configure(struct world *w, const struct relay_config *config);
void world_end_relay(struct world *w, const char *why);

/*
 * A configuration that suits tests: relay.example.com:2855 (TLS) and :2856, users of example.com.
 */
struct relay_config world_config(void);

/*
 * Closes all connections and frees the relay. RET_TOTALS tells what is left
 * when all sessions have had their time; it may be NULL.
 */
void world_done(struct world *w, struct relay_totals *ret_totals);

/*
 * Somebody has connected, to the relay numbered WORKER. NULL when the relay has no memory. HOST
 * may be NULL.
 */
struct world_end *world_accept(struct world *w, const char *name, unsigned worker, bool secure,
			       const char *host);

/* The same, from ADDRESS, a text that is as good as any; else each comes from one of its own. */
struct world_end *world_accept_from(struct world *w, const char *name, unsigned worker, bool secure,
				    const char *host, const char *address);

/* Of all relays together. */
void world_count(const struct world *w, struct relay_totals *ret_totals);

/*
 * The oldest connection that the relay has asked for, to that "host:port" (NULL: any), without a
 * name yet; or NULL.
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

/* The host is short of descriptors. False: the relay found nobody who can be missed. */
bool world_make_room(struct world *w);

/* The operator wants to see so many heads of NAME. 0 or a negative errno. */
int world_trace(struct world *w, enum relay_trace_kind kind, struct slice name, uint64_t heads);

/* The operator ends the session whose id begins with HANDLE. False: there is none. */
bool world_cut(struct world *w, struct slice handle, const char *why);

void world_forget_event(struct world *w, struct world_event *event);

#endif
