/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps that chats and file transfers have in common, each with its callbacks in order.
 */
#include "client/media/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/connect/connector.h"
#include "msrp/path.h"

enum { HOST_MAX = 256 }; /* longer than DNS permits */

void client_endpoint_init(struct client_endpoint *e, const struct client_endpoint_kind *kind,
			  struct msrp_connector *connector)
{
	e->kind = kind;
	e->context = connector->context;
	e->connector = connector;
}

bool client_copy_text(char **ret_copy, const char *text)
{
	free(*ret_copy);
	*ret_copy = text ? strdup(text) : NULL;
	return !text || *ret_copy;
}

/* ---- the end ---- */

static void tell_endpoint_end(void *arg)
{
	struct client_endpoint *e = arg;

	e->state = CLIENT_ENDPOINT_ENDED;
	e->kind->ended(e);
}

/* Only the first reason counts. */
static void note_end(struct client_endpoint *e, int err, const char *why)
{
	e->connector = msrp_connector_cleanup(e->connector);
	if (e->failed)
		return;
	e->failed = err;
	snprintf(e->why, sizeof(e->why), "%s", why);
}

void client_endpoint_finish(struct client_endpoint *e, int err, const char *why)
{
	note_end(e, err, why);
	tell_endpoint_end(e);
}

void client_endpoint_close(struct client_endpoint *e, int err, const char *why)
{
	e->state = CLIENT_ENDPOINT_ENDING;
	note_end(e, err, why);
	if (e->session)
		msrp_session_shutdown(e->session);
	else
		client_timer_start(e->context, &e->later, 0, tell_endpoint_end, e);
}

void client_endpoint_closed(struct client_endpoint *e, int err, const char *why)
{
	e->session = msrp_session_free(e->session);
	client_endpoint_finish(e, err, why);
}

/* ---- initialize ---- */

/* The other side connects to the first URI of our path. */
static int describe(const struct client_endpoint *e, const char *path, char host[HOST_MAX],
		    struct msrp_sdp_media *ret_media)
{
	struct msrp_path_slices parsed;
	const struct msrp_uri_slices *first;

	if (msrp_path_parse(slice_from(path), &parsed) != 0)
		return MSRP_ERROR_PATH;
	first = msrp_path_first(&parsed);
	snprintf(host, HOST_MAX, "%" SLICE_FMT, SLICE_ARG(first->host));
	*ret_media = (struct msrp_sdp_media){
		.host = host,
		.port = first->port,
		.use_tls = first->secure,
		.path = path,
		.setup = e->setup,
	};
	return 0;
}

static void on_endpoint_prepared(void *arg, int err, const char *why, const char *local_path)
{
	struct client_endpoint *e = arg;
	struct msrp_sdp_media media;
	char host[HOST_MAX];

	if (!err)
		err = describe(e, local_path, host, &media);
	if (err) {
		client_endpoint_finish(e, err, why);
		return;
	}
	e->state = CLIENT_ENDPOINT_INITIALIZED;
	e->kind->initialized(e, &media);
}

int client_endpoint_prepare(struct client_endpoint *e, const struct msrp_local_uri *local)
{
	int err = msrp_connector_prepare(e->connector, local, on_endpoint_prepared, e);

	if (!err)
		e->state = CLIENT_ENDPOINT_INITIALIZING;
	return err;
}

/* ---- start ---- */

static void on_endpoint_completed(void *arg, int err, const char *why,
				  struct msrp_transport *transport)
{
	struct client_endpoint *e = arg;

	if (!err) {
		err = e->kind->open(e, transport);
		why = "out of memory";
	}
	if (err) {
		client_endpoint_finish(e, err, why);
		return;
	}
	e->connector = msrp_connector_cleanup(e->connector);
	e->state = CLIENT_ENDPOINT_STARTED;
	e->kind->started(e);
}

int client_endpoint_check_start(const struct client_endpoint *e)
{
	if (e->state < CLIENT_ENDPOINT_INITIALIZED)
		return -EINVAL;
	return e->state > CLIENT_ENDPOINT_INITIALIZED ? -EALREADY : 0;
}

int client_endpoint_start(struct client_endpoint *e, const char *remote_path)
{
	int err = client_endpoint_check_start(e);

	if (!err)
		err = msrp_connector_complete(e->connector, remote_path, on_endpoint_completed, e);
	if (!err)
		e->state = CLIENT_ENDPOINT_STARTING;
	return err;
}

/* ---- freeing ---- */

static void free_discarded_endpoint(struct client_garbage *garbage)
{
	struct client_endpoint *e = CONTAINER_OF(garbage, struct client_endpoint, garbage);

	e->kind->free(e);
}

void client_endpoint_free(struct client_endpoint *e)
{
	e->gone = true;
	e->state = CLIENT_ENDPOINT_ENDED;
	e->connector = msrp_connector_cleanup(e->connector);
	e->session = msrp_session_free(e->session);
	client_timer_stop(e->context, &e->later);
	client_discard(e->context, &e->garbage, free_discarded_endpoint);
}
