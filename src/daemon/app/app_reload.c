/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reload, step by step: reads the file, prepares the change on every worker, and commits it on
 * all of them or abandons it on all. Reports the outcome. Reading and freeing the users of a file,
 * perhaps a million, happens aside; the work left for the loops does not depend on their number.
 */
#include <errno.h>
#include <stdlib.h>

#include "daemon/app/app_state.h"
#include "daemon/config/config_fixed.h"
#include "daemon/log/notify.h"

/* A new configuration on its way to the workers. */
struct reload {
	struct app *app;
	struct change *change; /* NULL: it could not be made */
	struct snapshot *past; /* NULL: it is the current one */
	struct aside aside;
	struct visit visit;
	app_reloaded_fn fn;
	void *arg;
};

static void on_mistake(const char *text, void *arg)
{
	app_say_wrong(arg, RECORD_BAD_CONFIG, text);
}

static void on_fixed(const char *key, void *arg)
{
	const struct app *app = arg;

	log_say(app->log, RECORD_NEEDS_RESTART, "%s", key);
}

/* Runs aside. Nobody else refers to the unused snapshot by now. */
static void forget_past(void *owner, void *arg)
{
	const struct reload *reload = arg;

	change_free(reload->change);
	snapshot_unref(reload->past);
}

static void on_forgotten(void *owner, void *arg)
{
	free(arg);
}

static void on_settled(void *owner, void *arg)
{
	struct reload *reload = arg;

	app_aside(owner, &reload->aside, forget_past, on_forgotten, reload);
}

/* Tells everybody the outcome. Requests that came meanwhile may be about a newer file. */
static void finish_reload(struct reload *reload)
{
	struct app *app = reload->app;

	app->reloading = false;
	if (!app_is_stopping(app))
		notify_ready();
	app_tell_status(app);
	if (reload->fn)
		reload->fn(reload->arg, *app->wrong ? app->wrong : NULL);
	/* Earlier requests at the control socket hold the old snapshot until they are answered. */
	app_visit_with(app, &reload->visit, NULL, on_settled, reload);
	if (!app->reload_again)
		return;
	app->reload_again = false;
	app_reload(app, NULL, NULL);
}

/* Ends a reload that has changed nothing. */
static void fail_reload(struct reload *reload)
{
	log_say(reload->app->log, RECORD_NOT_RELOADED, "nothing has changed");
	finish_reload(reload);
}

static void at_prepare(void *owner, void *arg)
{
	const struct reload *reload = arg;

	worker_prepare(owner, reload->change);
}

static void at_commit(void *owner, void *arg)
{
	const struct reload *reload = arg;

	worker_commit(owner, reload->change);
}

static void at_abandon(void *owner, void *arg)
{
	const struct reload *reload = arg;

	worker_abandon(owner, reload->change);
}

static void on_committed(void *owner, void *arg)
{
	struct app *app = owner;
	struct reload *reload = arg;
	const struct config *config = reload->change->next->config;

	config_find_fixed(app->snapshot->config, config, on_fixed, app);
	reload->past = app_turn(app, reload->change);
	log_say(app->log, RECORD_RELOADED, "%s", app->file);
	log_set_level(app->log, (enum record_level)config->log.level);
	log_set_json(app->log, config->log.format == CONFIG_LOG_JSON);
	finish_reload(reload);
}

static void on_abandoned(void *owner, void *arg)
{
	fail_reload(arg);
}

static void on_reload_prepared(void *owner, void *arg)
{
	struct app *app = owner;
	struct reload *reload = arg;

	if (reload->change->err) {
		app_fail(app, reload->change->err, "workers", NULL);
		app_visit_with(app, &reload->visit, at_abandon, on_abandoned, reload);
	} else {
		app_visit_with(app, &reload->visit, at_commit, on_committed, reload);
	}
}

static int make_change(struct app *app, struct change **ret_change)
{
	struct config *config;
	int err = config_load(app->file, on_mistake, app, &config);

	if (err < 0)
		return app_fail(app, err, app->file, NULL);
	return err ? err : app_make_change(app, config, ret_change);
}

/* Runs aside. */
static void make_next(void *owner, void *arg)
{
	struct reload *reload = arg;

	if (make_change(owner, &reload->change) != 0)
		reload->change = NULL;
}

static void on_made(void *owner, void *arg)
{
	struct reload *reload = arg;

	if (!reload->change)
		fail_reload(reload);
	else
		app_visit_with(owner, &reload->visit, at_prepare, on_reload_prepared, reload);
}

static void start_reload(struct reload *reload)
{
	struct app *app = reload->app;

	app->reloading = true;
	app->wrong[0] = '\0';
	notify_reloading();
	app_aside(app, &reload->aside, make_next, on_made, reload);
}

void app_reload(struct app *app, app_reloaded_fn fn, void *arg)
{
	struct reload *reload = NULL;
	const char *wrong = NULL;

	if (app_is_stopping(app)) {
		wrong = "the relay stops";
		log_say(app->log, RECORD_NOT_RELOADED, "%s", wrong);
	} else if (app->reloading && fn) {
		wrong = "a reload is in progress";
	} else if (app->reloading) {
		app->reload_again = true;
	} else if (!(reload = calloc(1, sizeof(*reload)))) {
		wrong = "reload";
		app_fail(app, -ENOMEM, wrong, NULL);
	}
	if (wrong && fn)
		fn(arg, wrong);
	if (!reload)
		return;
	*reload = (struct reload){ .app = app, .fn = fn, .arg = arg };
	start_reload(reload);
}
