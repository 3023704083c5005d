/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "net/tls.h"

enum { KEY_MAX_LEN = 256 };

static void check_expires(struct config_source *source, const struct config *config)
{
	if (config->auth.expires_min > config->auth.expires_default)
		config_complain(source, "auth.expires.min", "%llu is more than the default of %llu",
				(unsigned long long)config->auth.expires_min,
				(unsigned long long)config->auth.expires_default);
	if (config->auth.expires_max < config->auth.expires_default)
		config_complain(source, "auth.expires.max", "%llu is less than the default of %llu",
				(unsigned long long)config->auth.expires_max,
				(unsigned long long)config->auth.expires_default);
}

static bool has_tls(const struct config *config)
{
	for (size_t i = 0; i < config->n_listen; i++)
		if (config->listen[i].transport == CONFIG_TLS)
			return true;
	return false;
}

static bool is_readable(struct config_source *source, const char *key, const char *file)
{
	if (access(file, R_OK) == 0)
		return true;
	config_complain(source, key, "%s: %s", file, strerror(errno));
	return false;
}

/* A certificate with its key, and the name under which clients will look for it. */
struct pair {
	const char *prefix; /* "tls." or "tls.domains[1]." */
	const char *name_key;
	const char *name;
	const char *certificate;
	const char *key;
};

static void check_pair(struct config_source *source, const struct pair *pair)
{
	struct net_tls_domain domain = { .certificate = pair->certificate, .key = pair->key };
	struct net_tls_server_options options = { .domain = &domain, .n_domains = 1 };
	struct net_tls *tls = NULL;
	char certificate_key[KEY_MAX_LEN];
	char key_key[KEY_MAX_LEN];
	char error[512] = "";

	snprintf(certificate_key, sizeof(certificate_key), "%scertificate", pair->prefix);
	snprintf(key_key, sizeof(key_key), "%skey", pair->prefix);
	if (!is_readable(source, certificate_key, pair->certificate) ||
	    !is_readable(source, key_key, pair->key))
		return;
	if (net_tls_server_new(&options, error, sizeof(error), &tls) != 0)
		config_complain(source, certificate_key, "%s", error);
	else if (!net_tls_names(tls, pair->name))
		config_complain(source, pair->name_key, "\"%s\" is not named by the certificate %s",
				pair->name, pair->certificate);
	net_tls_unref(tls);
}

static void check_ca(struct config_source *source, const char *ca)
{
	struct net_tls_client_options options = { .ca = ca };
	struct net_tls *tls = NULL;
	char error[512];

	if (!*ca || !is_readable(source, "tls.ca", ca))
		return;
	if (net_tls_client_new(&options, error, sizeof(error), &tls) != 0)
		config_complain(source, "tls.ca", "%s", error);
	net_tls_unref(tls);
}

static void check_tls(struct config_source *source, const struct config *config)
{
	struct pair pair = {
		.prefix = "tls.",
		.name_key = "hostname",
		.name = config->hostname,
		.certificate = config->tls.certificate,
		.key = config->tls.key,
	};

	if (!has_tls(config) && !config->auth.allow_without_tls)
		config_complain(source, "listen",
				"needs a listener with transport = \"tls\": "
				"AUTH is accepted there only");
	if (!*config->tls.certificate && (has_tls(config) || *config->tls.key))
		config_complain(source, "tls.certificate", "is required");
	if (!*config->tls.key && (has_tls(config) || *config->tls.certificate))
		config_complain(source, "tls.key", "is required");
	if (*pair.certificate && *pair.key)
		check_pair(source, &pair);
	check_ca(source, config->tls.ca);
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

static void check_domain(struct config_source *source, const struct config *config, size_t i)
{
	const struct config_domain *domain = &config->tls.domain[i];
	char prefix[KEY_MAX_LEN];
	char name_key[KEY_MAX_LEN];
	struct pair pair = {
		.prefix = prefix,
		.name_key = name_key,
		.name = domain->name,
		.certificate = domain->certificate,
		.key = domain->key,
	};

	snprintf(prefix, sizeof(prefix), "tls.domains[%zu].", i);
	snprintf(name_key, sizeof(name_key), "tls.domains[%zu].name", i);
	check_pair(source, &pair);
	if (is_known_domain(config, i, domain->name))
		config_complain(source, name_key, "\"%s\" is given twice", domain->name);
}

static void check_algorithms(struct config_source *source, const struct config *config)
{
	const struct config_strings *algorithms = &config->auth.algorithms;

	if (algorithms->n == 2 && strcasecmp(algorithms->item[0], algorithms->item[1]) == 0)
		config_complain(source, "auth.algorithms[1]", "\"%s\" is given twice",
				algorithms->item[1]);
}

static bool offers(const struct config *config, const char *algorithm)
{
	for (size_t i = 0; i < config->auth.algorithms.n; i++)
		if (strcasecmp(config->auth.algorithms.item[i], algorithm) == 0)
			return true;
	return false;
}

static void check_user(struct config_source *source, const struct config *config, size_t i)
{
	const struct config_user *user = &config->auth.user[i];
	bool hashed = *user->ha1 || *user->ha1_sha256;
	char key[KEY_MAX_LEN];

	snprintf(key, sizeof(key), "auth.users[%zu].password", i);
	if (!*user->password && !hashed)
		config_complain(source, key, "is required, or ha1");
	else if (*user->password && hashed)
		config_complain(source, key, "and ha1 must not both be given");
	else if (hashed && !(*user->ha1 && offers(config, "MD5")) &&
		 !(*user->ha1_sha256 && offers(config, "SHA-256")))
		config_complain(source, key, "is required, or a hash for one of auth.algorithms");
}

static int compare_users(const void *a, const void *b)
{
	const struct config_user *const *left = a;
	const struct config_user *const *right = b;
	int order = strcmp((*left)->name, (*right)->name);

	if (order == 0)
		order = strcmp((*left)->realm, (*right)->realm);
	if (order == 0)
		order = *left < *right ? -1 : *left > *right; /* the later one is at fault */
	return order;
}

/* By sorting, because of providers with a hundred thousand of them. */
static int check_duplicates(struct config_source *source, const struct config *config)
{
	size_t n = config->auth.n_users;
	const struct config_user **user = calloc(n + 1, sizeof(*user));
	char key[KEY_MAX_LEN];

	if (!user)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		user[i] = &config->auth.user[i];
	qsort(user, n, sizeof(*user), compare_users);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(user[i - 1]->name, user[i]->name) != 0 ||
		    strcmp(user[i - 1]->realm, user[i]->realm) != 0)
			continue;
		snprintf(key, sizeof(key), "auth.users[%zu].name",
			 (size_t)(user[i] - config->auth.user));
		config_complain(source, key, "\"%s\" of realm \"%s\" is given twice", user[i]->name,
				user[i]->realm);
	}
	free(user);
	return 0;
}

int config_check(struct config_source *source, const struct config *config)
{
	check_expires(source, config);
	check_tls(source, config);
	for (size_t i = 0; i < config->tls.n_domains; i++)
		check_domain(source, config, i);
	check_algorithms(source, config);
	for (size_t i = 0; i < config->auth.n_users; i++)
		check_user(source, config, i);
	return check_duplicates(source, config);
}
