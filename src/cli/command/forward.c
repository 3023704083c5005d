/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp forward: one TCP connection through one session. tcp.c makes or accepts the connection, and
 * tunnel.c joins it to a stream of the library's.
 */
#include "cli/app/app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/terminal/say.h"
#include "cli/command/tcp.h"
#include "cli/command/tunnel.h"

/*
 * One TCP connection through one session. The listening side waits for the connection and then
 * calls; the connecting side waits for the call and then connects at once: both ends of the
 * connection exist before octets flow.
 */
struct forwarding {
	struct cli_app app;
	struct cli_tcp tcp;
	struct cli_tunnel tunnel;
	bool calls; /* this side listens for the connection */
};

static void on_tunnel_over(void *arg, int err, const char *why)
{
	struct forwarding *f = arg;

	if (err)
		cli_fail(&f->app, CLI_TRANSFER, "forwarding failed: %s", why);
	else
		cli_end(&f->app, CLI_OK);
}

static void on_tunnel_connected(void *arg, int err, const char *why)
{
	struct forwarding *f = arg;
	const struct cli_endpoint *to = &f->app.options.connect;
	char text[CLI_TUNNEL_WHY];

	if (!err) {
		cli_tunnel_join(&f->tunnel, &f->tcp.socket);
		return;
	}
	snprintf(text, sizeof(text), "cannot connect to %s, port %u: %s", to->host, to->port, why);
	cli_tunnel_break(&f->tunnel, err, text);
}

static int start_forward(struct cli_app *app, struct msrp_transport *transport)
{
	struct forwarding *f = app->data;
	int err = cli_tunnel_open(&f->tunnel, transport, app->options.type, on_tunnel_over, f);

	if (err)
		return err;
	if (f->calls)
		cli_tunnel_join(&f->tunnel, &f->tcp.socket);
	else
		err = cli_tcp_connect(&f->tcp, &app->loop, &app->options.connect,
				      on_tunnel_connected, f);
	return err;
}

static void on_accepted(void *arg, int err, const char *why)
{
	struct forwarding *f = arg;

	if (err)
		cli_fail(&f->app, CLI_CONNECTION, "cannot accept the connection: %s", why);
	else
		cli_complete(&f->app);
}

static void wait_for_connection(struct cli_app *app)
{
	struct forwarding *f = app->data;
	char where[CLI_TCP_TEXT];
	int err = cli_tcp_listen(&f->tcp, &app->loop, &app->options.listen, on_accepted, f);

	if (err) {
		cli_fail(app, CLI_CONNECTION, "cannot listen: %s", uv_strerror(err));
		return;
	}
	cli_tcp_where(&f->tcp, where);
	printf("listening on %s\n", where);
	fflush(stdout);
}

static void on_forward_prepared(struct cli_app *app, const char *local_path)
{
	struct forwarding *f = app->data;

	if (f->calls)
		cli_find_path(app, wait_for_connection);
	else if (cli_tell_path(app, "forward --listen PORT", local_path) == 0)
		cli_complete(app);
}

static void on_forward_interrupt(struct cli_app *app)
{
	struct forwarding *f = app->data;

	cli_tunnel_break(&f->tunnel, -EINTR, "interrupted");
}

static void clean_up_forward(struct cli_app *app)
{
	struct forwarding *f = app->data;

	cli_tunnel_close(&f->tunnel);
	cli_tcp_close(&f->tcp, app->code != CLI_OK);
}

static bool is_media_type(const char *text)
{
	const char *slash = strchr(text, '/');

	return slash && slash > text && slash[1] && !strpbrk(text, " \t\r\n");
}

static int check_forward_options(const struct cli_options *o)
{
	bool calls = !o->connect.host;
	bool fits = calls ? o->listens && !o->to != !o->path_file && !o->certificate
			  : o->connect.port && !o->username != !o->listens && !o->to;

	if (o->type && !is_media_type(o->type)) {
		cli_error("--type: '%s' is not a content type", o->type);
		return CLI_USAGE;
	}
	if (fits && o->n_arguments == 0)
		return 0;
	cli_error("usage: msrp forward --listen [HOST:]PORT --to PATH | --path-file FILE, or "
		  "msrp forward --connect HOST:PORT --user NAME@DOMAIN | --listen [HOST:]PORT");
	return CLI_USAGE;
}

int cli_forward(struct cli_options *options)
{
	struct forwarding *f;
	int code = check_forward_options(options);

	f = code ? NULL : calloc(1, sizeof(*f));
	if (!f) {
		cli_options_done(options);
		return code ? code : CLI_CONNECTION;
	}
	f->app = (struct cli_app){
		.options = *options,
		.prepared = on_forward_prepared,
		.start = start_forward,
		.interrupted = on_forward_interrupt,
		.clean_up = clean_up_forward,
		.data = f,
	};
	f->calls = !options->connect.host;
	f->app.listens_for_tcp = f->calls;
	f->app.remote_path = options->to ? strdup(options->to) : NULL;
	code = cli_run(&f->app, f->calls ? MSRP_MODE_ACTIVE : MSRP_MODE_PASSIVE);
	free(f);
	return code;
}
