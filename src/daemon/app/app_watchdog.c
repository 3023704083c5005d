/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks every worker for a sign of life, and tells the service manager's watchdog only when all
 * of them have answered.
 */
#include "daemon/app/app_state.h"
#include "daemon/log/notify.h"

static void on_worker_alive(void *owner, void *arg)
{
	struct app *app = owner;
	struct watchdog *watchdog = &app->watchdog;

	notify_healthy();
	if (watchdog->late)
		log_say(app->log, RECORD_WORKERS_BACK, "they took more than %llu ms",
			(unsigned long long)watchdog->every_ms);
	watchdog->late = false;
	watchdog->asked = false;
}

/* An answer counts however late it is; a missing one is logged once. */
static void on_watchdog_timer(uv_timer_t *timer)
{
	struct app *app = timer->data;
	struct watchdog *watchdog = &app->watchdog;

	if (!watchdog->asked) {
		watchdog->asked = true;
		app_visit_with(app, &watchdog->visit, NULL, on_worker_alive, NULL);
	} else if (!watchdog->late) {
		watchdog->late = true;
		log_say(app->log, RECORD_WORKERS_LOST, "not within %llu ms",
			(unsigned long long)watchdog->every_ms);
	}
}

void app_start_watchdog(struct app *app)
{
	struct watchdog *watchdog = &app->watchdog;

	uv_timer_init(app->loop, &watchdog->timer); /* cannot fail */
	watchdog->timer.data = app;
	/* Twice per interval, as sd_watchdog_enabled(3) recommends. */
	watchdog->every_ms = notify_watchdog_ms() / 2;
	if (watchdog->every_ms > 0)
		uv_timer_start(&watchdog->timer, on_watchdog_timer, 0, watchdog->every_ms);
}

void app_stop_watchdog(struct app *app)
{
	uv_close((uv_handle_t *)&app->watchdog.timer, NULL);
}
