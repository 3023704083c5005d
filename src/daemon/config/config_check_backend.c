/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the settings of the back end that "auth.backend" chooses, with the files it needs.
 * Called by config_check_auth.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config/config_source.h"
#include "daemon/config/config_value.h"
#include "daemon/config/secret_file.h"
#include "users/file.h"
#include "users/http.h"
#include "users/http_url.h"
#include "users/secret.h"
#include "base/file.h"
#include "daemon/seed.h"
#include "users/sql.h"

enum {
	CA_MAX = 16 * 1024 * 1024, /* bytes; the system's has 220 KiB */
};

static void say_bad_file(void *arg, const char *text)
{
	config_complain(arg, "auth.file.path", "%s", text);
}

static int read_file(struct config_source *source, struct config *config)
{
	uint8_t seed[SIPHASH_KEY_LEN];
	int err;

	if (!*config->auth.file_path) {
		config_complain(source, "auth.file.path", "is required");
		return 0;
	}
	err = seed_make(seed);
	if (!err)
		err = users_file_new(config->auth.file_path, seed, say_bad_file, source,
				     &config->auth.file_users);
	return err < 0 ? err : 0;
}

static void check_secret_file(struct config_source *source, const char *key, const char *path)
{
	char *secret = NULL;
	int err = secret_file_read(path, &secret);

	secret_file_forget(secret);
	if (err)
		config_complain(source, key, "%s: %s", path, file_error(err));
}

static void check_secrets(struct config_source *source, const struct config *config)
{
	size_t n = config->auth.secret.secrets.n + config->auth.secret.files.n;
	char key[CONFIG_KEY_MAX];

	if (n == 0)
		config_complain(source, "auth.secret.secrets", "or files are required");
	if (n > USERS_SECRETS_MAX)
		config_complain(source, "auth.secret.files",
				"and secrets are %zu in total, more than %d", n, USERS_SECRETS_MAX);
	for (size_t i = 0; i < config->auth.secret.files.n; i++) {
		snprintf(key, sizeof(key), "auth.secret.files[%zu]", i);
		check_secret_file(source, key, config->auth.secret.files.item[i]);
	}
}

/* The libraries would open any kind of file, and wait for it. */
static void check_ca(struct config_source *source, const char *key, const char *ca)
{
	int err = *ca ? file_check(ca, CA_MAX) : 0;

	if (err)
		config_complain(source, key, "%s: %s", ca, file_error(err));
}

static void check_sql(struct config_source *source, const struct config *config)
{
	enum users_sql_kind kind = (enum users_sql_kind)(config->auth.backend - CONFIG_BACKEND_SQL);

	if (!users_sql_is_built_in(kind))
		config_complain(source, "auth.backend", "\"%s\" is not built into this msrpd",
				users_sql_name(kind));
	if (!*config->auth.sql.database)
		config_complain(source, "auth.sql.database", "is required");
	if (*config->auth.sql.password && *config->auth.sql.password_file)
		config_complain(source, "auth.sql.password_file",
				"and password must not both be given");
	else if (*config->auth.sql.password_file)
		check_secret_file(source, "auth.sql.password_file", config->auth.sql.password_file);
	check_ca(source, "auth.sql.ca", config->auth.sql.ca);
}

static void check_token_file(struct config_source *source, const char *path)
{
	static const char key[] = "auth.http.token_file";
	char *token = NULL;
	int err = secret_file_read(path, &token);

	if (err)
		config_complain(source, key, "%s: %s", path, file_error(err));
	else if (config_check_token(token))
		config_complain(source, key, "%s: the token %s", path, config_check_token(token));
	secret_file_forget(token);
}

static void check_http(struct config_source *source, const struct config *config)
{
	const char *wrong =
	    http_url_check(config->auth.http.url, config->auth.http.allow_without_tls);

	if (!users_http_is_built_in())
		config_complain(source, "auth.backend", "\"http\" is not built into this msrpd");
	if (!*config->auth.http.url)
		config_complain(source, "auth.http.url", "is required");
	else if (wrong)
		config_complain(source, "auth.http.url", "\"%s\" %s", config->auth.http.url, wrong);
	if (*config->auth.http.token && *config->auth.http.token_file)
		config_complain(source, "auth.http.token_file", "and token must not both be given");
	else if (*config->auth.http.token_file)
		check_token_file(source, config->auth.http.token_file);
	check_ca(source, "auth.http.ca", config->auth.http.ca);
}

int config_check_backend(struct config_source *source, struct config *config)
{
	switch (config->auth.backend) {
	case CONFIG_BACKEND_USERS:
		return 0;
	case CONFIG_BACKEND_FILE:
		return read_file(source, config);
	case CONFIG_BACKEND_SECRET:
		check_secrets(source, config);
		return 0;
	case CONFIG_BACKEND_HTTP:
		check_http(source, config);
		return 0;
	default:
		check_sql(source, config);
		return 0;
	}
}
