/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/app_state.h"

#include <errno.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>

#include "net/listener.h"

int app_cannot_start(struct app *app, int err, const char *what, const char *why)
{
	log_say(app->log, RECORD_CANNOT_START, "%s: %s", what, why ? why : uv_strerror(err));
	return err;
}

static int make_server_tls(struct app *app, const struct config *config)
{
	struct net_tls_server_options options = { .n_domains = config->tls.n_domains + 1 };
	struct net_tls_domain *domain;
	char error[512] = "";
	int err;

	if (!*config->tls.certificate)
		return 0;
	domain = calloc(options.n_domains, sizeof(*domain));
	if (!domain)
		return -ENOMEM;
	domain[0].certificate = config->tls.certificate;
	domain[0].key = config->tls.key;
	for (size_t i = 0; i < config->tls.n_domains; i++)
		domain[i + 1] = (struct net_tls_domain){
			.name = config->tls.domain[i].name,
			.certificate = config->tls.domain[i].certificate,
			.key = config->tls.domain[i].key,
		};
	options.domain = domain;
	options.ca = *config->tls.ca ? config->tls.ca : NULL;
	err = net_tls_server_new(&options, error, sizeof(error), &app->server_tls);
	free(domain);
	return err ? app_cannot_start(app, err, "tls", error) : 0;
}

static int make_client_tls(struct app *app, const struct config *config)
{
	bool certified = *config->tls.certificate;
	struct net_tls_client_options options = {
		.ca = *config->tls.ca ? config->tls.ca : NULL,
		.verify = config->tls.verify_peers == CONFIG_VERIFY_ALWAYS,
		.certificate = certified ? config->tls.certificate : NULL,
		.key = certified ? config->tls.key : NULL,
	};
	char error[512] = "";
	int err = net_tls_client_new(&options, error, sizeof(error), &app->client_tls);

	return err ? app_cannot_start(app, err, "tls", error) : 0;
}

int app_make_tls(struct app *app, const struct config *config)
{
	int err = make_server_tls(app, config);

	return err ? err : make_client_tls(app, config);
}

int app_make_policy(struct app *app, const struct config *config)
{
	int err = 0;

	app->policy = relay_policy_new();
	if (!app->policy)
		return -ENOMEM;
	for (size_t i = 0; i < config->outbound.allow.n && !err; i++)
		err = relay_policy_allow(app->policy, config->outbound.allow.item[i]);
	for (size_t i = 0; i < config->outbound.deny.n && !err; i++)
		err = relay_policy_deny(app->policy, config->outbound.deny.item[i]);
	return err;
}

static int add_local_addresses(struct relay_policy *policy)
{
	struct ifaddrs *all, *one;
	uint8_t bytes[16];
	int err = 0;

	if (getifaddrs(&all) != 0)
		return -errno;
	for (one = all; one && !err; one = one->ifa_next) {
		struct net_address address = { 0 };
		int family = one->ifa_addr ? one->ifa_addr->sa_family : AF_UNSPEC;

		if (family != AF_INET && family != AF_INET6)
			continue;
		address.len = family == AF_INET ? sizeof(address.v4) : sizeof(address.v6);
		memcpy(&address.any, one->ifa_addr, address.len);
		net_address_bytes(&address, bytes);
		err = relay_policy_add_local(policy, bytes);
	}
	freeifaddrs(all);
	return err;
}

int app_deny_listeners(struct app *app)
{
	size_t n;
	const struct worker_listener *listener = worker_listeners(app->worker[0], &n);
	int err = add_local_addresses(app->policy);

	for (size_t i = 0; i < n && !err; i++) {
		const struct net_address *address = net_listener_address(listener[i].listener);
		uint8_t bytes[16];

		net_address_bytes(address, bytes);
		err = relay_policy_add_listener(app->policy, bytes, net_address_port(address));
	}
	return err;
}
