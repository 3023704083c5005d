/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "daemon/app_state.h"
#include "users/file.h"

enum { REFRESH_EVERY_MS = 1000 };

static const char *given(const char *text)
{
	return *text ? text : NULL;
}

static int make_static(const struct config *config, struct users **ret_users)
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
			.password = given(user->password),
			.ha1 = given(user->ha1),
			.ha1_sha256 = given(user->ha1_sha256),
		};
	}
	err = users_static_new(entry, config->auth.n_users, ret_users);
	free(entry);
	return err;
}

static void say_cannot_start(void *arg, const char *text)
{
	const struct app *app = arg;

	log_say(app->log, RECORD_CANNOT_START, "%s", text);
}

static void say_bad(void *arg, const char *text)
{
	const struct app *app = arg;

	log_say(app->log, RECORD_USERS_BAD, "%s", text);
}

static void on_refresh(uv_timer_t *timer)
{
	struct app *app = timer->data;
	int err = users_refresh(app->users, say_bad, app);

	if (err == 0)
		log_say(app->log, RECORD_USERS_CHANGED, "%zu", users_file_count(app->users));
	else if (err < 0)
		say_bad(app, uv_strerror(err));
}

static int make_users(struct app *app, const struct config *config)
{
	switch (config->auth.backend) {
	case CONFIG_BACKEND_FILE:
		return users_file_new(config->auth.file_path, say_cannot_start, app, &app->users);
	default:
		return make_static(config, &app->users);
	}
}

int app_make_users(struct app *app, struct config *config)
{
	int err = make_users(app, config);

	config_forget_secrets(config);
	if (err < 0)
		return app_cannot_start(app, err, "auth", NULL);
	if (err)
		return -EINVAL; /* which was told */
	uv_timer_start(&app->users_timer, on_refresh, REFRESH_EVERY_MS, REFRESH_EVERY_MS);
	return 0;
}

void app_free_users(struct app *app)
{
	uv_timer_stop(&app->users_timer);
	app->users = users_unref(app->users);
}
