/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Common parts of all subcommands: the loop, signals, the library's context, and the connector that
 * leads to a session. A subcommand fills in callbacks, calls cli_run(), and ends with cli_end().
 */
#include "cli/app/app.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/disk/path_file.h"
#include "cli/terminal/say.h"

enum {
	TEXT_MAX = 512,
	LOOK_MS = 50,		  /* between looks for the path file */
	PATH_FILE_MS = 60 * 1000, /* how long to look for it */
};

void cli_end(struct cli_app *app, int code)
{
	if (app->ended)
		return;
	app->ended = true;
	app->code = code;
	uv_stop(&app->loop);
}

void cli_fail(struct cli_app *app, int code, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	if (app->ended)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	cli_error("%s", text);
	cli_end(app, code);
}

/* ---- the logger ---- */

/* The other side must not be able to send commands to our terminal. */
static void show_line(char direction, const char *line, size_t len)
{
	char *clean = malloc(len + 1);

	if (!clean)
		return;
	msrp_text_clean(line, len, '?', clean);
	fprintf(stderr, "%c %s\n", direction, clean);
	free(clean);
}

/* Shows each line of a head, except the blank one before a body. */
static void show_head(char direction, const uint8_t *bytes, size_t len)
{
	const char *at = (const char *)bytes;
	const char *head_end = at + len;
	const char *end;

	fputc('\n', stderr);
	while ((end = memchr(at, '\r', (size_t)(head_end - at))) && end > at) {
		show_line(direction, at, (size_t)(end - at));
		at = end + strlen("\r\n") < head_end ? end + strlen("\r\n") : head_end;
	}
}

static void on_received(void *arg, const struct msrp_log_source *source,
			const struct msrp_chunk *chunk, const uint8_t *bytes, size_t len)
{
	show_head('<', bytes, len);
}

static void on_traffic_sent(void *arg, const struct msrp_log_source *source,
			    const struct msrp_chunk *chunk, const uint8_t *bytes, size_t len)
{
	show_head('>', bytes, len);
}

static void on_info(void *arg, const struct msrp_log_source *source, const char *text)
{
	fputc('\n', stderr);
	show_line('*', text, strlen(text));
}

static void on_warning(void *arg, const struct msrp_log_source *source, const char *text)
{
	fputc('\n', stderr);
	show_line('!', text, strlen(text));
}

static const struct msrp_logger verbose_logger = {
	.received_new_chunk = on_received,
	.sent_new_chunk = on_traffic_sent,
	.info = on_info,
	.warn = on_warning,
	.error = on_warning,
	.fatal = on_warning,
};

/* ---- the way to a session ---- */

/* Until a session is bound, errors concern the connection, unless the other side refuses. */
static int code_of(int err)
{
	switch (err) {
	case MSRP_ERROR_AUTH:
		return CLI_AUTHENTICATION;
	case MSRP_ERROR_BIND:
	case MSRP_ERROR_BIND_TIMEOUT:
	case MSRP_ERROR_PATH:
		return CLI_TRANSFER;
	default:
		return CLI_CONNECTION;
	}
}

/* The address that we listen on, as it was given. */
static void say_not_listening(struct cli_app *app, const char *why)
{
	const struct cli_endpoint *at = &app->options.listen;
	const char *host = at->host ? at->host : "this machine";
	const char *form = strchr(host, ':') ? "[" : "";

	cli_fail(app, CLI_CONNECTION, "cannot listen at %s%s%s, port %u: %s", form, host,
		 *form ? "]" : "", at->port, why);
}

static const char *where(const struct cli_app *app, char text[TEXT_MAX])
{
	const struct cli_endpoint *e = &app->options.relay;

	if (!app->options.username)
		snprintf(text, TEXT_MAX, "the other side");
	else if (!e->host)
		snprintf(text, TEXT_MAX, "the relay of %s", app->options.domain);
	else if (e->port)
		snprintf(text, TEXT_MAX, "%s:%u", e->host, e->port);
	else
		snprintf(text, TEXT_MAX, "%s", e->host);
	return text;
}

void cli_no_session(struct cli_app *app, int err, const char *why)
{
	char text[TEXT_MAX];

	if (app->failed)
		app->failed(app, code_of(err), why);
	else if (err == MSRP_ERROR_AUTH)
		cli_fail(app, CLI_AUTHENTICATION, "cannot authenticate at %s: %s", where(app, text),
			 why);
	else if (app->options.listens && !app->listens_for_tcp && !app->is_prepared)
		say_not_listening(app, why);
	else if (code_of(err) == CLI_CONNECTION)
		cli_fail(app, CLI_CONNECTION, "cannot connect to %s: %s", where(app, text), why);
	else
		cli_fail(app, code_of(err), "no session: %s", why);
}

static void on_way_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct cli_app *app = arg;

	/* The connection was closed because of the session that we asked for. */
	if (err == MSRP_ERROR_CLOSED || err == MSRP_ERROR_PROTOCOL) {
		cli_fail(app, CLI_TRANSFER, "no session: %s", why);
		return;
	}
	if (err) {
		cli_no_session(app, err, why);
		return;
	}
	err = app->start(app, transport);
	app->started = !err;
	if (err)
		cli_fail(app, CLI_TRANSFER, "%s", uv_strerror(err));
}

void cli_complete(struct cli_app *app)
{
	int err = msrp_connector_complete(app->connector, app->remote_path, on_way_completed, app);

	if (err)
		cli_no_session(app, err, uv_strerror(err));
}

static void on_way_prepared(void *arg, int err, const char *why, const char *local_path)
{
	struct cli_app *app = arg;

	if (err)
		cli_no_session(app, err, why);
	else
		app->prepared(app, local_path);
}

static int make_connector(struct cli_app *app)
{
	const struct cli_options *o = &app->options;
	struct msrp_relay_settings relay = {
		.domain = o->domain,
		.host = o->relay.host,
		.port = o->relay.port,
		.username = o->username,
		.password = o->password,
	};

	if (o->username)
		return msrp_relay_connection_new(app->context, &relay, app->mode, &app->connector);
	if (app->mode == MSRP_MODE_PASSIVE)
		return msrp_acceptor_direct_new(app->context, &app->connector);
	return msrp_connector_direct_new(app->context, &app->connector);
}

static int prepare_way(struct cli_app *app)
{
	const struct cli_options *o = &app->options;
	struct msrp_local_uri local = {
		.host = o->listen.host,
		.port = o->listen.port,
		.secure = o->certificate != NULL,
	};
	const struct msrp_local_uri *used = o->username || app->listens_for_tcp ? NULL : &local;
	int err = make_connector(app);

	if (!err && app->prepare)
		err = app->prepare(app, used);
	else if (!err)
		err = msrp_connector_prepare(app->connector, used, on_way_prepared, app);
	return err;
}

/* ---- the path ---- */

static bool is_path(const char *text)
{
	struct msrp_path *path;

	if (msrp_path_from_text(text, &path) != 0)
		return false;
	msrp_path_free(path);
	return true;
}

static void look_for_path(uv_timer_t *tick)
{
	struct cli_app *app = tick->data;
	const char *name = app->options.path_file;
	int err = cli_path_file_read(name, &app->remote_path);

	if (err == -ENOENT && uv_now(&app->loop) < app->look_until_ms)
		return;
	uv_timer_stop(tick);
	if (err == -ENOENT)
		cli_fail(app, CLI_TRANSFER, "%s: no path has appeared there", name);
	else if (err || !is_path(app->remote_path))
		cli_fail(app, CLI_USAGE, "%s: %s", name,
			 err ? strerror(-err) : "that is not a path");
	else
		app->found(app);
}

void cli_find_path(struct cli_app *app, void (*found)(struct cli_app *app))
{
	if (app->remote_path) {
		found(app);
		return;
	}
	app->found = found;
	app->look_until_ms = uv_now(&app->loop) + PATH_FILE_MS;
	uv_timer_start(&app->tick, look_for_path, 0, LOOK_MS);
}

/* Quotes any URI so that a shell takes it literally. */
static void put_quoted(const char *text)
{
	fputc('\'', stderr);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stderr);
		else
			fputc(*text, stderr);
	}
	fputc('\'', stderr);
}

static void say_what_to_type(const char *command, const char *path)
{
	fprintf(stderr, "on the other side: msrp %s --to ", command);
	put_quoted(path);
	fputc('\n', stderr);
}

int cli_tell_path(struct cli_app *app, const char *command, const char *local_path)
{
	const char *name = app->options.path_file;
	int err;

	app->is_prepared = true;
	fprintf(app->told, "%s\n", local_path);
	fflush(app->told);
	if (isatty(STDERR_FILENO))
		say_what_to_type(command, local_path);
	err = name ? cli_path_file_write(name, local_path) : 0;
	if (err)
		cli_fail(app, CLI_USAGE, "%s: %s", name, strerror(-err));
	return err;
}

void cli_prepare_again(struct cli_app *app)
{
	int err;

	app->connector = msrp_connector_cleanup(app->connector);
	err = prepare_way(app);
	if (err)
		cli_no_session(app, err, uv_strerror(err));
}

/* ---- the whole ---- */

static void on_app_signal(uv_signal_t *handle, int number)
{
	struct cli_app *app = handle->data;

	uv_signal_stop(handle); /* the next one kills the program */
	if (app->interrupted && (app->started || app->prepare))
		app->interrupted(app);
	else
		cli_fail(app, CLI_TRANSFER, "interrupted");
}

static void start_signals(struct cli_app *app)
{
	uv_signal_init(&app->loop, &app->interrupt);
	uv_signal_init(&app->loop, &app->terminate);
	uv_signal_init(&app->loop, &app->hang_up);
	app->interrupt.data = app;
	app->terminate.data = app;
	app->hang_up.data = app;
	uv_signal_start(&app->interrupt, on_app_signal, SIGINT);
	uv_signal_start(&app->terminate, on_app_signal, SIGTERM);
	uv_signal_start(&app->hang_up, on_app_signal, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
}

static int make_context(struct cli_app *app)
{
	const struct cli_options *o = &app->options;
	struct msrp_context_options options = {
		.ca_file = o->ca,
		.insecure = o->insecure,
		.certificate = o->certificate,
		.key = o->key,
		/* Waiting for a file means waiting for a person at the other end. */
		.incoming_timeout_ms = INT_MAX,
		.bind_timeout_ms = app->remote_path ? 0 : INT_MAX,
		.logger = o->verbose ? &verbose_logger : NULL,
	};
	char why[TEXT_MAX];
	int err = msrp_context_new(&app->loop, &options, why, sizeof(why), &app->context);

	if (err) /* the certificates, or a key */
		cli_fail(app, err == -ENOMEM ? CLI_CONNECTION : CLI_USAGE, "%s", why);
	return err;
}

static void close_handle(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void clean_up_app(struct cli_app *app)
{
	if (app->clean_up)
		app->clean_up(app);
	app->connector = msrp_connector_cleanup(app->connector);
	app->context = msrp_context_free(app->context);
	close_handle((uv_handle_t *)&app->interrupt);
	close_handle((uv_handle_t *)&app->terminate);
	close_handle((uv_handle_t *)&app->hang_up);
	close_handle((uv_handle_t *)&app->tick);
	while (uv_run(&app->loop, UV_RUN_DEFAULT) != 0)
		; /* it may have been stopped before it ran */
	uv_loop_close(&app->loop);
	free(app->remote_path);
	cli_options_done(&app->options);
}

int cli_run(struct cli_app *app, enum msrp_mode mode)
{
	int err;

	if (uv_loop_init(&app->loop) != 0)
		return CLI_CONNECTION;
	if (!app->told)
		app->told = stdout;
	start_signals(app);
	uv_timer_init(&app->loop, &app->tick);
	app->tick.data = app;
	app->mode = mode;
	if (app->remote_path && !is_path(app->remote_path))
		cli_fail(app, CLI_USAGE, "--to: '%s' is not a path", app->remote_path);
	err = app->ended ? 0 : make_context(app);
	if (!err && !app->ended)
		err = prepare_way(app);
	if (err && !app->ended) /* otherwise the reason was printed already */
		cli_no_session(app, err, uv_strerror(err));
	if (!app->ended)
		uv_run(&app->loop, UV_RUN_DEFAULT);
	clean_up_app(app);
	return app->code;
}
