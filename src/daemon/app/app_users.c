/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the back end of the users that the configuration names, checks that it answers, and has
 * a file of users read again when it changes.
 */
#include <errno.h>
#include <stdlib.h>

#include "daemon/app/app_state.h"
#include "daemon/config/secret_file.h"
#include "users/file.h"
#include "users/http.h"
#include "users/secret.h"
#include "users/sql.h"

enum { REFRESH_EVERY_MS = 1000 };

static const char *given_text(const char *text)
{
	return *text ? text : NULL;
}

static int make_static(const struct app *app, const struct config *config, struct users **ret_users)
{
	struct users_static_entry *entry = calloc(config->auth.n_users + 1, sizeof(*entry));
	int err;

	if (!entry)
		return -ENOMEM;
	for (size_t i = 0; i < config->auth.n_users; i++) {
		const struct config_user *user = &config->auth.user[i];

		entry[i] = (struct users_static_entry){
			.name = user->name,
			.realm = user->realm,
			.password = given_text(user->password),
			.ha1 = given_text(user->ha1),
			.ha1_sha256 = given_text(user->ha1_sha256),
			.rate = user->rate,
		};
	}
	err = users_static_new(entry, config->auth.n_users, app->seed, ret_users);
	free(entry);
	return err;
}

static void say_lost(void *arg, const char *text)
{
	const struct app *app = arg;

	log_say(app->log, RECORD_USERS_LOST, "%s", text);
}

static void say_back(void *arg, const char *text)
{
	const struct app *app = arg;

	log_say(app->log, RECORD_USERS_BACK, "%s", text);
}

static void say_bad(void *arg, const char *text)
{
	const struct app *app = arg;

	log_say(app->log, RECORD_USERS_BAD, "%s", text);
}

/* Runs aside, and so does the free: a reload may have replaced these users meanwhile. */
static void refresh_users(void *owner, void *arg)
{
	struct app *app = owner;
	struct users *users = arg;
	int err = users_refresh(users, say_bad, app);

	if (err == 0)
		log_say(app->log, RECORD_USERS_CHANGED, "%zu", users_file_count(users));
	else if (err < 0)
		say_bad(app, uv_strerror(err));
	users_unref(users);
}

static void on_refreshed(void *owner, void *arg)
{
	struct app *app = owner;

	app->refreshing = false;
}

static void on_users_timer(uv_timer_t *timer)
{
	struct app *app = timer->data;

	if (app->refreshing || !users_has_changed(app->snapshot->users))
		return;
	app->refreshing = true;
	app_aside(app, &app->users_aside, refresh_users, on_refreshed,
		  users_ref(app->snapshot->users));
}

/* The secrets in the configuration, and those in files. */
static int make_secret(const struct config *config, struct users **ret_users)
{
	const struct config_strings *secrets = &config->auth.secret.secrets;
	const struct config_strings *files = &config->auth.secret.files;
	const char *all[USERS_SECRETS_MAX];
	char *read[USERS_SECRETS_MAX] = { NULL };
	struct users_secret_options options = {
		.secret = all,
		.user_first = config->auth.secret.username == 1,
	};
	int err = 0;

	for (size_t i = 0; i < secrets->n; i++)
		all[options.n_secrets++] = secrets->item[i];
	for (size_t i = 0; i < files->n && !err; i++) {
		err = secret_file_read(files->item[i], &read[i]);
		all[options.n_secrets++] = read[i];
	}
	if (!err)
		err = users_secret_new(&options, ret_users);
	for (size_t i = 0; i < files->n; i++)
		secret_file_forget(read[i]);
	return err;
}

static struct users_sql_options sql_options(struct app *app, const struct config *config)
{
	return (struct users_sql_options){
		.seed = app->seed,
		.kind = (enum users_sql_kind)(config->auth.backend - CONFIG_BACKEND_SQL),
		.database = config->auth.sql.database,
		.host = config->auth.sql.host,
		.port = (unsigned)config->auth.sql.port,
		.user = config->auth.sql.user,
		.password = config->auth.sql.password,
		.tls = (enum users_sql_tls)config->auth.sql.tls,
		.ca = config->auth.sql.ca,
		.table = config->auth.sql.table,
		.user_column = config->auth.sql.user_column,
		.realm_column = config->auth.sql.realm_column,
		.ha1_column = config->auth.sql.ha1_column,
		.ha1_sha256_column = config->auth.sql.ha1_sha256_column,
		.password_column = config->auth.sql.password_column,
		.clear_text = config->auth.sql.clear_text,
		.connections = (unsigned)config->auth.sql.connections,
		.timeout_s = (unsigned)config->auth.sql.timeout,
		.lost = say_lost,
		.back = say_back,
		.arg = app,
	};
}

static int make_sql(struct app *app, const struct config *config, struct users **ret_users)
{
	struct users_sql_options options = sql_options(app, config);
	char *password = NULL;
	int err = 0;

	if (*config->auth.sql.password_file)
		err = secret_file_read(config->auth.sql.password_file, &password);
	if (password)
		options.password = password;
	if (!err)
		err = users_sql_new(&options, ret_users);
	secret_file_forget(password);
	return err;
}

static int make_http(struct app *app, const struct config *config, struct users **ret_users)
{
	struct users_http_options options = {
		.url = config->auth.http.url,
		.ca = config->auth.http.ca,
		.token = config->auth.http.token,
		.seed = app->seed,
		.cache_s = (unsigned)config->auth.http.cache,
		.connections = (unsigned)config->auth.http.connections,
		.timeout_s = (unsigned)config->auth.http.timeout,
		.lost = say_lost,
		.back = say_back,
		.arg = app,
	};
	char *token = NULL;
	int err = 0;

	if (*config->auth.http.token_file)
		err = secret_file_read(config->auth.http.token_file, &token);
	if (token)
		options.token = token;
	if (!err)
		err = users_http_new(&options, ret_users);
	secret_file_forget(token);
	return err;
}

static int make_users(struct app *app, const struct config *config, struct users **ret_users)
{
	switch (config->auth.backend) {
	case CONFIG_BACKEND_USERS:
		return make_static(app, config, ret_users);
	case CONFIG_BACKEND_FILE:
		*ret_users = users_ref(config->auth.file_users);
		return 0;
	case CONFIG_BACKEND_SECRET:
		return make_secret(config, ret_users);
	case CONFIG_BACKEND_HTTP:
		return make_http(app, config, ret_users);
	default:
		return make_sql(app, config, ret_users);
	}
}

int app_make_users(struct app *app, struct snapshot *next)
{
	int err = make_users(app, next->config, &next->users);

	config_forget_secrets(next->config);
	return err ? app_fail(app, err, "auth", NULL) : 0;
}

static void on_first_answer(void *arg, const struct msrp_ha1_answer *answer)
{
	users_unref(arg);
}

/* The operator should hear of an unreachable database now, not from the first user. */
void app_try_users(struct app *app)
{
	const struct users_question question = { SLICE("msrpd"), SLICE("localhost"),
						 MSRP_DIGEST_MD5, .renewal = false };
	struct users *users = users_ref(app->snapshot->users);

	users_find(users, app->loop, &question, on_first_answer, users);
}

void app_watch_users(struct app *app)
{
	uv_timer_start(&app->users_timer, on_users_timer, REFRESH_EVERY_MS, REFRESH_EVERY_MS);
}
