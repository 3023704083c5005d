/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the group "auth" as a whole: users with their hashes and rates, realms, algorithms, and
 * the order of the times. Called by config_check.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/config/config_source.h"
#include "msrp/ha1.h"

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

/* 0: nothing in particular. */
static void check_rate(struct config_source *source, const char *key, uint64_t rate)
{
	if (rate > 0 && rate < MSRP_RATE_MIN)
		config_complain(source, key, "must be 0 or at least %d", MSRP_RATE_MIN);
}

static void check_user(struct config_source *source, const struct config *config, size_t i)
{
	const struct config_user *user = &config->auth.user[i];
	bool hashed = *user->ha1 || *user->ha1_sha256;
	char key[CONFIG_KEY_MAX];

	snprintf(key, sizeof(key), "auth.users[%zu].password", i);
	if (!*user->password && !hashed)
		config_complain(source, key, "is required, or ha1");
	else if (*user->password && hashed)
		config_complain(source, key, "and ha1 must not both be given");
	else if (hashed && !(*user->ha1 && offers(config, "MD5")) &&
		 !(*user->ha1_sha256 && offers(config, "SHA-256")))
		config_complain(source, key, "is required, or a hash for one of auth.algorithms");
	snprintf(key, sizeof(key), "auth.users[%zu].rate", i);
	check_rate(source, key, user->rate);
}

static int compare_users(const void *a, const void *b)
{
	const struct config_user *const *left = a;
	const struct config_user *const *right = b;
	int order = strcmp((*left)->name, (*right)->name);

	if (order == 0)
		order = strcmp((*left)->realm, (*right)->realm);
	if (order == 0)
		order = *left < *right ? -1 : *left > *right; /* complain about the later one */
	return order;
}

/* Sorts, because some providers have a hundred thousand users. */
static int check_duplicates(struct config_source *source, const struct config *config)
{
	size_t n = config->auth.n_users;
	const struct config_user **user = calloc(n + 1, sizeof(*user));
	char key[CONFIG_KEY_MAX];

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

static bool is_listed(const struct config_strings *strings, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(strings->item[i], text) == 0)
			return true;
	return false;
}

static void check_realms(struct config_source *source, const struct config *config)
{
	const struct config_strings *realms = &config->auth.realms;
	char key[CONFIG_KEY_MAX];

	if (realms->n > 0 && *config->auth.realm)
		config_complain(source, "auth.realms", "and auth.realm must not both be given");
	for (size_t i = 0; i < realms->n; i++) {
		snprintf(key, sizeof(key), "auth.realms[%zu]", i);
		if (!*realms->item[i])
			config_complain(source, key, "must not be empty");
		else if (is_listed(realms, i, realms->item[i]))
			config_complain(source, key, "\"%s\" is given twice", realms->item[i]);
	}
	for (size_t i = 0; realms->n > 0 && i < config->auth.n_users; i++) {
		snprintf(key, sizeof(key), "auth.users[%zu].realm", i);
		if (!is_listed(realms, realms->n, config->auth.user[i].realm))
			config_complain(source, key, "\"%s\" is not one of auth.realms",
					config->auth.user[i].realm);
	}
}

int config_check_auth(struct config_source *source, struct config *config)
{
	int err;

	check_expires(source, config);
	check_realms(source, config);
	check_algorithms(source, config);
	for (size_t i = 0; i < config->auth.n_users; i++)
		check_user(source, config, i);
	check_rate(source, "limits.rate_per_user", config->limits.rate_per_user);
	err = config_check_backend(source, config);
	return err ? err : check_duplicates(source, config);
}
