/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Before the loop waits, on_prepare() gives each marked connection its turn; one timer serves all
 * of their deadlines.
 */
#include "net/context.h"

#include <errno.h>
#include <stdlib.h>

#include "net/address/resolver.h"
#include "net/connection/connection_state.h"
#include "net/context_state.h"

void net_context_ref(struct net_context *context)
{
	context->refs++;
}

void net_context_unref(struct net_context *context)
{
	if (--context->refs > 0)
		return;
	heap_done(&context->timeouts);
	store_done(&context->blocks);
	free(context);
}

void net_context_add_conn(struct net_context *context, struct net_conn *conn)
{
	LIST_INSERT_HEAD(&context->conns, conn, in_context);
	if (context->n_conns++ == 0)
		uv_ref((uv_handle_t *)&context->prepare);
	net_context_ref(context);
}

void net_context_remove_conn(struct net_context *context, struct net_conn *conn)
{
	LIST_REMOVE(conn, in_context);
	if (--context->n_conns == 0)
		uv_unref((uv_handle_t *)&context->prepare);
}

static void on_idle(uv_idle_t *idle)
{
}

void net_context_mark(struct net_context *context, struct net_conn *conn)
{
	if (conn->dirty)
		return;
	conn->dirty = true;
	TAILQ_INSERT_TAIL(&context->dirty, conn, in_dirty);
	context->n_dirty++;
	uv_idle_start(&context->idle, on_idle);
}

void net_context_unmark(struct net_context *context, struct net_conn *conn)
{
	if (!conn->dirty)
		return;
	conn->dirty = false;
	TAILQ_REMOVE(&context->dirty, conn, in_dirty);
	context->n_dirty--;
}

static void on_context_timer(uv_timer_t *timer);

/* Without a time-out the timer stays as it is: at worst it fires in vain. */
static void set_timer(struct net_context *context)
{
	const struct heap_node *first = heap_first(&context->timeouts);
	uint64_t now_ms = uv_now(context->loop);

	if (first)
		uv_timer_start(&context->timer, on_context_timer,
			       first->deadline > now_ms ? first->deadline - now_ms : 0, 0);
}

static void on_context_timer(uv_timer_t *timer)
{
	struct net_context *context = CONTAINER_OF(timer, struct net_context, timer);
	struct heap_node *first;

	while ((first = heap_first(&context->timeouts)) &&
	       first->deadline <= uv_now(context->loop)) {
		heap_remove(&context->timeouts, first);
		net_conn_timed_out(CONTAINER_OF(first, struct net_conn, timeout));
	}
	set_timer(context);
}

int net_context_start_timeout(struct net_context *context, struct net_conn *conn, unsigned ms)
{
	struct heap_node *node = &conn->timeout;
	uint64_t deadline;
	int err = 0;

	/* Before its first turn, and during a long one, the loop's clock is behind. */
	uv_update_time(context->loop);
	deadline = uv_now(context->loop) + ms;
	if (node->at > 0) {
		heap_move(&context->timeouts, node, deadline);
	} else {
		node->deadline = deadline;
		err = heap_add(&context->timeouts, node);
	}
	if (heap_first(&context->timeouts) == node)
		set_timer(context);
	return err;
}

void net_context_stop_timeout(struct net_context *context, struct net_conn *conn)
{
	heap_remove(&context->timeouts, &conn->timeout);
}

/* They stay on the list, for all else that there may be to do. */
static void send_all(struct net_context *context)
{
	struct net_conn *conn, *next;

	context->is_sending = true;
	TAILQ_FOREACH_SAFE (conn, &context->dirty, in_dirty, next)
		net_conn_send(conn);
	context->is_sending = false;
}

void net_context_count_read(struct net_context *context, size_t len)
{
	context->turn.n_read += len;
	if (context->turn.n_read < NET_READ_AHEAD || context->is_sending)
		return;
	context->turn.n_read = 0;
	send_all(context);
}

/* Each connection on the list once: one with more to do goes to the end of the list. */
static void on_prepare(uv_prepare_t *prepare)
{
	struct net_context *context = CONTAINER_OF(prepare, struct net_context, prepare);
	struct net_conn *conn;

	context->turn = (struct net_turn){ 0 };
	for (size_t n = context->n_dirty; n > 0; n--) {
		conn = TAILQ_FIRST(&context->dirty);
		if (!conn)
			return; /* a callback freed the context */
		net_context_unmark(context, conn);
		net_conn_work(conn);
	}
	if (context->n_dirty == 0)
		uv_idle_stop(&context->idle);
}

int net_context_new(uv_loop_t *loop, struct net_context **ret_context)
{
	struct net_context *context = malloc(sizeof(*context));
	int err;

	if (!context)
		return -ENOMEM;
	context->loop = loop;
	LIST_INIT(&context->conns);
	TAILQ_INIT(&context->dirty);
	context->n_dirty = 0;
	context->n_conns = 0;
	context->freed = false;
	context->is_sending = false;
	context->blocks = (struct store){ 0 };
	context->out.len = 0;
	context->turn = (struct net_turn){ 0 };
	context->timeouts = (struct heap){ 0 };
	context->refs = 4; /* the owner's and one for each handle */
	err = net_resolver_new(context, &context->resolver);
	if (err) {
		free(context);
		return err;
	}
	/* None of these can fail. */
	uv_prepare_init(loop, &context->prepare);
	uv_prepare_start(&context->prepare, on_prepare);
	uv_unref((uv_handle_t *)&context->prepare);
	uv_idle_init(loop, &context->idle);
	uv_unref((uv_handle_t *)&context->idle);
	uv_timer_init(loop, &context->timer);
	uv_unref((uv_handle_t *)&context->timer);
	*ret_context = context;
	return 0;
}

static void on_prepare_close(uv_handle_t *handle)
{
	net_context_unref(CONTAINER_OF(handle, struct net_context, prepare));
}

static void on_idle_close(uv_handle_t *handle)
{
	net_context_unref(CONTAINER_OF(handle, struct net_context, idle));
}

static void on_timer_close(uv_handle_t *handle)
{
	net_context_unref(CONTAINER_OF(handle, struct net_context, timer));
}

struct net_context *net_context_free(struct net_context *context)
{
	struct net_conn *conn, *next;

	if (!context)
		return NULL;
	context->freed = true;
	LIST_FOREACH_SAFE (conn, &context->conns, in_context, next) {
		net_conn_abandon(conn);
		net_conn_work(conn);
	}
	net_resolver_free(context->resolver);
	uv_close((uv_handle_t *)&context->prepare, on_prepare_close);
	uv_close((uv_handle_t *)&context->idle, on_idle_close);
	uv_close((uv_handle_t *)&context->timer, on_timer_close);
	net_context_unref(context);
	return NULL;
}

uv_loop_t *net_context_loop(struct net_context *context)
{
	return context->loop;
}
