/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thread at work: a relay, its listeners and connections, and the loop that moves their bytes. A
 * worker shares nothing that changes with other threads; they talk to it through its mailbox.
 *
 *     new -> prepare -> commit -> start -> (post, stop...) -> join -> free
 *
 * All of these but post() and stop() run on the main thread, and those before start() and after
 * join() have the worker to themselves.
 */
#ifndef DAEMON_WORKER_WORKER_H
#define DAEMON_WORKER_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/log/log.h"
#include "daemon/worker/change.h"
#include "daemon/worker/limit.h"
#include "daemon/worker/mailbox.h"
#include "daemon/worker/quota.h"
#include "daemon/worker/roll.h"
#include "daemon/worker/throttle.h"
#include "net/address/address.h"
#include "relay/relay.h"
#include "users/users.h"

struct worker;

/* Used by several workers at once: it does not change, or has its own lock. It outlives them. */
struct worker_parts {
	struct mailbox *home; /* the main thread's */
	mail_fn on_quiet;     /* called at home, like the next; the argument is the worker */
	mail_fn on_ended;
	const struct log *log;
	struct limit *limit;
	struct quota *quota;
	struct throttle *throttle;
	const uint8_t *secret; /* MSRP_MAC_LEN bytes: see relay/host.h */
	struct roll *roll;
	uint64_t descriptors;	       /* more connections than these displace others */
	struct worker *const *sibling; /* all workers by index, including this one */
	size_t n_siblings;
};

/* PARTS is copied. Returns 0 or a negative errno. */
int worker_new(const struct worker_parts *parts, unsigned index, struct worker **ret_worker);

/*
 * On the worker's thread, or before it has one: the two halves of a change. prepare() sets the
 * error of CHANGE if it fails, and does nothing if that is set already; then all workers abandon
 * it. Otherwise all commit.
 */
void worker_prepare(struct worker *worker, struct change *change);
void worker_commit(struct worker *worker, struct change *change);
void worker_abandon(struct worker *worker, struct change *change);

/*
 * Begins to work on a thread of its own, with all signals blocked. Returns 0 or a negative errno.
 */
int worker_start(struct worker *worker);

/* Counts from 0. */
unsigned worker_index(const struct worker *worker);

/*
 * From any thread, until join(): the mail's function is called once with the worker, on the
 * worker's thread; or, if that has ended, on the main thread by worker_run_mails(). See mailbox.h.
 */
void worker_send(struct worker *worker, struct mail *mail);

/* How far a worker has got in stopping. */
enum worker_stage {
	WORKER_SERVES,
	WORKER_FINISHES, /* accepts no connections and opens no sessions any more */
	WORKER_CLOSES,	 /* reports what was not delivered, and closes once that is sent */
	WORKER_CUTS_OFF,
};

/*
 * From any thread: go on to STAGE. on_quiet() follows once, when it closes and no connection is
 * left.
 */
void worker_stop(struct worker *worker, enum worker_stage stage);

/* From any thread: while running, refuse new sessions, or accept them again. */
void worker_drain(struct worker *worker, bool on);

/* Tells a stopped worker to leave the loop when nothing is left. on_ended() follows. */
void worker_end(struct worker *worker);

/* Waits for the thread; fine if it was not started. */
void worker_join(struct worker *worker);

/* Makes the calls left in the mailbox of a joined worker. False: there were none. */
bool worker_run_mails(struct worker *worker);

/* NULL is fine; returns NULL. */
struct worker *worker_free(struct worker *worker);

/* For callers on the worker's thread. */
struct relay *worker_relay(struct worker *worker);
uint64_t worker_now_ms(const struct worker *worker);
/* The address of a peer, or "" if it is not known yet. */
const char *worker_peer_name(const struct relay_peer *peer);

/* The transport of a connection, incoming or outgoing. */
enum worker_transport {
	WORKER_TCP,
	WORKER_TLS,
	WORKER_WS,
	WORKER_WSS,
	WORKER_TRANSPORTS,
};

/* "tls" and so on. */
const char *worker_transport_name(enum worker_transport transport);

enum worker_transport worker_peer_transport(const struct relay_peer *peer);

/* Counts since the start. Nothing but 64-bit numbers. */
struct worker_counters {
	uint64_t opened_in[WORKER_TRANSPORTS]; /* incoming connections established */
	uint64_t opened_out[WORKER_TRANSPORTS];
	uint64_t handshake_failures; /* incoming ones that failed before that */
	uint64_t connect_failures;   /* outgoing ones that failed */
	uint64_t lookups[MSRP_HA1_RESULTS];
	uint64_t lookups_remembered; /* of these, answered from memory */
	uint64_t lookup_ns;	     /* their total duration */
};

const struct worker_counters *worker_counters(const struct worker *worker);
const struct tally *worker_tally(const struct worker *worker);

#endif
