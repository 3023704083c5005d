/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes, starts and ends the workers, and visits them one after the other with a function that
 * runs on each worker's thread.
 */
#include <errno.h>
#include <stdlib.h>

#include "daemon/app/app_state.h"

/*
 * How they stop: each worker says that it is quiet when its last connection is gone. When all are
 * quiet, none can have mail for another, and they are told to end.
 */
static void on_quiet(void *owner, void *arg)
{
	struct app *app = owner;

	if (++app->n_quiet < app->n_workers)
		return;
	for (size_t i = 0; i < app->n_workers; i++)
		worker_end(app->worker[i]);
}

static void on_worker_ended(void *owner, void *arg)
{
	struct app *app = owner;

	if (++app->n_ended == app->n_started)
		uv_stop(app->loop);
}

static int make_worker(struct app *app, size_t i)
{
	struct worker_parts parts = {
		.home = &app->mailbox,
		.on_quiet = on_quiet,
		.on_ended = on_worker_ended,
		.log = app->log,
		.limit = &app->limit,
		.quota = &app->quota,
		.throttle = &app->throttle,
		.secret = app->secret,
		.roll = &app->roll,
		.descriptors = app->descriptors,
		.sibling = app->worker,
		.n_siblings = app->n_wanted,
	};
	int err = worker_new(&parts, (unsigned)i, &app->worker[i]);

	return err ? app_fail(app, err, "network", NULL) : 0;
}

size_t app_count_workers(const struct config *config)
{
	size_t n = config->workers > 0 ? (size_t)config->workers : uv_available_parallelism();

	return n < RELAY_WORKERS_MAX ? n : RELAY_WORKERS_MAX;
}

int app_make_workers(struct app *app)
{
	int err = 0;

	app->worker = calloc(app->n_wanted, sizeof(struct worker *));
	if (!app->worker)
		return app_fail(app, -ENOMEM, "workers", NULL);
	for (; app->n_workers < app->n_wanted && !err; app->n_workers += !err)
		err = make_worker(app, app->n_workers);
	return err;
}

int app_start_workers(struct app *app)
{
	int err = 0;

	while (app->n_started < app->n_workers && !err) {
		err = worker_start(app->worker[app->n_started]);
		app->n_started += !err;
	}
	return err;
}

/* One call may put another into any mailbox. */
static void run_mails(struct app *app)
{
	bool any = true;

	while (any) {
		any = app->mailbox.open && mailbox_run(&app->mailbox);
		for (size_t i = 0; i < app->n_workers; i++)
			any |= worker_run_mails(app->worker[i]);
	}
}

/* Not all threads could be started; the running ones have nothing to do yet. */
static void end_workers(struct app *app)
{
	for (size_t i = 0; i < app->n_started; i++) {
		worker_stop(app->worker[i], WORKER_CLOSES);
		worker_end(app->worker[i]);
	}
}

void app_free_workers(struct app *app)
{
	if (app->n_ended < app->n_started)
		end_workers(app);
	for (size_t i = 0; i < app->n_workers; i++)
		worker_join(app->worker[i]);
	run_mails(app);
	for (size_t i = 0; i < app->n_workers; i++)
		worker_free(app->worker[i]);
	free(app->worker);
	app->n_workers = 0;
}

static void visit_next(struct visit *visit);

static void on_visit(void *owner, void *arg)
{
	struct visit *visit = arg;

	if (visit->at)
		visit->at(owner, visit->arg);
	visit->n_visited++;
	visit_next(visit);
}

static void on_visited(void *owner, void *arg)
{
	struct visit *visit = arg;
	mail_fn done = visit->done;

	arg = visit->arg;
	if (visit->allocated)
		free(visit);
	done(owner, arg);
}

static void visit_next(struct visit *visit)
{
	struct app *app = visit->app;

	if (visit->n_visited < app->n_workers) {
		worker_send(app->worker[visit->n_visited], &visit->mail);
		return;
	}
	visit->mail.fn = on_visited;
	mailbox_send(&app->mailbox, &visit->mail);
}

static void begin_visit(struct app *app, struct visit *visit)
{
	visit->app = app;
	visit->mail = (struct mail){ .fn = on_visit, .arg = visit };
	visit_next(visit);
}

void app_visit_with(struct app *app, struct visit *visit, mail_fn at, mail_fn done, void *arg)
{
	*visit = (struct visit){ .at = at, .done = done, .arg = arg };
	begin_visit(app, visit);
}

int app_visit(struct app *app, mail_fn at, mail_fn done, void *arg)
{
	struct visit *visit = malloc(sizeof(*visit));

	if (!visit)
		return -ENOMEM;
	*visit = (struct visit){ .at = at, .done = done, .arg = arg, .allocated = true };
	begin_visit(app, visit);
	return 0;
}
