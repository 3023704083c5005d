/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands about the process as a whole: status, limits, log level, drain and reload.
 */
#include <time.h>
#include <string.h>
#include <unistd.h>

#include "daemon/admin/admin_request.h"
#include "daemon/serve/json.h"
#include "net/tls/tls.h"

static void add_worker(void *owner, void *arg)
{
	struct admin_request *request = arg;
	struct worker *worker = owner;
	struct relay_totals totals;
	struct json json = json_begin(&request->out);

	relay_count(worker_relay(worker), &totals);
	json_number(&json, "worker", worker_index(worker));
	json_number(&json, "connections", totals.peers);
	json_number(&json, "sessions", totals.sessions);
	json_number(&json, "calls", totals.calls);
	json_number(&json, "transactions", totals.transactions);
	json_end(&json);
}

static const char *state_name(const struct app *app)
{
	if (app_is_stopping(app))
		return "stopping";
	return app_is_draining(app) ? "draining" : "running";
}

/* Whole days, 0 on the last one; nothing without TLS. */
static void add_certificate(struct json *json, const struct net_tls *tls)
{
	int64_t left_s;

	if (!tls)
		return;
	left_s = net_tls_valid_until_s(tls) - (int64_t)time(NULL);
	json_text(json, "certificate", left_s < 0 ? SLICE("expired") : SLICE("valid"));
	json_number(json, "certificate_days", left_s < 0 ? 0 : (uint64_t)left_s / (24 * 60 * 60));
}

static void add_process(struct admin_request *request)
{
	const struct app *app = request->app;
	struct json json = json_begin(&request->out);

	json_text(&json, "state", slice_from(state_name(app)));
	json_text(&json, "version", SLICE(MSRPD_VERSION));
	json_number(&json, "pid", (uint64_t)getpid());
	json_number(&json, "uptime", (uv_now(app->loop) - app->started_ms) / 1000);
	json_number(&json, "workers", app->n_workers);
	add_certificate(&json, app->snapshot->server_tls);
	json_text(&json, "log_level", slice_from(record_level_name(log_level(app->log))));
	json_end(&json);
}

static void on_status_visited(void *owner, void *arg)
{
	admin_end(arg);
}

void admin_status(struct admin_request *request)
{
	add_process(request);
	if (app_visit(request->app, add_worker, on_status_visited, request) != 0)
		admin_fail(request, "out of memory");
}

static void add_limit(struct admin_request *request, const char *name, uint64_t most, bool counted,
		      uint64_t used, uint64_t refused)
{
	struct json json = json_begin(&request->out);

	json_text(&json, "limit", slice_from(name));
	json_number(&json, "most", most);
	if (counted)
		json_number(&json, "used", used);
	json_number(&json, "refused", refused);
	json_end(&json);
}

void admin_limits(struct admin_request *request)
{
	struct app *app = request->app;
	const struct limit_options *most = &app->limit.options;
	struct limit_counts counts;

	limit_count(&app->limit, &counts);
	add_limit(request, limit_name(LIMIT_TOTAL), most->total, true, counts.total,
		  counts.refused[LIMIT_TOTAL]);
	add_limit(request, limit_name(LIMIT_ADDRESS), most->per_address, false, 0,
		  counts.refused[LIMIT_ADDRESS]);
	add_limit(request, limit_name(LIMIT_UNPROVEN), most->unproven, true, counts.unproven,
		  counts.refused[LIMIT_UNPROVEN]);
	add_limit(request, limit_name(LIMIT_DESCRIPTORS), app->descriptors, true, counts.total,
		  counts.refused[LIMIT_DESCRIPTORS]);
	admin_add_throttle(request);
	admin_end(request);
}

void admin_log_level(struct admin_request *request)
{
	struct log *log = request->app->log;
	const char *name = request->words.word[2];
	enum record_level level;
	struct json json;

	if (name && !record_find_level(name, &level)) {
		admin_fail(request, "no level %s: error, warning, notice, info, debug", name);
		return;
	}
	if (name) {
		admin_log(request);
		log_set_level(log, level);
	}
	json = json_begin(&request->out);
	json_text(&json, "log_level", slice_from(record_level_name(log_level(log))));
	json_end(&json);
	admin_end(request);
}

void admin_drain(struct admin_request *request)
{
	const char *word = request->words.word[1];
	bool on = strcmp(word, "on") == 0;

	if (!on && strcmp(word, "off") != 0) {
		admin_fail(request, "expected on or off");
		return;
	}
	if (app_is_stopping(request->app)) {
		admin_fail(request, "already stopping");
		return;
	}
	admin_log(request);
	app_drain(request->app, on, "the operator");
	admin_end(request);
}

static void on_admin_reloaded(void *arg, const char *wrong)
{
	struct admin_request *request = arg;

	if (wrong)
		admin_fail(request, "%s", wrong);
	else
		admin_end(request);
}

void admin_reload(struct admin_request *request)
{
	admin_log(request);
	app_reload(request->app, on_admin_reloaded, request);
}
