/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sets up the back end "http": the driver's settings, remote.c in front of the driver, and cache.c
 * in front of both.
 */
#include "users/http.h"

#include <assert.h>
#include <errno.h>

#include "users/cache.h"
#include "users/http_driver.h"
#include "users/remote.h"

#ifdef USERS_WITH_HTTP
static const struct remote_driver *const driver = &http_driver;
static const bool is_built_in = true;
#else
static const struct remote_driver *const driver = NULL;
static const bool is_built_in = false;
#endif

bool users_http_is_built_in(void)
{
	return is_built_in;
}

int users_http_new(const struct users_http_options *options, struct users **ret_users)
{
	struct users_remote_options remote = {
		.driver = driver,
		.place = http_place_new(
		    options->url, *options->ca ? options->ca : USERS_HTTP_CA_FILE, options->token),
		.seed = options->seed,
		.name = "http",
		.connections = options->connections,
		.timeout_s = options->timeout_s,
		.lost = options->lost,
		.back = options->back,
		.arg = options->arg,
	};
	struct users *users = NULL;
	int err;

	assert(is_built_in);
	err = remote.place ? users_remote_new(&remote, &users) : -ENOMEM;
	if (!err && options->cache_s > 0)
		err = users_cache_new(users, options->cache_s, options->seed, &users);
	if (!err)
		*ret_users = users;
	return err;
}
