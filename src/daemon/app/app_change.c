/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The common part of a start and a reload: makes a snapshot and a change out of a configuration,
 * and says in the log what is new once the change has been committed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/app/app_state.h"
#include "daemon/config/config_transport.h"

/*
 * If several sockets share a name, the first listener of that name gets the first socket, and so
 * on.
 */
static int find_passed(struct app *app, struct snapshot *next, size_t i)
{
	const struct config_listener *listen = next->config->listen;
	const char *name = listen[i].name;
	size_t skip = 0;
	int fd;

	if (!*name)
		return 0;
	for (size_t before = 0; before < i; before++)
		skip += strcmp(listen[before].name, name) == 0;
	fd = passed_find(app->passed, name, skip);
	if (fd < 0)
		return app_fail(app, fd, name,
				skip ? "systemd has passed fewer sockets of this name"
				     : "systemd has passed no socket of this name");
	if (passed_check(fd) != 0)
		return app_fail(app, -ENOTSUP, name, "is not a listening TCP socket");
	next->listener[i].passed = fd;
	return 0;
}

/* Names a faulty address in the same form as everywhere else. */
static int open_listener(struct app *app, struct change *change, size_t i)
{
	const struct config_listener *listener = &change->next->config->listen[i];
	char name[NET_ADDRESS_TEXT_MAX];
	struct net_address address;
	int err = change_open_listener(change, i);

	/* The address of a passed socket is unknown before it is examined. */
	if (!err && listener->transport == CONFIG_WS &&
	    !config_may_be_plain(change->next->config, &change->next->listener[i].address))
		return app_fail(app, -EACCES, listener->name, CONFIG_PLAIN_WEBSOCKET);
	if (!err)
		return 0;
	if (*listener->name)
		return app_fail(app, err, listener->name, NULL);
	if (net_address_parse(listener->address, (uint16_t)listener->port, &address) != 0)
		return app_fail(app, err, listener->address, NULL);
	net_address_format(&address, name);
	return app_fail(app, err, name, NULL);
}

static int open_listeners(struct app *app, struct change *change)
{
	struct snapshot *next = change->next;
	int err = 0;

	for (size_t i = 0; i < change->n_listeners && !err; i++) {
		err = app_fill_listener(app, next, i);
		if (!err)
			err = find_passed(app, next, i);
	}
	if (!err && app->snapshot)
		change_keep_listeners(change, app->snapshot);
	for (size_t i = 0; i < change->n_listeners && !err; i++)
		if (change->kept[i] == CHANGE_NEW)
			err = open_listener(app, change, i);
	return err;
}

/* In this order: addresses and names of listeners are known only once these are open. */
static int make_parts(struct app *app, struct change *change)
{
	struct snapshot *next = change->next;
	int err = app_make_tls(app, next);

	if (!err)
		err = app_make_websocket(app, next);
	if (!err)
		err = open_listeners(app, change);
	if (!err)
		err = app_make_policy(app, next);
	if (!err)
		err = app_make_relay(app, next);
	if (!err)
		err = app_make_users(app, next);
	if (!err && app->snapshot)
		err = app_try_places(app, change);
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

/* "::" stands for both families, but a kernel may support only one of them. */
static void say_family(const struct app *app, const struct snapshot *next, size_t i)
{
	const struct config_listener *listener = &next->config->listen[i];
	char name[NET_ADDRESS_TEXT_MAX];

	if (*listener->name || !strchr(listener->address, ':') ||
	    next->listener[i].address.any.sa_family != AF_INET)
		return;
	net_address_format(&next->listener[i].address, name);
	log_say(app->log, RECORD_NO_IPV6, "%s instead of %s", name, listener->address);
}

static void say_listener(const struct app *app, enum record_type type,
			 const struct snapshot *snapshot, size_t i)
{
	char name[NET_ADDRESS_TEXT_MAX];

	net_address_format(&snapshot->listener[i].address, name);
	log_say(app->log, type, "%s (%s)", name,
		config_transport_name(snapshot->config->listen[i].transport));
}

static bool speak_the_same(const struct snapshot *a, size_t i, const struct snapshot *b, size_t j)
{
	return a->config->listen[i].transport == b->config->listen[j].transport;
}

/* A listener that changes its protocol counts as removed and added. */
static void say_listeners(const struct app *app, const struct change *change)
{
	const struct snapshot *before = app->snapshot;
	const struct snapshot *next = change->next;

	for (size_t old = 0; before && old < before->config->n_listen; old++) {
		bool stays = false;

		for (size_t i = 0; i < change->n_listeners; i++)
			stays |=
			    change->kept[i] == (int)old && speak_the_same(next, i, before, old);
		if (!stays)
			say_listener(app, RECORD_NOT_LISTENING, before, old);
	}
	for (size_t i = 0; i < change->n_listeners; i++) {
		int kept = change->kept[i];

		if (kept == CHANGE_NEW)
			say_family(app, next, i);
		if (kept == CHANGE_NEW || !speak_the_same(next, i, before, (size_t)kept))
			say_listener(app, RECORD_LISTENING, next, i);
	}
}

/* An unused socket would keep connecting clients waiting. */
static void say_unused(const struct app *app, const struct snapshot *next)
{
	for (size_t n = 0; n < passed_count(app->passed); n++) {
		bool used = false;

		for (size_t i = 0; i < next->config->n_listen; i++)
			used |= next->listener[i].passed == passed_fd(app->passed, n);
		if (!used)
			log_say(app->log, RECORD_SOCKET_UNUSED, "%s", passed_name(app->passed, n));
	}
}

struct snapshot *app_turn(struct app *app, struct change *change)
{
	struct snapshot *past = app->snapshot;
	const struct config *config = change->next->config;
	const struct limit_options limits = {
		.total = config->limits.connections,
		.per_address = config->limits.connections_per_address,
		.unproven = config->limits.unauthenticated,
	};

	say_listeners(app, change);
	if (!app->snapshot)
		say_unused(app, change->next);
	if (limits.total > app->descriptors)
		log_say(app->log, RECORD_FEW_DESCRIPTORS,
			"for %llu connections, and limits.connections is %llu: raise LimitNOFILE=",
			(unsigned long long)app->descriptors, (unsigned long long)limits.total);
	limit_configure(&app->limit, &limits);
	throttle_configure(&app->throttle, config->auth.throttle_failures);
	app->drain_s = config->drain.timeout;
	app->snapshot = snapshot_ref(change->next);
	app_try_users(app);
	return past;
}
