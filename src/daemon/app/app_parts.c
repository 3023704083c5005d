/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the parts of a snapshot that need files or the system: TLS of both directions, and the
 * policy for outgoing connections.
 */
#include "daemon/app/app_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/config/config_advice.h"
#include "daemon/config/config_tls.h"
#include "daemon/config/config_transport.h"
#include "net/address/own_address.h"

/* "systemctl status" shows the first mistake. */
void app_say_wrong(struct app *app, enum record_type type, const char *text)
{
	log_say(app->log, type, "%s", text);
	if (!*app->wrong)
		snprintf(app->wrong, sizeof(app->wrong), "%s", text);
}

int app_fail(struct app *app, int err, const char *what, const char *why)
{
	char text[APP_WRONG_MAX];

	snprintf(text, sizeof(text), "%s: %s", what, why ? why : uv_strerror(err));
	app_say_wrong(app, app->ready ? RECORD_NOT_RELOADED : RECORD_CANNOT_START, text);
	return err;
}

static void say_advice(const char *text, void *arg)
{
	const struct app *app = arg;

	log_say(app->log, RECORD_ADVICE, "%s", text);
}

static int make_server_tls(struct app *app, struct snapshot *next)
{
	char error[512];
	int err = config_make_server_tls(next->config, app->ticket_keys, error, sizeof(error),
					 &next->server_tls);

	if (err)
		return app_fail(app, err, "tls", *error ? error : NULL);
	/* Runs before the secrets are overwritten. */
	config_advise(next->config, app->file, (int64_t)time(NULL), say_advice, app);
	return 0;
}

static int make_client_tls(struct app *app, struct snapshot *next)
{
	const struct config *config = next->config;
	bool certified = *config->tls.certificate;
	struct net_tls_client_options options = {
		.ca = *config->tls.ca ? config->tls.ca : NULL,
		.certificate = certified ? config->tls.certificate : NULL,
		.key = certified ? config->tls.key : NULL,
		.policy = config_tls_policy(config),
	};
	char error[512] = "";
	int err = net_tls_client_new(&options, error, sizeof(error), &next->client_tls);

	return err ? app_fail(app, err, "tls", error) : 0;
}

int app_make_tls(struct app *app, struct snapshot *next)
{
	int err = make_server_tls(app, next);

	return err ? err : make_client_tls(app, next);
}

int app_make_websocket(struct app *app, struct snapshot *next)
{
	const struct config *config = next->config;
	struct net_websocket_options options = {
		.path = config->websocket.path,
		.origin = (const char *const *)config->websocket.origins.item,
		.n_origins = config->websocket.origins.n,
		.ping_ms = (unsigned)config->websocket.ping * 1000,
		.behind_proxy = config->websocket.behind_proxy,
	};

	next->websocket = net_websocket_settings_new(&options);
	return next->websocket ? 0 : app_fail(app, -ENOMEM, "websocket", NULL);
}

static int make_proxies(struct app *app, struct snapshot *next, size_t i)
{
	const struct config_strings *from = &next->config->listen[i].proxy_from;
	int err =
	    net_proxies_new((const char *const *)from->item, from->n, &next->listener[i].proxies);

	return err ? app_fail(app, err, "proxy_from", NULL) : 0;
}

int app_fill_listener(struct app *app, struct snapshot *next, size_t i)
{
	unsigned transport = next->config->listen[i].transport;
	struct net_protocol *protocol = &next->listener[i].protocol;
	int err = make_proxies(app, next, i);

	next->listener[i].secure = config_transport_is_secure(transport);
	protocol->tls = config_transport_has_tls(transport) ? next->server_tls : NULL;
	protocol->websocket = config_transport_has_websocket(transport) ? next->websocket : NULL;
	protocol->either = config_transport_has_msrp(transport);
	protocol->clients = (enum net_tls_clients)next->config->listen[i].client_certificate;
	protocol->socket = config_socket_options(next->config, next->config->listen[i].dscp);
	protocol->proxies = next->listener[i].proxies;
	return err;
}

static int add_rules(struct relay_policy *policy, const struct config *config)
{
	int err = 0;

	for (size_t i = 0; i < config->outbound.allow.n && !err; i++)
		err = relay_policy_allow(policy, config->outbound.allow.item[i]);
	for (size_t i = 0; i < config->outbound.deny.n && !err; i++)
		err = relay_policy_deny(policy, config->outbound.deny.item[i]);
	for (size_t i = 0; i < config->outbound.ports.n && !err; i++)
		err = relay_policy_ports(policy, config->outbound.ports.item[i]);
	return err;
}

/* If the question fails, connect to nothing. */
static bool is_own(const uint8_t address[16])
{
	bool own;

	return net_own_address_check(address, &own) != 0 || own;
}

/* Better to find out now than with the first message. */
static int try_own(void)
{
	static const uint8_t loopback[16] = { [15] = 1 };
	bool own;

	return net_own_address_check(loopback, &own);
}

/* Only those that are allowed. */
static int make_control_policy(struct snapshot *next)
{
	const struct config_strings *allow = &next->config->anchor.control.allow;
	int err;

	next->control_policy = relay_policy_new();
	if (!next->control_policy)
		return -ENOMEM;
	err = relay_policy_deny(next->control_policy, "0.0.0.0/0");
	if (!err)
		err = relay_policy_deny(next->control_policy, "::/0");
	for (size_t i = 0; i < allow->n && !err; i++)
		err = relay_policy_allow(next->control_policy, allow->item[i]);
	return err;
}

int app_make_policy(struct app *app, struct snapshot *next)
{
	int err = make_control_policy(next);

	if (err)
		return app_fail(app, err, "anchor.control.allow", NULL);

	next->policy = relay_policy_new();
	if (!next->policy)
		return app_fail(app, -ENOMEM, "outbound", NULL);
	err = add_rules(next->policy, next->config);
	if (err)
		return app_fail(app, err, "outbound", NULL);
	relay_policy_set_own(next->policy, is_own);
	err = try_own();
	return err ? app_fail(app, err, "addresses of this machine", NULL) : 0;
}
