/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "daemon/app_state.h"

static int open_listeners(struct app *app, struct change *change)
{
	const struct config *config = change->next->config;
	char name[NET_ADDRESS_TEXT_MAX];
	struct net_address address;
	int err = 0;

	if (app->snapshot)
		change_keep_listeners(change, app->snapshot);
	for (size_t i = 0; i < config->n_listen; i++) {
		const struct config_listener *listener = &config->listen[i];

		change->next->listener[i].secure = listener->transport == CONFIG_TLS;
		if (change->kept[i] == CHANGE_NEW)
			err = change_open_listener(change, i);
		if (!err)
			continue;
		if (net_address_parse(listener->address, (uint16_t)listener->port, &address) != 0)
			return app_fail(app, err, listener->address, NULL);
		net_address_format(&address, name);
		return app_fail(app, err, name, NULL);
	}
	return 0;
}

/* In this order: addresses and names of listeners are known once these are open. */
static int make_parts(struct app *app, struct change *change)
{
	struct snapshot *next = change->next;
	int err = app_make_tls(app, next);

	if (!err)
		err = open_listeners(app, change);
	if (!err)
		err = app_make_policy(app, next);
	if (!err)
		err = app_make_relay(app, next);
	if (!err)
		err = app_make_users(app, next);
	return err;
}

int app_make_change(struct app *app, struct config *config, struct change **ret_change)
{
	struct snapshot *next = snapshot_new(config);
	struct change *change = next ? change_new(next, app->n_workers) : NULL;
	int err = -ENOMEM;

	snapshot_unref(next);
	if (!change)
		return app_fail(app, err, "configuration", NULL);
	err = make_parts(app, change);
	if (err)
		change_free(change);
	else
		*ret_change = change;
	return err;
}

static void say_listener(const struct app *app, enum record_type type,
			 const struct snapshot_listener *listener)
{
	char name[NET_ADDRESS_TEXT_MAX];

	net_address_format(&listener->address, name);
	log_say(app->log, type, "%s (%s)", name, listener->secure ? "tls" : "tcp");
}

/* One that speaks another protocol from now on goes and comes. */
static void say_listeners(const struct app *app, const struct change *change)
{
	const struct snapshot *before = app->snapshot;
	const struct snapshot *next = change->next;

	for (size_t old = 0; before && old < before->config->n_listen; old++) {
		bool stays = false;

		for (size_t i = 0; i < change->n_listeners; i++)
			stays |= change->kept[i] == (int)old &&
				 next->listener[i].secure == before->listener[old].secure;
		if (!stays)
			say_listener(app, RECORD_NOT_LISTENING, &before->listener[old]);
	}
	for (size_t i = 0; i < change->n_listeners; i++) {
		int kept = change->kept[i];

		if (kept == CHANGE_NEW || next->listener[i].secure != before->listener[kept].secure)
			say_listener(app, RECORD_LISTENING, &next->listener[i]);
	}
}

void app_turn(struct app *app, struct change *change)
{
	const struct config *config = change->next->config;
	const struct limit_options limits = {
		.total = config->limits.connections,
		.per_address = config->limits.connections_per_address,
		.unproven = config->limits.unauthenticated,
	};

	say_listeners(app, change);
	if (limits.total > app->descriptors)
		log_say(app->log, RECORD_FEW_DESCRIPTORS,
			"for %llu connections, and limits.connections is %llu: raise LimitNOFILE=",
			(unsigned long long)app->descriptors, (unsigned long long)limits.total);
	limit_configure(&app->limit, &limits);
	app->drain_s = config->drain.timeout;
	snapshot_unref(app->snapshot);
	app->snapshot = snapshot_ref(change->next);
	app_try_users(app);
}
