/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks all workers whether they respond, for /healthz, and tells everybody who asked meanwhile at
 * the same time.
 */
#include "daemon/monitor/health.h"

#include <errno.h>
#include <stdlib.h>
#include <uv.h>

#include "base/list.h"
#include "daemon/app/app_state.h"

struct waiter {
	health_fn fn;
	void *arg;
	LIST_ENTRY(waiter) in_health;
};

struct health {
	struct app *app;
	uv_timer_t timer;
	bool asked; /* the answer is pending */
	bool late;  /* and overdue */
	LIST_HEAD(, waiter) waiters;
};

static void tell_health(struct health *health, bool alive)
{
	while (!LIST_EMPTY(&health->waiters)) {
		struct waiter *waiter = LIST_FIRST(&health->waiters);

		LIST_REMOVE(waiter, in_health);
		waiter->fn(waiter->arg, alive);
		free(waiter);
	}
}

static void on_late(uv_timer_t *timer)
{
	struct health *health = timer->data;

	health->late = true;
	tell_health(health, false);
}

static void on_health_answered(void *owner, void *arg)
{
	struct health *health = arg;

	uv_timer_stop(&health->timer);
	health->asked = false;
	health->late = false;
	tell_health(health, true);
}

static int ask_workers(struct health *health)
{
	int err = app_visit(health->app, NULL, on_health_answered, health);

	if (err)
		return err;
	health->asked = true;
	return uv_timer_start(&health->timer, on_late, HEALTH_MS, 0);
}

int health_ask(struct health *health, health_fn fn, void *arg)
{
	struct waiter *waiter;
	int err = health->asked ? 0 : ask_workers(health);

	if (err)
		return err;
	if (health->late) {
		fn(arg, false);
		return 0;
	}
	waiter = malloc(sizeof(*waiter));
	if (!waiter)
		return -ENOMEM;
	*waiter = (struct waiter){ .fn = fn, .arg = arg };
	LIST_INSERT_HEAD(&health->waiters, waiter, in_health);
	return 0;
}

int health_new(struct app *app, struct health **ret_health)
{
	struct health *health = calloc(1, sizeof(*health));

	if (!health)
		return -ENOMEM;
	health->app = app;
	uv_timer_init(app->loop, &health->timer); /* cannot fail */
	health->timer.data = health;
	LIST_INIT(&health->waiters);
	*ret_health = health;
	return 0;
}

static void on_timer_closed(uv_handle_t *handle)
{
	free(handle->data);
}

struct health *health_free(struct health *health)
{
	if (!health)
		return NULL;
	tell_health(health, false);
	uv_close((uv_handle_t *)&health->timer, on_timer_closed);
	return NULL;
}
