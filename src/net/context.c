/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/context.h"

#include <errno.h>
#include <stdlib.h>

#include "net/connection_state.h"
#include "net/context_state.h"
#include "net/resolver.h"

void net_context_ref(struct net_context *context)
{
	context->refs++;
}

void net_context_unref(struct net_context *context)
{
	if (--context->refs == 0)
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

/* Each connection on the list once: one that is not done puts itself behind the others again. */
static void on_prepare(uv_prepare_t *prepare)
{
	struct net_context *context = CONTAINER_OF(prepare, struct net_context, prepare);
	struct net_conn *conn;

	for (size_t n = context->n_dirty; n > 0; n--) {
		conn = TAILQ_FIRST(&context->dirty);
		if (!conn)
			return; /* the context was freed by a callback */
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
	context->out.len = 0;
	context->refs = 3; /* the owner's and one for each handle */
	err = net_resolver_new(context, &context->resolver);
	if (err) {
		free(context);
		return err;
	}
	/* Neither of these can fail. */
	uv_prepare_init(loop, &context->prepare);
	uv_prepare_start(&context->prepare, on_prepare);
	uv_unref((uv_handle_t *)&context->prepare);
	uv_idle_init(loop, &context->idle);
	uv_unref((uv_handle_t *)&context->idle);
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
	net_context_unref(context);
	return NULL;
}

uv_loop_t *net_context_loop(struct net_context *context)
{
	return context->loop;
}
