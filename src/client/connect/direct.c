/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connects to the first URI of the other side's path, and binds.
 */
#include "client/connect/connector.h"

#include <errno.h>
#include <stdlib.h>

#include "client/link/local_address.h"
#include "client/link/paths.h"

/* Calls without a relay: one transport, opened when the remote path is known. */
struct direct_connector {
	struct msrp_connector base;
	struct msrp_transport *transport;
};

static struct direct_connector *direct_of(struct msrp_connector *c)
{
	return CONTAINER_OF(c, struct direct_connector, base);
}

static void tell_prepared(void *arg)
{
	client_connector_prepared(arg);
}

static int direct_prepare(struct msrp_connector *c, const struct msrp_local_uri *local)
{
	struct net_address address;
	int err;

	/* Nobody connects to this port; the registered one is the least surprising in a URI. */
	err = client_local_address(local->host, local->port ? local->port : MSRP_PORT, &address);
	if (!err)
		err = client_connector_make_path(c, &address);
	if (!err)
		client_timer_start(c->context, &c->later, 0, tell_prepared, c);
	return err;
}

static void on_direct_opened(void *arg, struct msrp_transport *t)
{
	client_transport_bind(t, MSRP_MODE_ACTIVE);
}

static void on_bound(void *arg, struct msrp_transport *t)
{
	struct direct_connector *d = arg;

	d->transport = NULL;
	client_connector_completed(&d->base, t);
}

static void on_direct_failed(void *arg, struct msrp_transport *t, int err, const char *why)
{
	struct direct_connector *d = arg;

	d->transport = msrp_transport_free(t);
	client_connector_failed(&d->base, err, why);
}

static const struct client_transport_user transport_user = {
	.opened = on_direct_opened,
	.bound = on_bound,
	.failed = on_direct_failed,
};

static int start_connecting(struct direct_connector *d)
{
	struct msrp_transport *t = d->transport;
	const struct msrp_uri_slices *hop = msrp_path_first(&t->remote);
	char *host = slice_dup(hop->host);
	struct net_connect_options options = {
		.host = host,
		.port = hop->port ? hop->port : MSRP_PORT,
		.tls = hop->secure ? d->base.credentials->client : NULL,
		.timeout_ms = d->base.context->options.connect_timeout_ms,
	};
	int err = host ? MSRP_ERROR_PATH : -ENOMEM;

	if (host && msrp_uri_is_reachable(hop))
		err = client_transport_connect(t, &options);
	free(host);
	return err;
}

static int direct_complete(struct msrp_connector *c, const char *remote_path)
{
	struct direct_connector *d = direct_of(c);
	int err;

	if (!remote_path)
		return MSRP_ERROR_PATH;
	err = client_connector_new_transport(c, &transport_user, &d->transport);
	if (err)
		return err;
	err = client_transport_set_local(d->transport, c->own_uri, NULL);
	if (!err)
		err = client_transport_set_remote(d->transport, remote_path);
	if (!err)
		err = start_connecting(d);
	return err;
}

static void direct_cleanup(struct msrp_connector *c)
{
	direct_of(c)->transport = msrp_transport_free(direct_of(c)->transport);
}

static void connector_free(struct msrp_connector *c)
{
	free(direct_of(c));
}

static const struct client_connector_kind direct_kind = {
	.prepare = direct_prepare,
	.complete = direct_complete,
	.cleanup = direct_cleanup,
	.free = connector_free,
};

int msrp_connector_direct_new(struct msrp_context *context, struct msrp_connector **ret_connector)
{
	struct direct_connector *d;

	if (!context || !ret_connector)
		return -EINVAL;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	client_connector_init(&d->base, &direct_kind, context);
	*ret_connector = &d->base;
	return 0;
}
