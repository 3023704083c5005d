/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starts and ends the process: takes the first configuration, makes the workers, opens the
 * windows (admin and monitor), and waits for signals.
 */
#include "daemon/app/app.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

#include "daemon/app/app_state.h"
#include "daemon/log/notify.h"
#include "daemon/seed.h"

enum {
	SPARE_DESCRIPTORS = 64, /* listeners, the loop's own, DNS look-ups, files */
	SPARE_PER_WORKER = 8,	/* for the loop of each further worker, besides its listeners */
};

static struct app *app_of(const uv_handle_t *handle)
{
	return handle->data;
}

static void on_daemon_signal(uv_signal_t *signal, int number)
{
	struct app *app = app_of((uv_handle_t *)signal);

	switch (number) {
	case SIGHUP:
		app_reload(app, NULL, NULL);
		break;
	case SIGUSR1:
		app_drain(app, true, "SIGUSR1");
		break;
	default:
		app_stop(app, number == SIGTERM ? "SIGTERM" : "SIGINT");
	}
}

static int start_signals(struct app *app)
{
	static const int numbers[APP_SIGNALS] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
	int err = 0;

	signal(SIGPIPE, SIG_IGN); /* a failing write on a closed socket is enough */
	while (app->n_signals < APP_SIGNALS && !err) {
		uv_signal_t *handle = &app->signal[app->n_signals];

		err = uv_signal_init(app->loop, handle);
		if (err)
			break;
		handle->data = app;
		err = uv_signal_start(handle, on_daemon_signal, numbers[app->n_signals++]);
	}
	return err;
}

/*
 * The soft limit is low for the sake of select(), which nothing here uses. Returns how many
 * descriptors connections may have.
 */
static uint64_t raise_descriptors(const struct app *app, const struct config *config)
{
	uint64_t spare = SPARE_DESCRIPTORS;
	uint64_t connections = config->limits.connections;
	struct rlimit limit;

	spare += (app->n_wanted - 1) * (SPARE_PER_WORKER + config->n_listen);
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return connections;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < 2 * spare)
		return limit.rlim_cur / 2;
	return limit.rlim_cur - spare;
}

static int turn_first(struct app *app, struct change *change)
{
	for (size_t i = 0; i < app->n_workers; i++)
		worker_prepare(app->worker[i], change);
	for (size_t i = 0; i < app->n_workers; i++)
		(change->err ? worker_abandon : worker_commit)(app->worker[i], change);
	if (change->err)
		return app_fail(app, change->err, "workers", NULL);
	app_turn(app, change);
	return 0;
}

/* CONFIG as in app_new(). */
static int make_workers(struct app *app, struct config *config)
{
	struct change *change;
	int err = app_make_workers(app);

	if (err) {
		config_free(config);
		return err;
	}
	err = app_make_change(app, config, &change);
	if (err)
		return err;
	err = turn_first(app, change);
	change_free(change);
	return err;
}

static int open_windows(struct app *app)
{
	int err = 0;

	for (size_t i = 0; !err && i < app->n_windows; i++)
		err = app->windows[i]->open(app, app->snapshot->config, &app->window[i]);
	return err;
}

static void close_windows(struct app *app)
{
	for (size_t i = 0; i < app->n_windows; i++)
		app->windows[i]->close(app->window[i]);
}

static int start_app(struct app *app, struct config *config)
{
	int err = make_workers(app, config);

	if (err)
		return err;
	app_watch_users(app);
	err = open_windows(app);
	if (err)
		return err;
	app_note_places(app);
	err = app_start_workers(app);
	return err ? app_fail(app, err, "threads", NULL) : 0;
}

static void start_timers(struct app *app)
{
	/* Neither of these can fail. */
	uv_timer_init(app->loop, &app->users_timer);
	app->users_timer.data = app;
	app_start_status(app);
	app_start_watchdog(app);
	app_start_throttle(app);
}

static uint64_t wall_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int begin_app(struct app *app, struct config *config)
{
	int err = mailbox_init(&app->mailbox, app->loop, app);

	if (!err)
		err = quota_init(&app->quota);
	if (!err)
		err = roll_init(&app->roll);
	if (!err)
		err = start_signals(app);
	if (!err)
		err = passed_new(&app->passed);
	if (!err)
		return start_app(app, config);
	config_free(config);
	return app_fail(app, err, "signals and sockets", NULL);
}

static int init_secrets(struct app *app)
{
	int err = net_tls_ticket_keys_make(&app->ticket_keys);

	if (err)
		return err;
	/* So few bytes come all at once or not at all. */
	if (getrandom(app->secret, sizeof(app->secret), 0) != (ssize_t)sizeof(app->secret))
		return -EIO;
	memcpy(app->tally.key, app->secret, sizeof(app->tally.key));
	return throttle_init(&app->throttle);
}

int app_new(uv_loop_t *loop, const char *file, struct config *config, struct log *log,
	    const struct app_window *const *windows, size_t n_windows, struct app **ret_app)
{
	struct app *app = calloc(1, sizeof(*app));
	int err;

	if (!app) {
		config_free(config);
		return -ENOMEM;
	}
	LIST_INIT(&app->asides);
	app->loop = loop;
	app->file = file;
	app->log = log;
	app->windows = windows;
	app->n_windows = n_windows;
	app->started_ms = uv_now(loop);
	app->started_ns = wall_clock();
	err = seed_make(app->seed);
	if (!err)
		err = limit_init(&app->limit, &(struct limit_options){ 0 });
	if (!err)
		err = init_secrets(app);
	if (err) {
		config_free(config);
		free(app);
		return err;
	}
	start_timers(app);
	app->n_wanted = app_count_workers(config);
	app->descriptors = raise_descriptors(app, config);
	err = begin_app(app, config);
	if (err) {
		app_free(app);
		return err;
	}
	app->ready = true;
	notify_ready();
	*ret_app = app;
	return 0;
}

struct app *app_free(struct app *app)
{
	if (!app)
		return NULL;
	uv_timer_stop(&app->users_timer);
	app_join_asides(app);
	app_free_workers(app);
	close_windows(app);
	snapshot_unref(app->snapshot);
	passed_free(app->passed);
	mailbox_close(&app->mailbox);
	uv_close((uv_handle_t *)&app->status_timer, NULL);
	uv_close((uv_handle_t *)&app->users_timer, NULL);
	app_stop_watchdog(app);
	app_stop_throttle(app);
	for (unsigned i = 0; i < app->n_signals; i++)
		uv_close((uv_handle_t *)&app->signal[i], NULL);
	/* Something may have called uv_stop() before. */
	while (uv_run(app->loop, UV_RUN_DEFAULT) != 0)
		;
	limit_done(&app->limit);
	quota_done(&app->quota);
	throttle_done(&app->throttle);
	net_tls_ticket_keys_unref(app->ticket_keys);
	explicit_bzero(app->secret, sizeof(app->secret));
	roll_done(&app->roll);
	free(app);
	return NULL;
}
