/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells the service manager every few seconds how many connections and sessions there are, for
 * "systemctl status".
 */
#include <stdlib.h>

#include "daemon/app/app_state.h"
#include "daemon/log/notify.h"

enum {
	STATUS_EVERY_MS = 10000,
	/* While sessions are ending, so that the end is noticed soon after the last one. */
	COUNT_DOWN_EVERY_MS = 500,
};

static void add_totals(void *owner, void *arg)
{
	struct relay_totals *sum = arg;
	struct relay_totals totals;

	relay_count(worker_relay(owner), &totals);
	sum->peers += totals.peers;
	sum->sessions += totals.sessions;
	sum->calls += totals.calls;
	sum->chunks += totals.chunks;
}

static void tell_status(const struct app *app, const struct relay_totals *sum)
{
	char wrong[APP_WRONG_MAX];

	record_escape(slice_from(app->reloading ? "" : app->wrong), RECORD_AS_STATUS, wrong,
		      sizeof(wrong));
	if (!app_is_stopping(app))
		notify_status("%s%zu connections, %zu sessions%s%s",
			      app->draining ? "draining: no new sessions, " : "", sum->peers,
			      sum->sessions, *wrong ? "; not reloaded: " : "", wrong);
	else if (app->stage == WORKER_FINISHES)
		notify_status("stopping: %zu sessions, %llu s left", sum->sessions,
			      (unsigned long long)(app->end_ms - uv_now(app->loop) + 999) / 1000);
}

static void on_totals(void *owner, void *arg)
{
	struct app *app = owner;
	struct relay_totals *sum = arg;

	app->status_asked = false;
	app_look_at_end(app, sum);
	tell_status(app, sum);
	free(sum);
}

static void ask_totals(struct app *app)
{
	struct relay_totals *sum;

	if (app->status_asked)
		return;
	sum = calloc(1, sizeof(*sum));
	if (sum && app_visit(app, add_totals, on_totals, sum) == 0)
		app->status_asked = true;
	else
		free(sum);
}

static void on_status(uv_timer_t *timer)
{
	ask_totals(timer->data);
}

void app_start_status(struct app *app)
{
	uv_timer_init(app->loop, &app->status_timer); /* cannot fail */
	app->status_timer.data = app;
	app_tell_status(app);
}

void app_tell_status(struct app *app)
{
	bool counting = app->stage == WORKER_FINISHES;

	if (counting || notify_wanted())
		uv_timer_start(&app->status_timer, on_status, 0,
			       counting ? COUNT_DOWN_EVERY_MS : STATUS_EVERY_MS);
}
