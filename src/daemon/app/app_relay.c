/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Translates the configuration into the settings of the relay (struct relay_config), with all
 * names under which clients and relays may know it.
 */
#include "daemon/app/app_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config/config_transport.h"

/* The names and ports by which we are reached. */
struct identities {
	struct relay_identity *item;
	size_t n;
};

static void add_identities(struct identities *identities, const struct snapshot *next, bool secure,
			   bool msrp, const char *host)
{
	for (size_t i = 0; i < next->config->n_listen; i++)
		if (next->listener[i].secure == secure &&
		    config_transport_has_msrp(next->config->listen[i].transport) == msrp)
			identities->item[identities->n++] = (struct relay_identity){
				.secure = secure,
				.host = host,
				.port = net_address_port(&next->listener[i].address),
			};
}

static void add_secure(struct identities *identities, const struct snapshot *next, bool msrp)
{
	const struct config *config = next->config;

	add_identities(identities, next, true, msrp, config->hostname);
	for (size_t i = 0; i < config->tls.n_domains; i++)
		add_identities(identities, next, true, msrp, config->tls.domain[i].name);
}

/*
 * The first TLS listener comes first, because Use-Path names the first identity. A listener for
 * browsers stands in only if there is no other: RFC 7977 5.2.2 has "tcp" there in any case.
 */
static int make_identities(const struct snapshot *next, struct identities *ret_identities)
{
	const struct config *config = next->config;
	struct identities identities = { 0 };

	identities.item =
	    calloc(config->n_listen * (config->tls.n_domains + 2), sizeof(*identities.item));
	if (!identities.item)
		return -ENOMEM;
	add_secure(&identities, next, true);
	add_secure(&identities, next, false);
	add_identities(&identities, next, false, true, config->hostname);
	*ret_identities = identities;
	return 0;
}

struct names {
	const char **item;
	size_t n;
};

static int compare_names(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

/* A hundred thousand users share a few realms. */
static void unique(struct names *names)
{
	size_t n = 0;

	qsort(names->item, names->n, sizeof(*names->item), compare_names);
	for (size_t i = 0; i < names->n; i++)
		if (n == 0 || strcmp(names->item[n - 1], names->item[i]) != 0)
			names->item[n++] = names->item[i];
	names->n = n;
}

/* The hosts besides ours that the To-Path of an AUTH may name. */
static int make_domains(const struct config *config, struct names *ret_names)
{
	struct names names = { 0 };

	names.item =
	    calloc(config->tls.n_domains + config->auth.n_users + config->auth.realms.n + 1,
		   sizeof(*names.item));
	if (!names.item)
		return -ENOMEM;
	for (size_t i = 0; i < config->tls.n_domains; i++)
		names.item[names.n++] = config->tls.domain[i].name;
	for (size_t i = 0; i < config->auth.n_users; i++)
		names.item[names.n++] = config->auth.user[i].realm;
	for (size_t i = 0; i < config->auth.realms.n; i++)
		names.item[names.n++] = config->auth.realms.item[i];
	if (*config->auth.realm)
		names.item[names.n++] = config->auth.realm;
	unique(&names);
	*ret_names = names;
	return 0;
}

static void fill_auth(const struct config *config, struct relay_config *relay)
{
	const struct config_strings *algorithms = &config->auth.algorithms;

	relay->auth.realm = config->auth.realm;
	relay->auth.realms = (const char *const *)config->auth.realms.item;
	relay->auth.n_realms = config->auth.realms.n;
	for (size_t i = 0; i < algorithms->n; i++)
		if (msrp_digest_find(slice_from(algorithms->item[i]),
				     &relay->auth.algorithm[relay->auth.n_algorithms]))
			relay->auth.n_algorithms++;
	relay->auth.expires_default = (unsigned)config->auth.expires_default;
	relay->auth.expires_min = (unsigned)config->auth.expires_min;
	relay->auth.expires_max = (unsigned)config->auth.expires_max;
	relay->auth.max_failures = (unsigned)config->auth.max_failures;
	relay->auth.nonce_lifetime = (unsigned)config->auth.nonce_lifetime;
	relay->auth.allow_without_tls = config->auth.allow_without_tls;
}

static void fill_relays(const struct config *config, struct relay_config *relay)
{
	relay->relay = (const char *const *)config->relays.item;
	relay->n_relays = config->relays.n;
}

/* Whether there is an anchor is settled at the start, with its sockets. */
static void fill_anchor(const struct app *app, const struct config *config,
			struct relay_config *relay)
{
	relay->anchor.on =
	    app->snapshot ? app->snapshot->relay.anchor.on : config->anchor.control.listen.n > 0;
	relay->anchor.calls = (unsigned)config->anchor.calls;
	relay->anchor.max_age_ms = config->anchor.max_age * 1000;
}

static void fill_session(const struct config *config, struct relay_config *relay)
{
	relay->session.sessmatch = config->session.sessmatch;
	relay->session.other_methods = config->session.other_methods;
	relay->session.content_types = (const char *const *)config->session.content_types.item;
	relay->session.n_content_types = config->session.content_types.n;
	relay->session.note_hosts = config->log.peers;
	relay->session.message_size = config->session.message_size;
	relay->session.per_user = (unsigned)config->limits.sessions_per_user;
	relay->session.next_hops = (unsigned)config->limits.next_hops_per_user;
	relay->session.rate = config->limits.rate_per_user;
}

int app_make_relay(struct app *app, struct snapshot *next)
{
	struct relay_config *relay = &next->relay;
	struct identities identities = { 0 };
	struct names names = { 0 };
	int err;

	err = make_identities(next, &identities);
	relay->identity = identities.item;
	relay->n_identities = identities.n;
	if (!err)
		err = make_domains(next->config, &names);
	relay->domain = names.item;
	relay->n_domains = names.n;
	if (err)
		return app_fail(app, err, "relay", NULL);
	fill_auth(next->config, relay);
	fill_relays(next->config, relay);
	fill_session(next->config, relay);
	fill_anchor(app, next->config, relay);
	return 0;
}
