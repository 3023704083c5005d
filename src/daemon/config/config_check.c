/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks what depends on several options, or on files: certificates and their names, listeners,
 * the admin socket. Runs after all values have been read.
 */
#include "daemon/config/config_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "daemon/config/config_tls.h"
#include "daemon/config/config_transport.h"
#include "net/connection/listener.h"
#include "net/tls/tls.h"
#include "net/tls/tls_ticket_keys.h"

static bool has_tls(const struct config *config)
{
	for (size_t i = 0; i < config->n_listen; i++)
		if (config_transport_has_tls(config->listen[i].transport))
			return true;
	return false;
}

/* See config_transport_is_secure(). */
static bool takes_auth(const struct config *config)
{
	for (size_t i = 0; i < config->n_listen; i++)
		if (config_transport_is_secure(config->listen[i].transport))
			return true;
	return config->auth.allow_without_tls;
}

static bool is_readable(struct config_source *source, const char *key, const char *file)
{
	if (access(file, R_OK) == 0)
		return true;
	config_complain(source, key, "%s: %s", file, strerror(errno));
	return false;
}

/* A certificate with its key, and the name by which clients will look for it. */
struct pair {
	const char *prefix; /* "tls." or "tls.domains[1]." */
	const char *name_key;
	const char *name;
	const char *certificate;
	const char *key;
	struct net_tls_validity *ret_validity;
	int *ret_kind;
};

static void check_pair(struct config_source *source, const struct pair *pair)
{
	struct net_tls_domain domain = { .certificate = pair->certificate, .key = pair->key };
	enum net_tls_file fault;
	struct net_tls_server_options options = { .domain = &domain,
						  .n_domains = 1,
						  .ret_fault = &fault };
	struct net_tls *tls = NULL;
	char certificate_key[CONFIG_KEY_MAX];
	char key_key[CONFIG_KEY_MAX];
	char error[512] = "";

	snprintf(certificate_key, sizeof(certificate_key), "%scertificate", pair->prefix);
	snprintf(key_key, sizeof(key_key), "%skey", pair->prefix);
	if (!is_readable(source, certificate_key, pair->certificate) ||
	    !is_readable(source, key_key, pair->key))
		return;
	if (net_tls_server_new(&options, error, sizeof(error), &tls) != 0)
		config_complain(source, fault == NET_TLS_KEY ? key_key : certificate_key, "%s",
				error);
	else if (!net_tls_names(tls, pair->name))
		config_complain(source, pair->name_key, "\"%s\" is not named by the certificate %s",
				pair->name, pair->certificate);
	if (tls) {
		net_tls_validity(tls, 0, pair->ret_validity);
		*pair->ret_kind = net_tls_key_kind(tls, 0);
	}
	net_tls_unref(tls);
}

/* Makes a context without a certificate, in which OpenSSL checks each of these. */
static void check_policy(struct config_source *source, struct config *config, const char *ca_key,
			 const char *ca)
{
	static const char *const keys[] = {
		[NET_TLS_CRL] = "tls.crl",
		[NET_TLS_CIPHERS] = "tls.ciphers",
		[NET_TLS_GROUPS] = "tls.groups",
	};
	enum net_tls_file fault = NET_TLS_CA;
	struct net_tls_client_options options = {
		.ca = *ca ? ca : NULL,
		.policy = config_tls_policy(config),
		.ret_fault = &fault,
	};
	struct net_tls *tls = NULL;
	char error[512];

	if ((*ca && !is_readable(source, ca_key, ca)) ||
	    (*config->tls.crl && !is_readable(source, "tls.crl", config->tls.crl)))
		return;
	if (net_tls_client_new(&options, error, sizeof(error), &tls) != 0)
		config_complain(source, fault == NET_TLS_CA ? ca_key : keys[fault], "%s", error);
	else
		config->tls.crl_until_s = net_tls_crl_until_s(tls);
	net_tls_unref(tls);
}

static void check_ticket_keys(struct config_source *source, const struct config_strings *files)
{
	struct net_tls_ticket_keys *keys = NULL;
	char error[512], key[CONFIG_KEY_MAX];
	size_t fault;

	if (files->n > 0 && net_tls_ticket_keys_load((const char *const *)files->item, files->n,
						     &fault, error, sizeof(error), &keys) != 0) {
		snprintf(key, sizeof(key), "tls.ticket_keys[%zu]", fault);
		config_complain(source, key, "%s", error);
	}
	net_tls_ticket_keys_unref(keys);
}

static void check_tls(struct config_source *source, struct config *config)
{
	struct pair pair = {
		.prefix = "tls.",
		.name_key = "hostname",
		.name = config->hostname,
		.certificate = config->tls.certificate,
		.key = config->tls.key,
		.ret_validity = &config->tls.validity,
		.ret_kind = &config->tls.kind,
	};

	if (!takes_auth(config))
		config_complain(source, "listen",
				"needs a listener with transport = \"tls\": "
				"AUTH is only accepted there");
	if (!*config->tls.certificate && (has_tls(config) || *config->tls.key))
		config_complain(source, "tls.certificate", "is required");
	if (!*config->tls.key && (has_tls(config) || *config->tls.certificate))
		config_complain(source, "tls.key", "is required");
	if (*pair.certificate && *pair.key)
		check_pair(source, &pair);
	check_policy(source, config, "tls.ca", config->tls.ca);
	if (*config->tls.client_ca)
		check_policy(source, config, "tls.client_ca", config->tls.client_ca);
	check_ticket_keys(source, &config->tls.ticket_keys);
}

static bool is_known_domain(const struct config *config, size_t n, const char *name)
{
	if (strcasecmp(config->hostname, name) == 0)
		return true;
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(config->tls.domain[i].name, name) == 0)
			return true;
	return false;
}

/* A name may have one certificate for each kind of key. */
static bool is_given_twice(const struct config *config, size_t i)
{
	const struct config_domain *domain = &config->tls.domain[i];

	if (strcasecmp(config->hostname, domain->name) == 0 && config->tls.kind == domain->kind)
		return true;
	for (size_t before = 0; before < i; before++)
		if (strcasecmp(config->tls.domain[before].name, domain->name) == 0 &&
		    config->tls.domain[before].kind == domain->kind)
			return true;
	return false;
}

static void check_domain(struct config_source *source, struct config *config, size_t i)
{
	struct config_domain *domain = &config->tls.domain[i];
	char prefix[CONFIG_KEY_MAX];
	char name_key[CONFIG_KEY_MAX];
	struct pair pair = {
		.prefix = prefix,
		.name_key = name_key,
		.name = domain->name,
		.certificate = domain->certificate,
		.key = domain->key,
		.ret_validity = &domain->validity,
		.ret_kind = &domain->kind,
	};

	snprintf(prefix, sizeof(prefix), "tls.domains[%zu].", i);
	snprintf(name_key, sizeof(name_key), "tls.domains[%zu].name", i);
	check_pair(source, &pair);
	if (is_given_twice(config, i))
		config_complain(source, name_key, "\"%s\" is given twice with the same kind of key",
				domain->name);
}

/* RFC 7977 section 9: protect what goes over a network; if we do not, a proxy must. */
static void check_websocket(struct config_source *source, const struct config *config, size_t i)
{
	const struct config_listener *listener = &config->listen[i];
	struct net_address address;
	char key[CONFIG_KEY_MAX];

	if (listener->transport != CONFIG_WS || *listener->name ||
	    net_address_parse(listener->address, 0, &address) != 0 ||
	    config_may_be_plain(config, &address))
		return;
	snprintf(key, sizeof(key), "listen[%zu].transport", i);
	config_complain(source, key, CONFIG_PLAIN_WEBSOCKET);
}

/* A browser that is asked for a certificate goes away, so it must not be asked. */
static void check_client_certificate(struct config_source *source, const struct config *config,
				     size_t i)
{
	const struct config_listener *listener = &config->listen[i];
	char key[CONFIG_KEY_MAX];

	if (listener->client_certificate != NET_TLS_CLIENTS_REQUIRED ||
	    listener->transport == CONFIG_TLS)
		return;
	snprintf(key, sizeof(key), "listen[%zu].client_certificate", i);
	config_complain(source, key, "\"required\" is for transport = \"tls\" only");
}

/* A passed socket has its place already. */
static void check_listener(struct config_source *source, const struct config *config, size_t i)
{
	static const char *const places[] = { "address", "port" };

	for (size_t n = 0; *config->listen[i].name && n < 2; n++) {
		char key[CONFIG_KEY_MAX];

		snprintf(key, sizeof(key), "listen[%zu].%s", i, places[n]);
		if (config_source_has(source, key))
			config_complain(source, key, "is what the socket \"%s\" has already",
					config->listen[i].name);
	}
}

/* The named users and groups must be able to connect at all. */
static void check_admin(struct config_source *source, const struct config *config)
{
	bool open = strtoul(config->admin.mode, NULL, 8) & 0022;

	if ((config->admin.users.n > 0 || config->admin.groups.n > 0) && !open)
		config_complain(
		    source, "admin.mode",
		    "does not let admin.users and admin.groups connect: 0666 does, and msrpd "
		    "checks who they are");
}

/* The machine's addresses do not tell which of them others reach it by. */
static void check_anchor(struct config_source *source, const struct config *config)
{
	const struct config_strings *addresses = &config->anchor.addresses;

	if (config->anchor.control.listen.n > 0 && addresses->n == 0)
		config_complain(source, "anchor.addresses",
				"has to say to which addresses of this machine clients connect");
	if (addresses->n == 2 &&
	    !strchr(addresses->item[0], ':') == !strchr(addresses->item[1], ':'))
		config_complain(source, "anchor.addresses[1]",
				"\"%s\" is the second one of its family", addresses->item[1]);
	/* Clients verify the certificate against this name. */
	if (*config->anchor.hostname && has_tls(config) &&
	    !is_known_domain(config, config->tls.n_domains, config->anchor.hostname))
		config_complain(source, "anchor.hostname",
				"\"%s\" is neither hostname nor one of tls.domains",
				config->anchor.hostname);
	for (size_t i = 1; i < config->anchor.control.listen.n; i++)
		for (size_t before = 0; before < i; before++)
			if (strcmp(config->anchor.control.listen.item[i],
				   config->anchor.control.listen.item[before]) == 0)
				config_complain(source, "anchor.control.listen",
						"\"%s\" is given twice",
						config->anchor.control.listen.item[i]);
}

int config_check(struct config_source *source, struct config *config)
{
	check_tls(source, config);
	for (size_t i = 0; i < config->n_listen; i++) {
		check_listener(source, config, i);
		check_websocket(source, config, i);
		check_client_certificate(source, config, i);
	}
	for (size_t i = 0; i < config->tls.n_domains; i++)
		check_domain(source, config, i);
	check_admin(source, config);
	check_anchor(source, config);
	return config_check_auth(source, config);
}
