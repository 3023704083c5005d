/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/connect/connector.h"

#include <errno.h>
#include <stdlib.h>

#include "client/link/local_address.h"
#include "client/link/paths.h"
#include "net/listener.h"

enum {
	/*
	 * Connections that have not bound yet. Anybody may connect to an open port;
	 * the one that is expected comes among the first.
	 */
	CANDIDATES_MAX = 16,
};

/*
 * Is called without a relay. Whoever connects is a candidate until it binds
 * as the owner of the remote path; then the others and the port are given up.
 * Who connects before complete() is not read from until then.
 */
struct direct_acceptor {
	struct msrp_connector base;
	struct net_address address;
	struct net_listener *listener;
	bool secure;
	bool waiting; /* complete() was called: candidates may bind */
	struct client_timer timer;
	struct msrp_transport *candidate[CANDIDATES_MAX];
};

static struct direct_acceptor *of(struct msrp_connector *c)
{
	return CONTAINER_OF(c, struct direct_acceptor, base);
}

static void drop_all(struct direct_acceptor *a)
{
	client_timer_stop(a->base.context, &a->timer);
	a->listener = net_listener_free(a->listener);
	for (size_t i = 0; i < CANDIDATES_MAX; i++)
		a->candidate[i] = msrp_transport_free(a->candidate[i]);
}

static struct msrp_transport **place_of(struct direct_acceptor *a, const struct msrp_transport *t)
{
	for (size_t i = 0; i < CANDIDATES_MAX; i++)
		if (a->candidate[i] == t)
			return &a->candidate[i];
	return NULL;
}

/* ---- candidates ---- */

static void on_opened(void *arg, struct msrp_transport *t)
{
	struct direct_acceptor *a = arg;

	if (a->waiting)
		client_transport_bind(t, MSRP_MODE_PASSIVE);
}

static void on_bound(void *arg, struct msrp_transport *t)
{
	struct direct_acceptor *a = arg;

	*place_of(a, t) = NULL;
	drop_all(a);
	client_connector_completed(&a->base, t);
}

/* One that fails is no reason to stop waiting; but silence once connected is told as such. */
static void on_failed(void *arg, struct msrp_transport *t, int err, const char *why)
{
	struct direct_acceptor *a = arg;

	*place_of(a, t) = msrp_transport_free(t);
	if (err != MSRP_ERROR_BIND_TIMEOUT)
		return;
	drop_all(a);
	client_connector_failed(&a->base, err, why);
}

static const struct client_transport_user candidate_user = {
	.opened = on_opened,
	.bound = on_bound,
	.failed = on_failed,
};

static int add_candidate(struct direct_acceptor *a, struct msrp_transport **place,
			 struct net_conn *conn)
{
	struct msrp_transport *t;
	int err;

	err = client_connector_new_transport(&a->base, &candidate_user, &t);
	if (err) {
		net_conn_abandon(conn);
		return err;
	}
	*place = t;
	t->waiting = true;
	err = client_transport_accept(t, conn);
	if (!err)
		err = client_transport_set_local(t, a->base.own_uri, NULL);
	if (!err && a->waiting)
		err = client_transport_set_remote(t, a->base.remote_path);
	if (err)
		*place = msrp_transport_free(t);
	return err;
}

static void on_accept(void *arg, struct net_conn *conn, const struct net_address *peer)
{
	struct direct_acceptor *a = arg;
	struct msrp_transport **place = place_of(a, NULL);

	if (!place)
		net_conn_abandon(conn);
	else
		add_candidate(a, place, conn);
}

/* ---- the two steps ---- */

static void tell_prepared(void *arg)
{
	client_connector_prepared(arg);
}

static int start_listening(struct direct_acceptor *a)
{
	struct net_listener_options options = {
		.address = a->address,
		.tls = a->secure ? a->base.credentials->server : NULL,
		.accept = on_accept,
		.arg = a,
	};

	return net_listener_new(a->base.context->net, &options, &a->listener);
}

static int prepare(struct msrp_connector *c, const struct msrp_local_uri *local)
{
	struct direct_acceptor *a = of(c);
	int err;

	a->secure = local->secure;
	if (a->secure && !c->credentials->server)
		return -EINVAL;
	err = client_local_address(local->host, local->port, &a->address);
	if (!err)
		err = start_listening(a);
	if (!err)
		err = client_connector_make_path(c, net_listener_address(a->listener));
	if (!err)
		client_timer_start(c->context, &c->later, 0, tell_prepared, c);
	return err;
}

static bool any_candidate_open(const struct direct_acceptor *a)
{
	for (size_t i = 0; i < CANDIDATES_MAX; i++)
		if (a->candidate[i])
			return true;
	return false;
}

static void on_timeout(void *arg)
{
	struct direct_acceptor *a = arg;

	if (any_candidate_open(a))
		return; /* connected in time; how long it may take to bind is timed there */
	drop_all(a);
	client_connector_failed(&a->base, MSRP_ERROR_INCOMING_TIMEOUT, "nobody has connected");
}

/* Those that connected early learn whom we expect. */
static int admit(struct direct_acceptor *a)
{
	int err = 0;

	for (size_t i = 0; i < CANDIDATES_MAX && !err; i++) {
		struct msrp_transport *t = a->candidate[i];

		if (!t)
			continue;
		err = client_transport_set_remote(t, a->base.remote_path);
		if (!err && t->state == CLIENT_TRANSPORT_OPEN)
			client_transport_bind(t, MSRP_MODE_PASSIVE);
	}
	return err;
}

static int complete(struct msrp_connector *c, const char *remote_path)
{
	struct direct_acceptor *a = of(c);
	int err = client_connector_expect(c, remote_path);

	if (err)
		return err;
	a->waiting = true;
	client_timer_start(c->context, &a->timer, c->context->options.incoming_timeout_ms,
			   on_timeout, a);
	return admit(a);
}

static void cleanup(struct msrp_connector *c)
{
	drop_all(of(c));
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
};

int msrp_acceptor_direct_new(struct msrp_context *context, struct msrp_connector **ret_connector)
{
	struct direct_acceptor *a;

	if (!context || !ret_connector)
		return -EINVAL;
	a = calloc(1, sizeof(*a));
	if (!a)
		return -ENOMEM;
	client_connector_init(&a->base, &acceptor_kind, context);
	*ret_connector = &a->base;
	return 0;
}
