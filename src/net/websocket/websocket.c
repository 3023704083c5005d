/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of listeners for WebSockets: copied, shared, counted. */
#include "net/websocket/websocket.h"

#include <stdlib.h>
#include <string.h>

#include "net/websocket/websocket_upgrade.h"

static bool copy_origins(struct net_websocket_settings *settings,
			 const struct net_websocket_options *options)
{
	settings->origin = calloc(options->n_origins + 1, sizeof(*settings->origin));
	if (!settings->origin)
		return false;
	for (size_t i = 0; i < options->n_origins; i++) {
		settings->origin[i] = strdup(options->origin[i]);
		if (!settings->origin[i])
			return false;
		settings->n_origins++;
	}
	return true;
}

struct net_websocket_settings *net_websocket_settings_new(
    const struct net_websocket_options *options)
{
	struct net_websocket_settings *settings = calloc(1, sizeof(*settings));

	if (!settings)
		return NULL;
	atomic_init(&settings->refs, 1);
	settings->ping_ms = options->ping_ms;
	settings->behind_proxy = options->behind_proxy;
	settings->path = strdup(options->path);
	if (!settings->path || !copy_origins(settings, options))
		return net_websocket_settings_unref(settings);
	return settings;
}

struct net_websocket_settings *net_websocket_settings_ref(struct net_websocket_settings *settings)
{
	atomic_fetch_add(&settings->refs, 1);
	return settings;
}

struct net_websocket_settings *net_websocket_settings_unref(struct net_websocket_settings *settings)
{
	if (!settings || atomic_fetch_sub(&settings->refs, 1) > 1)
		return NULL;
	for (size_t i = 0; i < settings->n_origins; i++)
		free(settings->origin[i]);
	free(settings->origin);
	free(settings->path);
	free(settings);
	return NULL;
}
