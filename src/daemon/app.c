/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/app.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "daemon/app_state.h"
#include "daemon/notify.h"

enum {
	STATUS_EVERY_MS = 10000,
	SPARE_DESCRIPTORS = 64, /* listeners, the loop's own, look-ups of names, files */
};

static struct app *app_of(const uv_handle_t *handle)
{
	return handle->data;
}

static void tick(struct app *app);

static void on_timer(uv_timer_t *timer)
{
	struct app *app = app_of((uv_handle_t *)timer);

	app->due_ms = UINT64_MAX;
	tick(app);
}

static void make_wanted_rooms(struct app *app)
{
	while (app->n_rooms_wanted > 0 && app_make_room(app))
		app->n_rooms_wanted--;
	app->n_rooms_wanted = 0;
}

static void tick(struct app *app)
{
	uint64_t now_ms = uv_now(app->loop);
	uint64_t due_ms = relay_tick(app->relay, now_ms);

	make_wanted_rooms(app);
	tally_tick(&app->tally, now_ms, app_log_more, app);
	if (tally_due_ms(&app->tally) < due_ms)
		due_ms = tally_due_ms(&app->tally);
	if (due_ms == app->due_ms)
		return;
	app->due_ms = due_ms;
	if (due_ms == UINT64_MAX)
		uv_timer_stop(&app->timer);
	else
		uv_timer_start(&app->timer, on_timer, due_ms > now_ms ? due_ms - now_ms : 0, 0);
}

/* Whatever has happened since the loop last waited may have made something due earlier. */
static void on_prepare(uv_prepare_t *prepare)
{
	tick(app_of((uv_handle_t *)prepare));
}

static void on_status(uv_timer_t *timer)
{
	struct app *app = app_of((uv_handle_t *)timer);
	struct relay_totals totals;

	relay_count(app->relay, &totals);
	notify_status("%zu connections, %zu sessions", totals.peers, totals.sessions);
}

void app_on_quiet(struct app *app)
{
	uv_stop(app->loop);
}

void app_stop(struct app *app, const char *why)
{
	struct app_conn *conn;
	size_t n = 0;

	app_stop_listening(app);
	LIST_FOREACH (conn, &app->conns, in_app)
		n++;
	log_say(app->log, RECORD_STOPPING, "%s, %zu connections %s", why, n,
		app->stops == 0 ? "to be closed" : "cut off");
	if (app->stops++ == 0)
		notify_stopping();
	LIST_FOREACH (conn, &app->conns, in_app) {
		if (app->stops == 1)
			net_conn_close(conn->conn);
		else
			net_conn_abort(conn->conn);
	}
	if (n == 0)
		app_on_quiet(app);
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct app *app = app_of((uv_handle_t *)signal);

	if (number == SIGHUP)
		log_say(app->log, RECORD_NO_RELOAD,
			"a changed configuration is taken up by a restart only");
	else
		app_stop(app, number == SIGTERM ? "SIGTERM" : "SIGINT");
}

static int start_signals(struct app *app)
{
	static const int numbers[APP_SIGNALS] = { SIGTERM, SIGINT, SIGHUP };
	int err = 0;

	signal(SIGPIPE, SIG_IGN); /* a write to a closed socket fails, and that is enough */
	while (app->n_signals < APP_SIGNALS && !err) {
		uv_signal_t *handle = &app->signal[app->n_signals];

		err = uv_signal_init(app->loop, handle);
		if (err)
			break;
		handle->data = app;
		err = uv_signal_start(handle, on_signal, numbers[app->n_signals++]);
	}
	return err;
}

/*
 * The handles that cannot fail. libuv prepares in the reverse order of
 * starting: started before the net context's, ours comes after it, and sees
 * what becomes due by the work that is done there.
 */
static void start_handles(struct app *app)
{
	uv_timer_init(app->loop, &app->timer);
	uv_timer_init(app->loop, &app->status_timer);
	uv_prepare_init(app->loop, &app->prepare);
	app->timer.data = app;
	app->status_timer.data = app;
	app->prepare.data = app;
	uv_prepare_start(&app->prepare, on_prepare);
	if (notify_wanted())
		uv_timer_start(&app->status_timer, on_status, 0, STATUS_EVERY_MS);
}

/*
 * The soft limit is kept low for the sake of select(), which nobody here uses.
 * Returns how many of the descriptors connections may have.
 */
static uint64_t raise_descriptors(const struct log *log, uint64_t connections)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return connections;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < connections + SPARE_DESCRIPTORS)
		log_say(log, RECORD_FEW_DESCRIPTORS,
			"%llu, and limits.connections is %llu: raise LimitNOFILE=",
			(unsigned long long)limit.rlim_cur, (unsigned long long)connections);
	if (limit.rlim_cur < 2 * SPARE_DESCRIPTORS)
		return limit.rlim_cur / 2;
	return limit.rlim_cur - SPARE_DESCRIPTORS;
}

static int start(struct app *app, struct config *config)
{
	int err;

	err = start_signals(app);
	if (err)
		return app_cannot_start(app, err, "signals", NULL);
	err = net_context_new(app->loop, &app->context);
	if (err)
		return app_cannot_start(app, err, "network", NULL);
	err = app_make_policy(app, config);
	if (err)
		return app_cannot_start(app, err, "outbound", NULL);
	err = app_make_users(app, config);
	if (err)
		return app_cannot_start(app, err, "auth.users", NULL);
	err = app_make_tls(app, config);
	if (err)
		return err;
	err = app_start_listening(app, config);
	if (err)
		return err;
	err = app_deny_listeners(app);
	if (err)
		return app_cannot_start(app, err, "addresses of this machine", NULL);
	err = app_make_relay(app, config);
	if (err)
		return app_cannot_start(app, err, "relay", NULL);
	return 0;
}

int app_new(uv_loop_t *loop, struct config *config, const struct log *log, struct app **ret_app)
{
	struct limit_options limits = {
		.total = config->limits.connections,
		.per_address = config->limits.connections_per_address,
		.unproven = config->limits.unauthenticated,
	};
	struct app *app = calloc(1, sizeof(*app));
	int err;

	if (!app)
		return -ENOMEM;
	app->loop = loop;
	app->log = log;
	app->due_ms = UINT64_MAX;
	LIST_INIT(&app->conns);
	limit_init(&app->limit, &limits);
	start_handles(app);
	app->descriptors = raise_descriptors(log, config->limits.connections);
	err = start(app, config);
	if (err) {
		app_free(app);
		return err;
	}
	notify_ready();
	*ret_app = app;
	return 0;
}

struct app *app_free(struct app *app)
{
	if (!app)
		return NULL;
	assert(LIST_EMPTY(&app->conns));
	tally_flush(&app->tally, app_log_more, app);
	app_stop_listening(app);
	free(app->listener);
	relay_free(app->relay);
	users_free(app->users);
	relay_policy_free(app->policy);
	net_context_free(app->context);
	net_tls_unref(app->server_tls);
	net_tls_unref(app->client_tls);
	uv_close((uv_handle_t *)&app->timer, NULL);
	uv_close((uv_handle_t *)&app->status_timer, NULL);
	uv_close((uv_handle_t *)&app->prepare, NULL);
	for (unsigned i = 0; i < app->n_signals; i++)
		uv_close((uv_handle_t *)&app->signal[i], NULL);
	uv_run(app->loop, UV_RUN_DEFAULT);
	limit_done(&app->limit);
	free(app);
	return NULL;
}
