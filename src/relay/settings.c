/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The relay's copy of its configuration, and the questions to it: is a URI one of ours, which realm
 * does a host have, is a media type relayed, is another relay trusted?
 */
#include "relay/settings.h"

#include <stdlib.h>
#include <string.h>

#include "msrp/media_type.h"

enum {
	/* Earlier names and ports: far more than a relay changes while a session lasts. */
	FORMERS_MAX = 64,
};

static char *copy_string(const char *string, bool *failed)
{
	char *copy = string ? strdup(string) : NULL;

	*failed |= string && !copy;
	return copy;
}

static const char *const *copy_strings(const char *const *string, size_t n, bool *failed)
{
	const char **copy = calloc(n > 0 ? n : 1, sizeof(*copy));

	*failed |= !copy;
	for (size_t i = 0; copy && i < n; i++)
		copy[i] = copy_string(string[i], failed);
	return copy;
}

static void free_strings(const char *const *string, size_t n)
{
	for (size_t i = 0; string && i < n; i++)
		free((char *)string[i]);
	free((void *)string);
}

static struct relay_identity *copy_identities(const struct relay_identity *identity, size_t n,
					      bool *failed)
{
	struct relay_identity *copy = calloc(n > 0 ? n : 1, sizeof(*copy));

	*failed |= !copy;
	for (size_t i = 0; copy && i < n; i++) {
		copy[i] = identity[i];
		copy[i].host = copy_string(identity[i].host, failed);
	}
	return copy;
}

static void free_identities(const struct relay_identity *identity, size_t n)
{
	for (size_t i = 0; identity && i < n; i++)
		free((char *)identity[i].host);
	free((void *)identity);
}

struct relay_config *relay_settings_copy(const struct relay_config *config)
{
	struct relay_config *copy = malloc(sizeof(*copy));
	bool failed = false;

	if (!copy)
		return NULL;
	*copy = *config;
	copy->identity = copy_identities(config->identity, config->n_identities, &failed);
	copy->former = copy_identities(config->former, config->n_formers, &failed);
	copy->domain = copy_strings(config->domain, config->n_domains, &failed);
	copy->relay = copy_strings(config->relay, config->n_relays, &failed);
	copy->auth.realm = copy_string(config->auth.realm, &failed);
	copy->auth.realms = copy_strings(config->auth.realms, config->auth.n_realms, &failed);
	copy->session.content_types =
	    copy_strings(config->session.content_types, config->session.n_content_types, &failed);
	return failed ? relay_settings_free(copy) : copy;
}

struct relay_config *relay_settings_free(struct relay_config *config)
{
	if (!config)
		return NULL;
	free_identities(config->identity, config->n_identities);
	free_identities(config->former, config->n_formers);
	free_strings(config->domain, config->n_domains);
	free_strings(config->relay, config->n_relays);
	free((char *)config->auth.realm);
	free_strings(config->auth.realms, config->auth.n_realms);
	free_strings(config->session.content_types, config->session.n_content_types);
	free(config);
	return NULL;
}

static bool is_tcp(const struct msrp_uri_slices *uri)
{
	return slice_equal_nocase(uri->transport, SLICE("tcp"));
}

static bool is_among(const struct relay_identity *own, size_t n, const struct msrp_uri_slices *uri)
{
	for (; n > 0; n--, own++) {
		if (own->port == uri->port && own->secure == uri->secure && is_tcp(uri) &&
		    msrp_host_equal(uri->host, slice_from(own->host)))
			return true;
	}
	return false;
}

bool relay_settings_is_own(const struct relay_config *config, const struct msrp_uri_slices *uri)
{
	return is_among(config->identity, config->n_identities, uri) ||
	       is_among(config->former, config->n_formers, uri);
}

static bool has_identity(const struct relay_identity *among, size_t n,
			 const struct relay_identity *identity)
{
	for (; n > 0; n--, among++) {
		if (among->port == identity->port && among->secure == identity->secure &&
		    strcmp(among->host, identity->host) == 0)
			return true;
	}
	return false;
}

/* Adds those of N at FROM that CONFIG does not know yet; its list of formers has room for them. */
static void add_formers(struct relay_config *config, struct relay_identity *former,
			const struct relay_identity *from, size_t n)
{
	for (; n > 0 && config->n_formers < FORMERS_MAX; n--, from++) {
		if (!has_identity(config->identity, config->n_identities, from) &&
		    !has_identity(former, config->n_formers, from))
			former[config->n_formers++] = *from;
	}
}

struct relay_config *relay_settings_succeed(const struct relay_config *before,
					    const struct relay_config *config)
{
	struct relay_identity former[FORMERS_MAX];
	struct relay_config next = *config;

	next.worker = before->worker;
	next.n_workers = before->n_workers;
	next.former = former;
	next.n_formers = 0;
	add_formers(&next, former, before->identity, before->n_identities);
	add_formers(&next, former, before->former, before->n_formers);
	return relay_settings_copy(&next);
}

/* HOST as spelled in the configuration. False: it is not there. */
static bool find_name(const char *const *name, size_t n, struct slice host, struct slice *ret_name)
{
	for (size_t i = 0; i < n; i++) {
		if (!msrp_host_equal(host, slice_from(name[i])))
			continue;
		*ret_name = slice_from(name[i]);
		return true;
	}
	return false;
}

/* Likewise among our own names. */
static bool find_own_host(const struct relay_config *config, struct slice host,
			  struct slice *ret_name)
{
	for (size_t i = 0; i < config->n_identities; i++) {
		if (find_name(&config->identity[i].host, 1, host, ret_name))
			return true;
	}
	return find_name(config->domain, config->n_domains, host, ret_name);
}

struct slice relay_settings_realm(const struct relay_config *config, struct slice host)
{
	struct slice realm = host;

	if (config->auth.realm && *config->auth.realm)
		return slice_from(config->auth.realm);
	if (config->auth.n_realms == 0)
		find_own_host(config, host, &realm);
	else if (!find_name(config->auth.realms, config->auth.n_realms, host, &realm))
		realm = slice_from(config->auth.realms[0]);
	return realm;
}

static bool is_own_port(const struct relay_config *config, uint16_t port)
{
	for (size_t i = 0; i < config->n_identities; i++) {
		if (config->identity[i].port == port)
			return true;
	}
	return port == 0;
}

bool relay_settings_is_auth_target(const struct relay_config *config,
				   const struct msrp_uri_slices *uri)
{
	struct slice name;
	bool is_ws = slice_equal_nocase(uri->transport, SLICE("ws")); /* RFC 7977 5.2.1 */

	/* A browser may use the port of a proxy, which we do not know. */
	return uri->session_id.len == 0 &&
	       (is_ws || (is_tcp(uri) && is_own_port(config, uri->port))) &&
	       find_own_host(config, uri->host, &name);
}

bool relay_settings_allow_type(const struct relay_config *config, struct slice content_type)
{
	for (size_t i = 0; i < config->session.n_content_types; i++) {
		if (msrp_media_type_matches(slice_from(config->session.content_types[i]),
					    content_type))
			return true;
	}
	return false;
}

/* RULE is "*", "*" and "." and a domain, or a host. */
static bool relay_fits(struct slice rule, struct slice host)
{
	if (slice_equal(rule, SLICE("*")))
		return true;
	if (!slice_starts_with(rule, SLICE("*.")))
		return msrp_host_equal(rule, host);
	rule = slice_skip(rule, 1);
	return host.len > rule.len &&
	       slice_equal_nocase(slice_skip(host, host.len - rule.len), rule);
}

bool relay_settings_trust(const struct relay_config *config, struct slice host)
{
	for (size_t i = 0; i < config->n_relays; i++) {
		if (relay_fits(slice_from(config->relay[i]), host))
			return true;
	}
	return false;
}
