/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection in memory between two workers, for messages of a connection on one whose session the
 * other has: two rings, and a waker for each thread.
 */
#ifndef DAEMON_WORKER_BRIDGE_H
#define DAEMON_WORKER_BRIDGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/worker/mailbox.h"
#include "daemon/worker/ring.h"
#include "net/address/address.h"
#include "net/connection/certificate.h"
#include "relay/relay.h"

/* As for hurry() of a relay's host. */
enum bridge_hurry {
	BRIDGE_AT_EASE,
	BRIDGE_HURRY,
	BRIDGE_HURRY_WELCOME,
};

/*
 * A connection in memory between two threads, each of which has one end of it:
 *
 *     thread --- end --- ring --> end --- thread
 *                    <-- ring ---
 *
 * There are no locks. bridge_wake() tells an end to look: there are bytes, there is room, or the
 * other end is open or has ended.
 */
struct bridge_end {
	struct bridge *bridge;
	struct bridge_end *other;
	void *owner;		 /* belongs to its thread; NULL: none yet, or none any more */
	struct ring out;	 /* to the other end */
	atomic_bool wants_room;	 /* its thread waits for room in OUT */
	atomic_bool is_open;	 /* its thread has attached to it */
	atomic_bool is_ended;	 /* its thread has left it: no more will come in OUT */
	atomic_int hurry;	 /* its thread has waited too long for OUT: enum bridge_hurry */
	atomic_bool is_quiet;	 /* the peer behind it leaves responses or output waiting */
	atomic_bool has_vouched; /* a request of the peer behind the other end was granted */
	atomic_uint use;	 /* how its thread uses the peer behind the other end */
	struct waker *waker;	 /* its thread's */
	atomic_bool is_woken;	 /* it is on the waker's list */
	struct bridge_end *next_woken;
};

struct bridge {
	atomic_uint refs;	  /* one per thread, and one each time an end is on a list */
	struct bridge_end end[2]; /* the end of the thread that made it, and that of the other */
	struct mail mail;	  /* takes it to the other thread */
	/* The peer that the other thread is to see at the near end. */
	bool secure;
	bool verified;
	bool as_it; /* that is a peer of the near relay, not the relay itself */
	uint16_t port;
	uint8_t address[RELAY_ADDRESS_LEN];
	struct net_certificate *certificate;
	char name[NET_ADDRESS_TEXT_MAX];
};

/* Belongs to one thread: wakes it, and tells it which ends to look at. */
struct waker {
	_Atomic(struct bridge_end *) first;
	uv_async_t async;
	void (*woken)(struct bridge_end *end);
	bool open;
};

/* Calls WOKEN on the thread of LOOP for each end that was woken. Returns 0 or a negative errno. */
int waker_init(struct waker *waker, uv_loop_t *loop, void (*woken)(struct bridge_end *end));

/*
 * Call when all threads have ended. The loop has to run once more to release the handle. A zeroed
 * one is fine.
 */
void waker_close(struct waker *waker);

/*
 * A bridge with two ends that nobody has attached to yet, and a reference for each; NULL without
 * memory.
 */
struct bridge *bridge_new(struct waker *near, struct waker *far);

/* From any thread. */
void bridge_wake(struct bridge_end *end);

/*
 * Call on the thread of END when it is done with it: wakes the other end and drops the reference.
 */
void bridge_leave(struct bridge_end *end);

#endif
