/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection in memory between two workers, for messages of one whose session another one has:
 * two rings, and a waker for each thread.
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

/* As hurry() of a relay's host. */
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
 * Nothing is locked. An end is told by bridge_wake() that there is something
 * to look at: bytes, room, or that the other one is open or has ended.
 */
struct bridge_end {
	struct bridge *bridge;
	struct bridge_end *other;
	void *owner;		 /* its thread's; NULL: it has none yet, or none any more */
	struct ring out;	 /* to the other end */
	atomic_bool wants_room;	 /* its thread waits for some in OUT */
	atomic_bool is_open;	 /* its thread has taken it up */
	atomic_bool is_ended;	 /* its thread has let go of it: OUT has all there will be */
	atomic_int hurry;	 /* its thread has waited for OUT too long: enum bridge_hurry */
	atomic_bool is_quiet;	 /* for whom it stands leaves things unanswered */
	atomic_bool has_vouched; /* something was granted to whom the other end stands for */
	atomic_uint use;	 /* its thread's, of whom the other end stands for */
	struct waker *waker;	 /* of its thread */
	atomic_bool is_woken;	 /* it is on the list of the waker */
	struct bridge_end *next_woken;
};

struct bridge {
	atomic_uint refs;	  /* of both threads, and for each time that an end is on a list */
	struct bridge_end end[2]; /* of the thread that has made it, and of the other one */
	struct mail mail;	  /* which takes it there */
	/* Whom the other thread is to see at the near end. */
	bool secure;
	bool verified;
	bool as_it; /* that is a peer of the near relay, and not the relay itself */
	uint16_t port;
	uint8_t address[RELAY_ADDRESS_LEN];
	struct net_certificate *certificate;
	char name[NET_ADDRESS_TEXT_MAX];
};

/* Of one thread: wakes it, and tells it which ends to look at. */
struct waker {
	_Atomic(struct bridge_end *) first;
	uv_async_t async;
	void (*woken)(struct bridge_end *end);
	bool open;
};

/* WOKEN is called on the thread of LOOP for each end that was woken. 0 or a negative errno. */
int waker_init(struct waker *waker, uv_loop_t *loop, void (*woken)(struct bridge_end *end));

/*
 * When all threads have ended. The loop has to run once more, for the handle to
 * be given back. Fine for a zeroed one.
 */
void waker_close(struct waker *waker);

/* A bridge whose ends are open to nobody yet, with a reference for each; NULL without memory. */
struct bridge *bridge_new(struct waker *near, struct waker *far);

/* From any thread. */
void bridge_wake(struct bridge_end *end);

/* The thread of END is done with it: the other end is woken, and the reference given back. */
void bridge_leave(struct bridge_end *end);

#endif
