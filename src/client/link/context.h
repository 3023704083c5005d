/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all objects of a loop share, and how each of them waits, and gets rid of itself while it is
 * in use.
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
 * Something that is no longer wanted, but may be in use further up the stack.
 * It is freed when the loop is back at the context: that way every object can
 * be freed from inside its own callbacks. What is given up first is freed first.
 */
struct client_garbage {
	void (*free)(struct client_garbage *garbage);
	STAILQ_ENTRY(client_garbage) in_context;
};

/*
 * The handles of a context. Somebody may run the loop with UV_RUN_ONCE until a callback has done
 * what he waits for. libuv calls due timers first and then waits for sockets, for ever perhaps. So
 * after each callback the loop is idle, which means that it does not wait, until it has been round.
 */
struct client_clock {
	uv_timer_t timer;
	uv_idle_t idle;
	uv_check_t check; /* comes after the waiting */
	unsigned n_open;  /* handles that are not closed */
};

struct msrp_context {
	uv_loop_t *loop;
	struct client_clock *clock; /* given back when its handles are closed */
	struct net_context *net;
	struct client_credentials credentials;
	struct msrp_random random;
	uint8_t seed[SIPHASH_KEY_LEN]; /* of hashes that others fill */
	unsigned
	    depth;     /* of callbacks, or of calls that call back: then the loop must not be run */
	bool running;  /* it is run by a function of this library */
	size_t n_live; /* connectors, transports and servers that were not given back */
	TAILQ_HEAD(client_timer_list, client_timer) timers; /* by due_ms */
	STAILQ_HEAD(, client_garbage) garbage;
	struct msrp_context_options options; /* filled in, but its strings are not kept */
};

/* Around all that may call back, except from inside of such. */
static inline void client_enter(struct msrp_context *context)
{
	context->depth++;
}

void client_leave(struct msrp_context *context);

uint64_t client_now(const struct msrp_context *context);

/* Starts T anew if it runs. */
void client_timer_start(struct msrp_context *context, struct client_timer *t, uint64_t delay_ms,
			void (*fire)(void *arg), void *arg);
void client_timer_stop(struct msrp_context *context, struct client_timer *t);

void client_discard(struct msrp_context *context, struct client_garbage *garbage,
		    void (*free_fn)(struct client_garbage *garbage));

#endif
