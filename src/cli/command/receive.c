/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/app/app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cli/command/offer.h"
#include "cli/disk/output.h"
#include "cli/terminal/progress.h"
#include "cli/command/receive.h"
#include "cli/terminal/say.h"
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
	char why[CLI_RECEIVE_WHY]; /* it cannot be taken */
	bool complete;
	bool failed;
	bool interrupted;
};

static void on_tick(uv_timer_t *tick)
{
	struct receiving *r = tick->data;

	if (r->message)
		cli_progress_show(&r->progress, cli_output_name(r->output), r->message->received,
				  r->message->total);
}

/* ---- the session ---- */

/* Both sides are told. */
static int fail(struct receiving *r, struct msrp_incoming *message, int err)
{
	const char *name = r->output ? cli_output_name(r->output) : r->app.options.output;

	r->failed = true;
	cli_receive_explain(err, r->why);
	cli_progress_clear(&r->progress);
	cli_error("%s%s%s", name ? name : "", name ? ": " : "", r->why);
	message->comment = r->why;
	return MSRP_STOP_SENDING;
}

static int open_output(struct receiving *r, struct msrp_incoming *message)
{
	const struct cli_options *o = &r->app.options;
	bool known = message->total != MSRP_TOTAL_UNKNOWN;
	int err = known ? cli_receive_check_size(o, NULL, 0, message->total) : 0;

	if (!err)
		err = cli_output_new(&r->app.loop, o->output, message->disposition, o->force,
				     &r->output);
	if (!err)
		return 0;
	msrp_session_shutdown(r->app.session);
	return fail(r, message, err);
}

static int on_begin(void *arg, struct msrp_incoming *message)
{
	struct receiving *r = arg;
	int refused;

	if (message == r->message)
		return 0; /* another chunk of it */
	if (cli_offer_is(message->content_type) || !cli_receive_is_file(message))
		return MSRP_UNSUPPORTED_MEDIA; /* a file is what we came for */
	if (r->output)
		return MSRP_FORBIDDEN; /* one, and no more */
	refused = open_output(r, message);
	if (refused)
		return refused;
	r->message = message;
	cli_progress_start(&r->progress, 0);
	uv_timer_start(&r->app.tick, on_tick, TICK_MS, TICK_MS);
	return 0;
}

static int on_data(void *arg, struct msrp_incoming *message, uint64_t offset, const uint8_t *bytes,
		   size_t len)
{
	struct receiving *r = arg;
	int err = cli_receive_check_size(&r->app.options, NULL, 0, offset + len);

	if (!err)
		err = cli_output_write(r->output, offset, bytes, len);
	return err ? fail(r, message, err) : 0;
}

static int finish(struct receiving *r, struct msrp_incoming *message)
{
	int err = cli_output_finish(r->output, message->total, r->sha256);

	r->message = NULL;
	if (err) {
		fail(r, message, err);
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
		if (!r->interrupted && !r->failed)
			cli_error("the file has not come to its end");
		msrp_session_shutdown(r->app.session);
	}
	return 0;
}

static void on_closed(void *arg, int err, const char *why)
{
	struct receiving *r = arg;

	cli_progress_clear(&r->progress);
	if (r->failed) { /* it was said why */
		cli_end(&r->app, CLI_TRANSFER);
		return;
	}
	if (!r->complete) {
		cli_fail(&r->app, CLI_TRANSFER, "receiving failed: %s",
			 r->interrupted ? "interrupted" : why);
		return;
	}
	fprintf(r->app.told, "%s\n", cli_output_name(r->output));
	cli_progress_finish(&r->progress, r->app.told, r->size, r->sha256);
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
	if (cli_tell_path(app, "send FILE", local_path) == 0)
		cli_complete(app);
}

/* ---- of both ---- */

void cli_receive_explain(int err, char ret_why[CLI_RECEIVE_WHY])
{
	const char *why = strerror(-err);

	if (err == -EBADMSG)
		why = "what came is not the file that was announced";
	else if (err == -EFBIG)
		why = "the file is larger than --max-size allows";
	else if (err == -EBUSY)
		why = "it is being received already";
	else if (err == -ESPIPE)
		why = "the file comes out of order, and cannot be put in order here";
	snprintf(ret_why, CLI_RECEIVE_WHY, "%s%s",
		 err == -EBADMSG || err == -EFBIG ? "" : "cannot write the file: ", why);
}

int cli_receive_check_size(const struct cli_options *o, const char *directory, uint64_t have,
			   uint64_t size)
{
	struct statvfs fs;

	if (o->max_size > 0 && size > o->max_size)
		return -EFBIG;
	if (!directory || statvfs(directory, &fs) != 0 || fs.f_blocks == 0 || size <= have)
		return 0;
	return (size - have) / fs.f_frsize >= fs.f_bavail ? -ENOSPC : 0;
}

bool cli_receive_is_file(const struct msrp_incoming *message)
{
	static const char spoken[] = "text/* message/* " MSRP_COMPOSING_TYPE;

	return message->disposition[0] || !msrp_sdp_accepts(spoken, message->content_type);
}

static bool is_directory(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The directory that the file goes into. */
static bool is_writable(const struct cli_options *o)
{
	const char *slash = o->output ? strrchr(o->output, '/') : NULL;
	char *directory;
	bool writable;

	if (o->directory || (o->output && is_directory(o->output)))
		return access(o->directory ? o->directory : o->output, W_OK | X_OK) == 0;
	if (!slash)
		return true;
	if (access(o->output, F_OK) == 0) /* a device, perhaps, in a directory of others */
		return true;
	directory = strndup(o->output, (size_t)(slash - o->output) + 1);
	writable = !directory || access(directory, W_OK | X_OK) == 0;
	free(directory);
	return writable;
}

int cli_receive_check(const struct cli_options *o)
{
	if (o->directory && !is_directory(o->directory)) {
		cli_error("%s: no directory", o->directory);
		return CLI_USAGE;
	}
	if (!is_writable(o)) {
		cli_error("%s: cannot be written to: %s", o->directory ? o->directory : o->output,
			  strerror(errno));
		return CLI_USAGE;
	}
	/* Better now than when the other side has begun to send. */
	if (o->output && cli_output_check(o->output, o->force) != 0) {
		cli_error("%s exists; --force replaces it", o->output);
		return CLI_USAGE;
	}
	if (o->n_arguments == 0 && !o->username != !o->listens && !(o->directory && o->output))
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
	if (cli_output_is_standard(options->output))
		r.app.told = stderr;
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
