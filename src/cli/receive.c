/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/app.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/offer.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/receive.h"
#include "cli/say.h"
#include "msrp/report.h"

enum {
	TICK_MS = 200,
};

struct receiving {
	struct cli_app app;
	struct cli_output *output;
	const struct msrp_incoming *message; /* that is being received, or NULL */
	struct cli_progress progress;
	uint64_t size;
	char sha256[CLI_HASH_TEXT];
	bool complete;
	bool interrupted;
};

static void on_tick(uv_timer_t *tick)
{
	struct receiving *r = tick->data;

	if (r->message)
		cli_progress_show(&r->progress, r->message->received, r->message->total);
}

/* ---- the session ---- */

static int on_begin(void *arg, struct msrp_incoming *message)
{
	struct receiving *r = arg;
	int err;

	if (message == r->message)
		return 0; /* another chunk of it */
	if (cli_offer_is(message->content_type))
		return MSRP_UNSUPPORTED_MEDIA; /* all of the file is what we came for */
	if (r->output)
		return MSRP_FORBIDDEN; /* one file is what we came for */
	err = cli_output_new(&r->app.loop, r->app.options.output, message->disposition,
			     r->app.options.force, &r->output);
	if (err) {
		cli_fail(&r->app, CLI_TRANSFER, "cannot write the file: %s", strerror(-err));
		return MSRP_STOP_SENDING;
	}
	r->message = message;
	cli_progress_start(&r->progress, 0);
	uv_timer_start(&r->app.tick, on_tick, TICK_MS, TICK_MS);
	return 0;
}

static int on_data(void *arg, struct msrp_incoming *message, uint64_t offset, const uint8_t *bytes,
		   size_t len)
{
	struct receiving *r = arg;
	int err = cli_output_write(r->output, offset, bytes, len);

	if (!err)
		return 0;
	cli_progress_clear(&r->progress);
	cli_error("cannot write the file: %s", strerror(-err));
	return MSRP_STOP_SENDING;
}

static int finish(struct receiving *r, const struct msrp_incoming *message)
{
	int err = cli_output_finish(r->output, message->total, r->sha256);

	r->message = NULL;
	if (err) {
		cli_progress_clear(&r->progress);
		cli_error("cannot write the file: %s", strerror(-err));
	} else {
		r->complete = true;
		r->size = message->total;
	}
	msrp_session_shutdown(r->app.session);
	return err ? MSRP_STOP_SENDING : 0;
}

static int on_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct receiving *r = arg;

	if (message->complete)
		return finish(r, message);
	if (flag == '#') {
		r->message = NULL;
		cli_progress_clear(&r->progress);
		if (!r->interrupted)
			cli_error("the file has not come to its end");
		msrp_session_shutdown(r->app.session);
	}
	return 0;
}

static void on_closed(void *arg, int err, const char *why)
{
	struct receiving *r = arg;

	cli_progress_clear(&r->progress);
	if (!r->complete) {
		cli_fail(&r->app, CLI_TRANSFER, "receiving failed: %s",
			 r->interrupted ? "interrupted" : why);
		return;
	}
	printf("%s\n", cli_output_name(r->output));
	cli_progress_finish(&r->progress, r->size, r->sha256);
	cli_end(&r->app, CLI_OK);
}

static const struct msrp_session_callbacks callbacks = {
	.begin = on_begin,
	.data = on_data,
	.end = on_end,
	.closed = on_closed,
};

static int start(struct cli_app *app, struct msrp_transport *transport)
{
	return msrp_session_new(transport, NULL, &callbacks, app->data, &app->session);
}

static void on_interrupt(struct cli_app *app)
{
	struct receiving *r = app->data;

	r->interrupted = true;
	msrp_session_shutdown(app->session);
}

/* While there is a loop. */
static void clean_up(struct cli_app *app)
{
	struct receiving *r = app->data;

	r->output = cli_output_free(r->output);
}

void cli_receive_prepared(struct cli_app *app, const char *local_path)
{
	if (cli_tell_path(app, local_path) == 0)
		cli_complete(app);
}

/* Better now than when the other side has begun to send. */
static bool output_is_taken(const struct cli_options *o)
{
	struct stat st;

	return o->output && !o->force && stat(o->output, &st) == 0 && S_ISREG(st.st_mode);
}

static bool is_directory(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 && S_ISDIR(st.st_mode);
}

int cli_receive_check(const struct cli_options *o)
{
	if (o->directory && !is_directory(o->directory)) {
		cli_error("%s: no directory", o->directory);
		return CLI_USAGE;
	}
	if (output_is_taken(o)) {
		cli_error("%s exists; --force replaces it", o->output);
		return CLI_USAGE;
	}
	if (o->n_arguments == 0 && !o->username != !o->listens && !o->certificate == !o->key &&
	    !(o->directory && o->output))
		return 0;
	cli_error("usage: msrp receive --user NAME@DOMAIN | --listen [HOST:]PORT");
	return CLI_USAGE;
}

static int receive_one(struct cli_options *options)
{
	struct receiving r = {
		.app = {
			.options = *options,
			.prepared = cli_receive_prepared,
			.start = start,
			.interrupted = on_interrupt,
			.clean_up = clean_up,
		},
	};
	int code = cli_receive_check(options);

	r.app.data = &r;
	if (code)
		cli_options_done(options);
	else
		code = cli_run(&r.app, MSRP_MODE_PASSIVE);
	return code;
}

int cli_receive(struct cli_options *options)
{
	return options->directory ? cli_receive_files(options) : receive_one(options);
}
