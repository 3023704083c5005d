/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs slow work on a thread of its own, so that the main thread can keep answering SIP proxies,
 * operators and monitoring. Used by reloads, and to read a changed file of users.
 */
#include "daemon/app/app_state.h"

static void join(struct aside *aside)
{
	if (aside->running)
		uv_thread_join(&aside->thread);
	aside->running = false;
}

static void on_done(void *owner, void *arg)
{
	struct aside *aside = arg;

	join(aside);
	LIST_REMOVE(aside, in_app);
	aside->done(owner, aside->arg);
}

static void do_work(void *arg)
{
	struct aside *aside = arg;

	aside->work(aside->app, aside->arg);
	mailbox_send(&aside->app->mailbox, &aside->mail);
}

void app_aside(struct app *app, struct aside *aside, mail_fn work, mail_fn done, void *arg)
{
	*aside = (struct aside){ .app = app, .work = work, .done = done, .arg = arg };
	aside->mail = (struct mail){ .fn = on_done, .arg = aside };
	LIST_INSERT_HEAD(&app->asides, aside, in_app);
	aside->running = !app->ending && uv_thread_create(&aside->thread, do_work, aside) == 0;
	/*
	 * At the end nobody is left to be served; and without a thread the work has to be done
	 * here.
	 */
	if (!aside->running)
		do_work(aside);
}

void app_join_asides(struct app *app)
{
	struct aside *aside;

	app->ending = true;
	LIST_FOREACH (aside, &app->asides, in_app)
		join(aside);
}
