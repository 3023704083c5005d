/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the references to a snapshot, and frees its parts with the last one.
 */
#include "daemon/worker/snapshot.h"

#include <stdlib.h>

static struct snapshot *snapshot_free(struct snapshot *snapshot)
{
	free((void *)snapshot->relay.identity);
	free((void *)snapshot->relay.domain);
	users_unref(snapshot->users);
	relay_policy_free(snapshot->control_policy);
	relay_policy_free(snapshot->policy);
	net_websocket_settings_unref(snapshot->websocket);
	net_tls_unref(snapshot->client_tls);
	net_tls_unref(snapshot->server_tls);
	for (size_t i = 0; snapshot->listener && i < snapshot->config->n_listen; i++)
		net_proxies_unref(snapshot->listener[i].proxies);
	free(snapshot->listener);
	config_free(snapshot->config);
	free(snapshot);
	return NULL;
}

struct snapshot *snapshot_new(struct config *config)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

	if (!snapshot) {
		config_free(config);
		return NULL;
	}
	atomic_init(&snapshot->refs, 1);
	snapshot->config = config;
	snapshot->listener = calloc(config->n_listen, sizeof(*snapshot->listener));
	return snapshot->listener ? snapshot : snapshot_free(snapshot);
}

struct snapshot *snapshot_ref(struct snapshot *snapshot)
{
	atomic_fetch_add_explicit(&snapshot->refs, 1, memory_order_relaxed);
	return snapshot;
}

struct snapshot *snapshot_unref(struct snapshot *snapshot)
{
	/* The last thread must see what all others did. */
	if (snapshot && atomic_fetch_sub_explicit(&snapshot->refs, 1, memory_order_acq_rel) == 1)
		snapshot_free(snapshot);
	return NULL;
}
