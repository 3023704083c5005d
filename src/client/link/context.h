/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by all objects of a loop: waiting, and disposing of themselves while they are in use.
 */
#ifndef CLIENT_LINK_CONTEXT_H
#define CLIENT_LINK_CONTEXT_H

#include "base/list.h"
#include "base/siphash.h"
#include "client/msrp/link.h"
#include "client/link/tls_credentials.h"
#include "msrp/ident.h"
#include "net/context.h"

/* Calls FIRE once, when it is due. Embedded in whatever waits; a zeroed one is stopped. */
struct client_timer {
	uint64_t due_ms;
	void (*fire)(void *arg);
	void *arg;
	bool running;
	TAILQ_ENTRY(client_timer) in_context;
};

/*
 * An object that is no longer wanted, but may be in use further up the stack. It is freed when the
 * loop is back at the context, so every object can be freed from inside its own callbacks. They are
 * freed in the order in which they were given up.
 */
struct client_garbage {
	void (*free)(struct client_garbage *garbage);
	STAILQ_ENTRY(client_garbage) in_context;
};

/*
 * The handles of a context. A program may run the loop with UV_RUN_ONCE until a callback has done
 * what the program waits for. libuv calls due timers first and then waits for sockets, possibly for
 * ever. So after each callback the loop is idle, which means that it does not wait, until it has
 * gone round once.
 */
struct client_clock {
	uv_timer_t timer;
	uv_idle_t idle;
	uv_check_t check; /* runs after the loop has waited */
	unsigned n_open;  /* handles that are not closed yet */
};

struct msrp_context {
	uv_loop_t *loop;
	struct client_clock *clock; /* freed when its handles are closed */
	struct net_context *net;
	struct client_credentials credentials;
	struct msrp_random random;
	uint8_t seed[SIPHASH_KEY_LEN]; /* keys hashes that others fill */
	unsigned
	    depth;     /* of callbacks, or of calls that call back: then the loop must not be run */
	bool running;  /* a function of this library is running it */
	size_t n_live; /* connectors, transports and servers that were not freed yet */
	TAILQ_HEAD(client_timer_list, client_timer) timers; /* sorted by due_ms */
	STAILQ_HEAD(, client_garbage) garbage;
	struct msrp_context_options options; /* complete, but the strings are not kept */
};

/* Surrounds everything that may call back, unless it is called from inside such. */
static inline void client_enter(struct msrp_context *context)
{
	context->depth++;
}

void client_leave(struct msrp_context *context);

uint64_t client_now(const struct msrp_context *context);

/* Restarts T if it is running. */
void client_timer_start(struct msrp_context *context, struct client_timer *t, uint64_t delay_ms,
			void (*fire)(void *arg), void *arg);
void client_timer_stop(struct msrp_context *context, struct client_timer *t);

void client_discard(struct msrp_context *context, struct client_garbage *garbage,
		    void (*free_fn)(struct client_garbage *garbage));

#endif
