/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Common to all connectors: two steps in order, settings before the first of them, and callbacks
 * that never come too early.
 */
#include "client/connect/connector.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/reserved.h"
#include "client/link/local_address.h"
#include "client/link/paths.h"

void client_connector_init(struct msrp_connector *c, const struct client_connector_kind *kind,
			   struct msrp_context *context)
{
	c->kind = kind;
	c->context = context;
	c->credentials = &context->credentials;
	context->n_live++;
	c->logger = context->options.logger;
}

void client_connector_prepared(struct msrp_connector *c)
{
	msrp_prepared_fn prepared = c->prepared;
	int err;

	if (c->gone || !prepared)
		return;
	err = msrp_uri_from_text(c->own_uri, &c->uri);
	if (err) {
		client_connector_failed(c, err, msrp_strerror(err));
		return;
	}
	c->prepared = NULL;
	c->prepared_well = true;
	prepared(c->prepared_arg, 0, "", c->local_path);
}

void client_connector_completed(struct msrp_connector *c, struct msrp_transport *transport)
{
	msrp_completed_fn completed = c->completed;

	assert(!c->gone && completed);
	c->completed = NULL;
	completed(c->completed_arg, 0, "", transport);
}

void client_connector_failed(struct msrp_connector *c, int err, const char *why)
{
	msrp_prepared_fn prepared = c->prepared;
	msrp_completed_fn completed = c->completed;

	if (c->gone)
		return;
	c->failed = err;
	c->prepared = NULL;
	c->completed = NULL;
	if (prepared)
		prepared(c->prepared_arg, err, why, NULL);
	else if (completed)
		completed(c->completed_arg, err, why, NULL);
}

static void tell_later(void *arg)
{
	struct msrp_connector *c = arg;

	client_connector_failed(c, c->failed,
				c->failed == MSRP_ERROR_PATH ? "the path cannot be read"
							     : "the connection has been lost");
}

static void fail_later(struct msrp_connector *c, int err)
{
	c->failed = err;
	client_timer_start(c->context, &c->later, 0, tell_later, c);
}

int msrp_connector_prepare(struct msrp_connector *c, const struct msrp_local_uri *local,
			   msrp_prepared_fn prepared, void *arg)
{
	int err;

	if (!c || c->gone || !prepared)
		return -EINVAL;
	if (c->asked)
		return -EALREADY;
	client_local_done(&c->local);
	err = client_local_copy(&c->local, local);
	if (err)
		return err;
	c->asked = true;
	c->prepared = prepared;
	c->prepared_arg = arg;
	err = c->kind->prepare(c, &c->local.uri);
	if (err > 0) {
		fail_later(c, err);
		err = 0;
	}
	if (err)
		c->prepared = NULL;
	return err;
}

int msrp_connector_complete(struct msrp_connector *c, const char *remote_path,
			    msrp_completed_fn completed, void *arg)
{
	int err;

	if (!c || c->gone || !completed || !c->prepared_well)
		return -EINVAL;
	if (c->completing)
		return -EALREADY;
	c->completing = true;
	c->completed = completed;
	c->completed_arg = arg;
	err = c->failed ? c->failed : c->kind->complete(c, remote_path);
	if (err > 0) {
		fail_later(c, err);
		err = 0;
	}
	if (err)
		c->completed = NULL;
	return err;
}

int msrp_connector_use_logger(struct msrp_connector *c, const struct msrp_logger *logger)
{
	if (!c || c->gone || (logger && IS_NEWER(logger)))
		return -EINVAL;
	if (c->asked)
		return -EALREADY;
	c->logger = client_logger_or_none(logger);
	return 0;
}

int msrp_connector_use_sessmatch(struct msrp_connector *c, bool use_sessmatch)
{
	if (!c || c->gone)
		return -EINVAL;
	if (c->asked)
		return -EALREADY;
	c->use_sessmatch = use_sessmatch;
	return 0;
}

int msrp_connector_use_credentials(struct msrp_connector *c,
				   const struct msrp_tls_credentials *credentials, char *error,
				   size_t error_len)
{
	struct client_credentials loaded;
	int err = 0;

	if (!c || !credentials || IS_NEWER(credentials) || (error_len > 0 && !error))
		return -EINVAL;
	if (c->gone)
		err = -EINVAL;
	else if (c->asked)
		err = -EALREADY;
	else if (c->kind->is_served)
		err = -ENOTSUP;
	if (err) {
		snprintf(error, error_len, "this connector takes no credentials now");
		return err;
	}
	err = client_credentials_load(credentials, error, error_len, &loaded);
	if (err)
		return err;
	client_credentials_done(&c->own_credentials);
	c->own_credentials = loaded;
	c->credentials = &c->own_credentials;
	return 0;
}

const struct msrp_uri *msrp_connector_local_uri(const struct msrp_connector *c)
{
	return c && !c->gone ? c->uri : NULL;
}

unsigned msrp_connector_expires(const struct msrp_connector *c)
{
	return c && c->kind->expires ? c->kind->expires(c) : 0;
}

int client_connector_make_path(struct msrp_connector *c, const struct net_address *address)
{
	struct net_address reachable;
	int err = client_local_reachable(address, &reachable);

	if (!err)
		err = client_uri_make(&c->context->random, &c->local, c->local.uri.secure,
				      &reachable, &c->own_uri);
	return err ? err : client_local_path_make(NULL, c->own_uri, &c->local_path);
}

int client_connector_new_transport(struct msrp_connector *c,
				   const struct client_transport_user *user,
				   struct msrp_transport **ret_transport)
{
	int err = client_transport_new(c->context, user, c, ret_transport);

	if (err)
		return err;
	(*ret_transport)->use_sessmatch = c->use_sessmatch;
	(*ret_transport)->logger = c->logger;
	return 0;
}

int client_connector_expect(struct msrp_connector *c, const char *remote_path)
{
	struct msrp_path_slices path;

	if (!remote_path)
		return 0;
	if (msrp_path_parse(slice_from(remote_path), &path) != 0)
		return MSRP_ERROR_PATH;
	c->remote_path = strdup(remote_path);
	return c->remote_path ? 0 : -ENOMEM;
}

static void free_discarded_connector(struct client_garbage *garbage)
{
	struct msrp_connector *c = CONTAINER_OF(garbage, struct msrp_connector, garbage);

	client_local_done(&c->local);
	msrp_uri_free(c->uri);
	free(c->own_uri);
	free(c->local_path);
	free(c->remote_path);
	client_credentials_done(&c->own_credentials);
	c->kind->free(c);
}

struct msrp_connector *msrp_connector_cleanup(struct msrp_connector *c)
{
	if (!c || c->gone)
		return NULL;
	c->gone = true;
	c->context->n_live--;
	client_timer_stop(c->context, &c->later);
	if (c->blocking)
		client_blocking_cancel(c->blocking);
	c->kind->cleanup(c);
	client_discard(c->context, &c->garbage, free_discarded_connector);
	return NULL;
}
