/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/connect/server.h"

#include <errno.h>
#include <stdlib.h>

#include "client/link/local_address.h"
#include "client/link/paths.h"

static struct server_acceptor *of(struct msrp_connector *c)
{
	return CONTAINER_OF(c, struct server_acceptor, base);
}

/* ---- guests ---- */

static void drop_guests(struct server_acceptor *a)
{
	struct server_guest *g, *next;

	TAILQ_FOREACH_SAFE (g, &a->server->guests, in_server, next) {
		if (g->wanted != a)
			continue;
		if (g->handoff)
			client_guest_free(g);
		else
			g->wanted = NULL; /* on its way; it goes when it is here */
	}
}

static void give_up(struct server_acceptor *a)
{
	a->waiting = false;
	client_timer_stop(a->base.context, &a->timer);
	a->transport = msrp_transport_free(a->transport);
	drop_guests(a);
}

bool client_acceptor_awaits(const struct server_acceptor *a, const struct msrp_path *from)
{
	struct msrp_path remote;

	if (!a->base.remote_path)
		return true;
	return msrp_path_parse(slice_from(a->base.remote_path), &remote) == 0 &&
	       client_paths_from(from, &remote, a->base.use_sessmatch);
}

static bool is_awaited(const struct server_acceptor *a, const struct server_guest *g)
{
	struct msrp_path from;

	return msrp_path_parse(slice_from(g->from_path), &from) == 0 &&
	       client_acceptor_awaits(a, &from);
}

/* ---- the transport ---- */

static void on_opened(void *arg, struct msrp_transport *t)
{
	client_transport_bind(t, MSRP_MODE_PASSIVE);
}

static void on_bound(void *arg, struct msrp_transport *t)
{
	struct server_acceptor *a = arg;

	a->transport = NULL;
	a->bound = true;
	give_up(a);
	client_connector_completed(&a->base, t);
}

/* One that fails is no reason to stop waiting. */
static void on_failed(void *arg, struct msrp_transport *t, int err, const char *why)
{
	struct server_acceptor *a = arg;

	a->transport = msrp_transport_free(t);
	if (err == MSRP_ERROR_BIND_TIMEOUT) {
		give_up(a);
		client_connector_failed(&a->base, err, why);
	} else {
		client_acceptor_receive(a);
	}
}

static const struct client_transport_user transport_user = {
	.opened = on_opened,
	.bound = on_bound,
	.failed = on_failed,
};

static int make_transport(struct server_acceptor *a, struct server_guest *g)
{
	struct net_handoff *handoff = g->handoff;
	struct msrp_transport *t;
	int err = client_connector_new_transport(&a->base, &transport_user, &t);

	if (err)
		return err;
	a->transport = t;
	err = client_transport_set_local(t, a->base.own_uri, NULL);
	if (!err)
		err = client_transport_set_remote(t, a->base.remote_path);
	if (!err) {
		g->handoff = NULL;
		err = client_transport_attach(t, handoff);
	}
	if (err)
		a->transport = msrp_transport_free(t);
	return err;
}

void client_acceptor_receive(struct server_acceptor *a)
{
	struct server_guest *g;

	while (a->waiting && !a->transport && (g = client_guest_of(a))) {
		if (is_awaited(a, g))
			make_transport(a, g);
		client_guest_free(g);
	}
}

/* ---- the two steps ---- */

static void tell_prepared(void *arg)
{
	client_connector_prepared(arg);
}

/* Two sessions of the same name could not be told from each other. */
static int expect(struct server_acceptor *a)
{
	const uint8_t *seed = a->server->context->seed;
	struct slice id = a->own.session_id;
	struct server_acceptor *other;

	HASH_FIND_SEEDED(seed, a->server->expected, id.p, id.len, other);
	if (other)
		return -EADDRINUSE;
	HASH_ADD_SEEDED(seed, a->server->expected, id.p, id.len, a);
	a->listed = a->hh.tbl != NULL;
	return a->listed ? 0 : -ENOMEM;
}

static int prepare(struct msrp_connector *c, const struct msrp_local_uri *local)
{
	struct server_acceptor *a = of(c);
	struct net_address address;
	int err;

	if (local->secure && !a->server->tls)
		return -EINVAL;
	err = client_local_address(local->host, local->port, &address);
	if (!err)
		err = client_server_listen(a->server, &address, local->secure, &address);
	if (!err)
		err = client_connector_make_path(c, &address);
	if (!err && msrp_uri_parse(slice_from(c->own_uri), &a->own) != 0)
		err = -EINVAL;
	if (!err)
		err = expect(a);
	if (!err)
		client_timer_start(c->context, &c->later, 0, tell_prepared, c);
	return err;
}

static void on_timeout(void *arg)
{
	struct server_acceptor *a = arg;

	if (a->transport)
		return; /* how long it may take to bind is timed there */
	give_up(a);
	client_connector_failed(&a->base, MSRP_ERROR_INCOMING_TIMEOUT, "nobody has connected");
}

static void receive_held(void *arg)
{
	client_acceptor_receive(arg);
}

static int complete(struct msrp_connector *c, const char *remote_path)
{
	struct server_acceptor *a = of(c);
	int err = client_connector_expect(c, remote_path);

	if (err)
		return err;
	a->waiting = true;
	client_timer_start(c->context, &a->timer, c->context->options.incoming_timeout_ms,
			   on_timeout, a);
	client_timer_start(c->context, &c->later, 0, receive_held, a);
	return 0;
}

static void cleanup(struct msrp_connector *c)
{
	struct server_acceptor *a = of(c);

	give_up(a);
	if (a->listed)
		HASH_DEL(a->server->expected, a);
	a->listed = false;
	a->server->n_acceptors--;
}

static void acceptor_free(struct msrp_connector *c)
{
	free(of(c));
}

static const struct client_connector_kind acceptor_kind = {
	.prepare = prepare,
	.complete = complete,
	.cleanup = cleanup,
	.free = acceptor_free,
	.is_served = true,
};

int msrp_acceptor_server_new(struct msrp_server *server, struct msrp_connector **ret_connector)
{
	struct server_acceptor *a;

	if (!server || !ret_connector)
		return -EINVAL;
	a = calloc(1, sizeof(*a));
	if (!a)
		return -ENOMEM;
	client_connector_init(&a->base, &acceptor_kind, server->context);
	a->base.logger = server->logger;
	a->server = server;
	server->n_acceptors++;
	*ret_connector = &a->base;
	return 0;
}
