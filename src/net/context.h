/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by all connections of one loop: a context for each worker of the daemon, and for each
 * msrp_context.
 */
#ifndef NET_CONTEXT_H
#define NET_CONTEXT_H

#include <uv.h>

/*
 * Shared by the connections of one loop: the buffer for all reads, the list of connections to
 * handle before the loop waits again, the resolver. One thread, one loop, one context.
 */
struct net_context;

/* Returns 0 or a negative errno. LOOP must outlive the context. */
int net_context_new(uv_loop_t *loop, struct net_context **ret_context);

/*
 * Abandons the remaining connections, and frees. Listeners must be gone by then. The loop has to
 * run once more (until uv_run() has nothing to do) to release the handles. Returns NULL.
 */
struct net_context *net_context_free(struct net_context *context);

uv_loop_t *net_context_loop(struct net_context *context);

#endif
