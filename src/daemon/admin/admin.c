/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs the server of the admin socket: checks who connects (admin_access.c), parses each request
 * (admin_command.c), calls the command, and logs the commands that change something.
 */
#include "daemon/admin/admin.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/admin/admin_access.h"
#include "daemon/admin/admin_request.h"
#include "daemon/serve/json.h"

enum {
	CONNS_MAX = 16, /* a few people, and scripts that monitor */
	PATIENCE_MS = 60000,
};

struct admin {
	struct app *app;
	struct server *server;
	struct admin_access access;
};

static void (*const commands[ADMIN_COMMANDS])(struct admin_request *request) = {
	[ADMIN_STATUS] = admin_status,
	[ADMIN_SESSIONS_LIST] = admin_list_sessions,
	[ADMIN_SESSIONS_SHOW] = admin_show_session,
	[ADMIN_SESSIONS_CLOSE] = admin_close_session,
	[ADMIN_CALLS_LIST] = admin_list_calls,
	[ADMIN_CALLS_SHOW] = admin_show_call,
	[ADMIN_CALLS_END] = admin_end_call,
	[ADMIN_CONNECTIONS] = admin_list_connections,
	[ADMIN_LIMITS_LIFT] = admin_lift,
	[ADMIN_LIMITS] = admin_limits,
	[ADMIN_LOG_LEVEL] = admin_log_level,
	[ADMIN_METRICS] = admin_metrics,
	[ADMIN_DRAIN] = admin_drain,
	[ADMIN_RELOAD] = admin_reload,
	[ADMIN_TRACE_USER] = admin_trace_user,
	[ADMIN_TRACE_SESSION] = admin_trace_session,
	[ADMIN_TRACE_CALL] = admin_trace_call,
	[ADMIN_TRACE_LIST] = admin_trace_list,
	[ADMIN_TRACE_OFF] = admin_trace_off,
};

static void finish_request(struct admin_request *request)
{
	server_write(request->conn, &request->out);
	server_finish(request->conn, true);
	free(request);
}

void admin_end(struct admin_request *request)
{
	struct json json = json_begin(&request->out);

	json_text(&json, "end", SLICE("ok"));
	json_end(&json);
	finish_request(request);
}

void admin_fail(struct admin_request *request, const char *format, ...)
{
	struct json json = json_begin(&request->out);
	char message[RECORD_VALUE_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	json_text(&json, "end", SLICE("error"));
	json_text(&json, "message", slice_from(message));
	json_end(&json);
	finish_request(request);
}

void admin_log(const struct admin_request *request)
{
	char text[ADMIN_LINE_MAX] = "";
	char who[ADMIN_USER_MAX];
	size_t n = 0;

	for (size_t i = 0; request->words.word[i]; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s ", request->words.word[i]);
	admin_access_name(request->uid, who);
	log_say(request->app->log, RECORD_COMMAND, "%sby %s", text, who);
}

static bool may_connect(void *arg, int fd)
{
	const struct admin *admin = arg;
	struct app *app = admin->app;
	uid_t uid = (uid_t)-1;
	char cause[32], who[ADMIN_USER_MAX];

	if (admin_access_check(&admin->access, fd, &uid))
		return true;
	snprintf(cause, sizeof(cause), "uid %u", (unsigned)uid);
	if (!tally_add(&app->tally, RECORD_ADMIN_REFUSED, slice_from(cause), uv_now(app->loop)))
		return false;
	admin_access_name(uid, who);
	log_say(app->log, RECORD_ADMIN_REFUSED, "%s", who);
	return false;
}

/* NULL without memory; the connection is then closed. */
static struct admin_request *request_new(struct admin *admin, struct server_conn *conn)
{
	struct admin_request *request = calloc(1, sizeof(*request));
	uv_os_fd_t fd;

	if (!request) {
		server_finish(conn, false);
		return NULL;
	}
	request->app = admin->app;
	request->conn = conn;
	if (server_conn_fd(conn, &fd) == 0)
		admin_access_check(&admin->access, fd, &request->uid);
	return request;
}

static void on_admin_request(void *arg, struct server_conn *conn, struct slice line)
{
	struct admin_request *request = request_new(arg, conn);
	enum admin_command command;
	const char *wrong;

	if (!request)
		return;
	wrong = admin_command_parse(line, &request->words, &command);
	if (wrong)
		admin_fail(request, "%s", wrong);
	else
		commands[command](request);
}

static void on_admin_too_long(void *arg, struct server_conn *conn)
{
	server_finish(conn, false);
}

static const struct server_kind admin_kind = {
	.conns_max = CONNS_MAX,
	.request_max = ADMIN_LINE_MAX,
	.patience_ms = PATIENCE_MS,
	.find_end = admin_command_find_end,
	.admit = may_connect,
	.request = on_admin_request,
	.too_long = on_admin_too_long,
};

static int start_server(struct admin *admin, const struct config *config, const char *path)
{
	int err = admin_access_init(&admin->access, config);

	if (err)
		return app_fail(admin->app, err, "admin", NULL);
	err = server_new(admin->app->loop, &admin_kind, admin, &admin->server);
	if (!err)
		err = server_listen_path(admin->server, path,
					 (unsigned)strtoul(config->admin.mode, NULL, 8));
	if (err)
		return app_fail(admin->app, err, path, NULL);
	log_say(admin->app->log, RECORD_LISTENING, "%s (admin)", path);
	return 0;
}

static void close_admin(void *arg)
{
	struct admin *admin = arg;

	if (!admin)
		return;
	server_free(admin->server);
	admin_access_done(&admin->access);
	free(admin);
}

static int open_admin(struct app *app, const struct config *config, void **ret_window)
{
	char path[APP_PATH_MAX];
	struct admin *admin;
	int err;

	*ret_window = NULL;
	app_admin_path(config, path);
	if (!*path)
		return 0;
	admin = calloc(1, sizeof(*admin));
	if (!admin)
		return app_fail(app, -ENOMEM, "admin", NULL);
	admin->app = app;
	err = start_server(admin, config, path);
	if (err)
		close_admin(admin);
	else
		*ret_window = admin;
	return err;
}

const struct app_window admin_window = { .open = open_admin, .close = close_admin };
