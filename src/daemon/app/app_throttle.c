/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Logs the ends of authentication pauses on the main thread, and the summaries that its tally holds
 * back.
 */
#include <stdio.h>

#include "daemon/app/app_state.h"

enum { LOOK_EVERY_MS = 1000 };

/* Limited like the start of a pause on a worker: a flood of pauses must not flood the log. */
static void on_pause_end(const struct relay_throttle_view *view, void *arg)
{
	struct app *app = arg;
	struct slice name = slice_from(view->name);
	struct record record;
	char reason[64];

	if (!tally_add(&app->tally, RECORD_AUTH_RESUMED, name, uv_now(app->loop)))
		return;
	record_init(&record, RECORD_AUTH_RESUMED);
	record_text(&record, RECORD_PEER, name);
	snprintf(reason, sizeof(reason), "%llu were not looked at",
		 (unsigned long long)view->refused);
	record_text(&record, RECORD_REASON, slice_from(reason));
	log_write(app->log, &record);
}

static void on_throttle_look(uv_timer_t *timer)
{
	struct app *app = timer->data;

	throttle_end(&app->throttle, on_pause_end, app);
	tally_tick(&app->tally, uv_now(app->loop), log_more, app->log);
}

void app_start_throttle(struct app *app)
{
	uv_timer_init(app->loop, &app->throttle_timer); /* cannot fail */
	app->throttle_timer.data = app;
	uv_timer_start(&app->throttle_timer, on_throttle_look, LOOK_EVERY_MS, LOOK_EVERY_MS);
	uv_unref((uv_handle_t *)&app->throttle_timer);
}

void app_stop_throttle(struct app *app)
{
	tally_flush(&app->tally, log_more, app->log);
	uv_close((uv_handle_t *)&app->throttle_timer, NULL);
}
