/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stops the process on SIGTERM, in stages: lets sessions end until drain.timeout, then closes
 * connections in good order, then cuts them off. Also drains on command.
 */
#include "daemon/app/app_state.h"
#include "daemon/log/notify.h"

/* How long systemd waits after each sign of life; TimeoutStopSec= of the unit covers the rest. */
enum { ALIVE_S = 15 };

bool app_is_stopping(const struct app *app)
{
	return app->stage > WORKER_SERVES;
}

bool app_is_draining(const struct app *app)
{
	return app->draining || app_is_stopping(app);
}

static void enter_stop_stage(struct app *app, enum worker_stage stage)
{
	app->stage = stage;
	for (size_t i = 0; i < app->n_workers; i++)
		worker_stop(app->worker[i], stage);
}

static void finish_stop(struct app *app, const char *why)
{
	log_say(app->log, RECORD_STOPPING, "%s, %llu connections have %llu s to finish", why,
		(unsigned long long)limit_total(&app->limit), (unsigned long long)app->drain_s);
	app->end_ms = uv_now(app->loop) + app->drain_s * 1000;
	enter_stop_stage(app, WORKER_FINISHES);
	app_tell_status(app);
}

static void close_all_workers(struct app *app, const char *why)
{
	log_say(app->log, RECORD_STOPPING, "%s, %llu connections to be closed", why,
		(unsigned long long)limit_total(&app->limit));
	enter_stop_stage(app, WORKER_CLOSES);
}

static void cut_off(struct app *app, const char *why)
{
	log_say(app->log, RECORD_STOPPING, "%s, %llu connections cut off", why,
		(unsigned long long)limit_total(&app->limit));
	enter_stop_stage(app, WORKER_CUTS_OFF);
}

void app_stop(struct app *app, const char *why)
{
	if (app->stage == WORKER_SERVES)
		notify_stopping();
	if (app->stage == WORKER_SERVES && app->drain_s > 0)
		finish_stop(app, why);
	else if (app->stage < WORKER_CLOSES)
		close_all_workers(app, why);
	else
		cut_off(app, why);
}

void app_look_at_end(struct app *app, const struct relay_totals *sum)
{
	if (app->stage != WORKER_FINISHES)
		return;
	if (sum->sessions == 0 && sum->calls == 0 && sum->chunks == 0)
		close_all_workers(app, "all sessions have ended");
	else if (uv_now(app->loop) >= app->end_ms)
		close_all_workers(app, "drain.timeout has passed");
	else
		notify_alive(ALIVE_S);
}

void app_drain(struct app *app, bool on, const char *why)
{
	if (app_is_stopping(app))
		return;
	log_say(app->log, RECORD_DRAINING, "%s, %s", why,
		on ? "new sessions are refused" : "new sessions are accepted");
	app->draining = on;
	for (size_t i = 0; i < app->n_workers; i++)
		worker_drain(app->worker[i], on);
	app_tell_status(app);
}
