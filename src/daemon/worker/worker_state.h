/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worker as its own files see it, and what they do for each other. Everything here belongs
 * to the worker's thread, unless it says otherwise.
 */
#ifndef DAEMON_WORKER_WORKER_STATE_H
#define DAEMON_WORKER_WORKER_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/buf.h"
#include "base/list.h"
#include "daemon/log/tally.h"
#include "daemon/worker/bridge.h"
#include "daemon/worker/tls_memory.h"
#include "daemon/worker/worker.h"
#include "msrp/peek.h"
#include "net/connection/connection.h"
#include "net/connection/listener.h"
#include "net/context.h"

enum {
	WORKER_HOST_MAX = 255, /* bytes of a host name: RFC 1035 2.3.4 */
};

/* The worker as its own files see it. */
struct worker {
	struct worker_parts parts;
	unsigned index;
	uv_loop_t loop;
	pthread_t thread;
	bool started;
	struct mailbox mailbox;
	struct net_context *context;
	struct tls_memory tls_memory;	/* of its thread */
	struct snapshot *snapshot;	/* the current one */
	struct net_listener **listener; /* the snapshot's; NULL: it has stopped listening */
	size_t n_listeners;
	struct relay *relay;
	size_t n_rooms_wanted; /* connections to close when the relay is not running */
	struct tally tally;
	struct worker_counters counters;
	LIST_HEAD(, worker_conn) conns;
	size_t n_conns;
	size_t n_bridges;		 /* of these */
	struct waker waker;		 /* wakes this thread for its bridges */
	TAILQ_HEAD(, worker_conn) dirty; /* bridges with work to do before the loop waits */
	size_t n_dirty;
	uv_idle_t idle; /* active while there are some; keeps the loop from waiting */
	LIST_HEAD(, worker_conn) blocks; /* bridges whose rings have a block */
	uv_timer_t trim_timer;		 /* active while there are some */
	size_t n_lookups;		 /* look-ups of users that are under way */
	uv_timer_t timer;
	uint64_t due_ms; /* when the timer fires; UINT64_MAX: never */
	uv_prepare_t prepare;
	atomic_int stage_wanted; /* enum worker_stage, like the next one */
	enum worker_stage stage;
	atomic_bool drain_wanted;
	bool ending; /* leaves its loop when nothing is left */
	struct mail stop_mail;
	struct mail drain_mail;
	struct mail end_mail;
	struct limit_owner owner; /* of its connections, as the limit sees it */
	struct mail leaving_mail;
	bool quiet_said;
	struct mail quiet_mail; /* these two go to the main thread */
	struct mail ended_mail;
};

/* Joins the two sides of a connection: a net_conn, or the end of a bridge, and its relay_peer. */
struct worker_conn {
	LIST_ENTRY(worker_conn) in_worker;
	struct worker *worker;
	struct net_conn *conn;
	struct bridge_end *end; /* instead of a net_conn; otherwise NULL */
	struct relay_peer *peer;
	struct limit_hold hold;
	bool opened; /* the connection is established */
	enum worker_transport transport;
	bool placed;		  /* it stays here; until then the relay gets none of its bytes */
	struct msrp_peek peek;	  /* its bytes before it is placed */
	struct worker_move *move; /* it is about to go to another worker; otherwise NULL */
	/* For bridges. */
	bool closing;	  /* the relay wants it closed */
	bool saw_quiet;	  /* as last read from the other end */
	unsigned saw_use; /* the same */
	bool is_dirty;
	TAILQ_ENTRY(worker_conn) in_dirty;
	bool has_block;
	bool wrote; /* since the rings were last trimmed */
	LIST_ENTRY(worker_conn) in_blocks;
	char name[NET_ADDRESS_TEXT_MAX]; /* its address, or "" if it is not known yet */
};

/* Our implementation of the relay's host; the argument is the worker. */
extern const struct relay_host worker_host;

void worker_stop_listening(struct worker *worker);

/*
 * Accepts no new connections while sessions are ending. On a systemd socket clients would wait
 * until the end, so they are accepted and closed: they may try another relay.
 */
void worker_turn_away(struct worker *worker);

/* A net_accept_fn; the argument is the worker. */
void worker_on_accept(void *arg, struct net_conn *conn, const struct net_address *address);

/* A net_accept_failed_fn; the argument is the worker. */
bool worker_on_accept_failed(void *arg, int err);
void worker_on_accept_refused(void *arg, const struct net_address *address, const char *why);

/* A new worker_conn of WORKER with HOLD; or NULL without memory, and HOLD stays the caller's. */
struct worker_conn *worker_conn_new(struct worker *worker, struct limit_hold hold);

/* Frees its hold too. Its peer must be gone. */
void worker_conn_free(struct worker_conn *self);

/* The user of a worker_conn's net_conn. */
extern const struct net_conn_user worker_conn_user;

/*
 * Takes bytes of a connection that has no place yet: places it here, or on the worker that has the
 * session of its first request. Returns like recv() of a net_conn_user.
 */
int worker_place(struct worker_conn *self, const uint8_t *in, size_t len);

/* Passes LEN bytes to the relay. Returns like recv() of a net_conn_user. */
int worker_conn_feed(struct worker_conn *self, const uint8_t *in, size_t len);

/* Connects PEER to the sibling numbered INDEX: see join() of the relay's host. */
int worker_join_sibling(struct worker *worker, struct relay_peer *peer, unsigned index,
			const struct relay_peer *from, bool as_it);

/* For a worker's bridges, like those of a net_conn; but abort() acts at once. */
void worker_bridge_kick(struct worker_conn *self);
/* like hurry() of the relay's host */
void worker_bridge_hurry(struct worker_conn *self, bool welcome);
void worker_bridge_use(struct worker_conn *self, unsigned use); /* like use() of the relay's host */
void worker_bridge_quiet(struct worker_conn *self, bool on); /* like quiet() of the relay's host */
void worker_bridge_vouch(struct worker_conn *self);	     /* like vouch() of the relay's host */
void worker_bridge_close(struct worker_conn *self);
void worker_bridge_abort(struct worker_conn *self);

/* Called when the other side of END, which is on this thread, has something to look at. */
void worker_bridge_woken(struct bridge_end *end);

/* Call before the loop waits. */
void worker_work_bridges(struct worker *worker);

/*
 * Starts to connect PEER to URI on behalf of the peer named FROM: see connect() of the relay's
 * host.
 */
int worker_connect(struct worker *worker, struct relay_peer *peer, const char *from,
		   const struct msrp_uri_slices *uri, enum relay_trust trust);

/*
 * Cuts off the connection that has been idle longest. False: none can be spared. Not from inside
 * the relay.
 */
bool worker_make_room(struct worker *worker);

/* A mail_fn, called when newcomers of the worker have to go; its owner is the mailbox's. */
void worker_on_leaving(void *owner, void *arg);

/* A connection or look-up is gone, perhaps the last one that was waited for. */
void worker_on_gone(struct worker *worker);

/* Logs RECORD, unless its cause, of which FROM is a part, has been logged often enough. */
void worker_log_limited(struct worker *worker, const struct record *record, struct slice from);

#endif
