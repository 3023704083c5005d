/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The called side, without a relay: waits at a server for the connection whose first request is for
 * its session. The server is shared with other acceptors, or its own: then the server has its
 * certificate, and closes its port as soon as it has its connection.
 */
#include "client/connect/server.h"

#include <errno.h>
#include <stdlib.h>

#include "client/link/local_address.h"
#include "client/link/paths.h"

static struct server_acceptor *acceptor_of(struct msrp_connector *c)
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
			g->wanted = NULL; /* it is being moved; it goes when that is done */
	}
}

static void give_up_acceptor(struct server_acceptor *a)
{
	a->waiting = false;
	client_timer_stop(a->base.context, &a->timer);
	a->transport = msrp_transport_free(a->transport);
	if (a->server->sole)
		client_server_close(a->server);
	else
		drop_guests(a);
}

static void fail_acceptor(struct server_acceptor *a, int err, const char *why)
{
	give_up_acceptor(a);
	client_connector_failed(&a->base, err, why);
}

bool client_acceptor_awaits(const struct server_acceptor *a, const struct msrp_path_slices *from)
{
	struct msrp_path_slices remote;

	if (!a->base.remote_path)
		return true;
	return msrp_path_parse(slice_from(a->base.remote_path), &remote) == 0 &&
	       client_paths_from(from, &remote, a->base.use_sessmatch);
}

static bool is_awaited(const struct server_acceptor *a, const struct server_guest *g)
{
	struct msrp_path_slices from;

	return msrp_path_parse(slice_from(g->from_path), &from) == 0 &&
	       client_acceptor_awaits(a, &from);
}

/* Is any guest present that may be the expected one? */
static bool has_company(const struct server_acceptor *a)
{
	const struct server_guest *g;

	if (a->transport || a->server->sole)
		return a->transport || !TAILQ_EMPTY(&a->server->guests);
	TAILQ_FOREACH (g, &a->server->guests, in_server)
		if (g->wanted == a)
			return true;
	return false;
}

/* Guests that came in time have the usual time to bind; when they are gone, it is over. */
static void check_overdue(struct server_acceptor *a)
{
	if (a->waiting && a->overdue && !has_company(a))
		fail_acceptor(a, MSRP_ERROR_INCOMING_TIMEOUT, "nobody has connected");
}

/* ---- the transport ---- */

static void on_transport_opened(void *arg, struct msrp_transport *t)
{
	client_transport_bind(t, MSRP_MODE_PASSIVE);
}

static void on_transport_bound(void *arg, struct msrp_transport *t)
{
	struct server_acceptor *a = arg;

	a->transport = NULL;
	a->bound = true;
	give_up_acceptor(a);
	client_connector_completed(&a->base, t);
}

/* A failed transport is no reason to stop waiting. */
static void on_transport_failed(void *arg, struct msrp_transport *t, int err, const char *why)
{
	struct server_acceptor *a = arg;

	a->transport = msrp_transport_free(t);
	if (err == MSRP_ERROR_BIND_TIMEOUT)
		fail_acceptor(a, err, why);
	else
		client_acceptor_receive(a);
}

static const struct client_transport_user transport_user = {
	.opened = on_transport_opened,
	.bound = on_transport_bound,
	.failed = on_transport_failed,
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
	check_overdue(a);
}

void client_acceptor_lost(struct server_acceptor *a)
{
	check_overdue(a);
}

void client_acceptor_met_silence(struct server_acceptor *a)
{
	if (a->waiting && !a->transport)
		fail_acceptor(a, MSRP_ERROR_BIND_TIMEOUT,
			      "the other side does not bind the session");
}

/* ---- the two steps ---- */

static void tell_prepared(void *arg)
{
	client_connector_prepared(arg);
}

/* Two sessions with the same session-id could not be told apart. */
static int expect_guest(struct server_acceptor *a)
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

static int acceptor_prepare(struct msrp_connector *c, const struct msrp_local_uri *local)
{
	struct server_acceptor *a = acceptor_of(c);
	struct net_address address;
	int err;

	if (a->server->sole)
		client_server_use(a->server, c->credentials->server, c->logger);
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
		err = expect_guest(a);
	if (!err)
		client_timer_start(c->context, &c->later, 0, tell_prepared, c);
	return err;
}

static void on_incoming_timeout(void *arg)
{
	struct server_acceptor *a = arg;

	a->overdue = true;
	check_overdue(a);
}

static void receive_held(void *arg)
{
	client_acceptor_receive(arg);
}

static int acceptor_complete(struct msrp_connector *c, const char *remote_path)
{
	struct server_acceptor *a = acceptor_of(c);
	int err = client_connector_expect(c, remote_path);

	if (err)
		return err;
	a->waiting = true;
	client_timer_start(c->context, &a->timer, c->context->options.incoming_timeout_ms,
			   on_incoming_timeout, a);
	client_timer_start(c->context, &c->later, 0, receive_held, a);
	if (a->server->sole)
		client_guests_start_time(a->server);
	return 0;
}

static void acceptor_cleanup(struct msrp_connector *c)
{
	struct server_acceptor *a = acceptor_of(c);

	give_up_acceptor(a);
	if (a->listed)
		HASH_DEL(a->server->expected, a);
	a->listed = false;
	a->server->n_acceptors--;
	if (a->server->sole)
		a->server = msrp_server_free(a->server);
}

static void acceptor_free(struct msrp_connector *c)
{
	free(acceptor_of(c));
}

/* ---- the two kinds ---- */

static const struct client_connector_kind served_kind = {
	.prepare = acceptor_prepare,
	.complete = acceptor_complete,
	.cleanup = acceptor_cleanup,
	.free = acceptor_free,
	.is_served = true,
};

static const struct client_connector_kind direct_kind = {
	.prepare = acceptor_prepare,
	.complete = acceptor_complete,
	.cleanup = acceptor_cleanup,
	.free = acceptor_free,
};

static int make_acceptor(struct msrp_server *server, const struct client_connector_kind *kind,
			 struct server_acceptor **ret_acceptor)
{
	struct server_acceptor *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	client_connector_init(&a->base, kind, server->context);
	a->base.logger = server->logger;
	a->server = server;
	server->n_acceptors++;
	*ret_acceptor = a;
	return 0;
}

int msrp_acceptor_server_new(struct msrp_server *server, struct msrp_connector **ret_connector)
{
	struct server_acceptor *a;
	int err;

	if (!server || !ret_connector)
		return -EINVAL;
	err = make_acceptor(server, &served_kind, &a);
	if (!err)
		*ret_connector = &a->base;
	return err;
}

int msrp_acceptor_direct_new(struct msrp_context *context, struct msrp_connector **ret_connector)
{
	struct msrp_server *server;
	struct server_acceptor *a;
	int err;

	if (!context || !ret_connector)
		return -EINVAL;
	err = client_server_new(context, &server);
	if (err)
		return err;
	err = make_acceptor(server, &direct_kind, &a);
	if (err) {
		msrp_server_free(server);
		return err;
	}
	server->sole = a;
	*ret_connector = &a->base;
	return 0;
}
