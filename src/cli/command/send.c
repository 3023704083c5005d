/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp send: the files of the command line, one after the other. The library offers and sends them;
 * this file opens them and reports how it goes.
 */
#include "cli/app/app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/disk/hash_text.h"
#include "cli/disk/source.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/say.h"

struct sending {
	struct cli_app app;
	struct msrp_file_sender *sender;
	int n; /* index of the file among the arguments */
	struct cli_source source;
	int standard; /* standard input, if it is to be sent; otherwise -1 */
	struct cli_progress progress;
	int told;    /* why the latest failed file failed */
	bool failed; /* a file has failed */
	bool interrupted;
};

static const char *argument_of(const struct sending *s)
{
	return s->app.options.arguments[s->n];
}

/* ---- one after the other ---- */

static int send_source(struct sending *s)
{
	struct msrp_file_offer_options options = {
		.fd = s->source.fd,
		.file = {
			.name = cli_source_name(argument_of(s)),
			.type = "application/octet-stream",
			.size = s->source.size,
			.has_size = true,
		},
		.chunk_size = s->app.options.chunk_size,
	};

	return msrp_file_sender_send(s->sender, &options, NULL);
}

static void send_next(struct sending *s)
{
	int err = 0;

	/* They were checked before, but may be gone since. */
	while (s->n < s->app.options.n_arguments &&
	       cli_source_open(&s->source, argument_of(s), s->standard) != 0) {
		s->failed = true;
		s->n++;
	}
	if (s->n == s->app.options.n_arguments)
		msrp_file_sender_end(s->sender);
	else
		err = send_source(s);
	if (err)
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: %s", msrp_strerror(err));
}

/* ---- what is said ---- */

static void on_sent_started(void *arg, struct msrp_file_offer *offer)
{
	struct sending *s = arg;

	cli_progress_start(&s->progress, offer->start);
}

static void on_progress(void *arg, struct msrp_file_offer *offer)
{
	struct sending *s = arg;

	if (offer->state == MSRP_FILE_READING)
		cli_progress_reading(&s->progress, argument_of(s));
	else
		cli_progress_show(&s->progress, argument_of(s), offer->done, offer->file.size);
}

static void on_unoffered(void *arg, struct msrp_file_offer *offer, int err, const char *why)
{
	struct sending *s = arg;

	if (err == -ETIMEDOUT) /* somebody may have to read the offer first */
		cli_error("%s: %s; the file is sent without", argument_of(s), why);
}

static void say_sent(struct sending *s, const struct msrp_file_offer *offer)
{
	char sha256[CLI_HASH_TEXT];

	if (s->app.options.n_arguments > 1)
		printf("%s\n", argument_of(s));
	cli_hash_text(offer->file.sha256, sizeof(offer->file.sha256), sha256);
	cli_progress_finish(&s->progress, stdout, offer->file.size - offer->start, sha256);
	fflush(stdout);
}

static void say_failed(struct sending *s, int err, const char *why)
{
	if (err >= 100) /* a response code */
		cli_error("sending failed: %s: %d %s", argument_of(s), err, why);
	else
		cli_error("sending failed: %s: %s", argument_of(s), why);
	s->failed = true;
	s->told = err;
}

static void on_sent_over(void *arg, struct msrp_file_offer *offer, int err, const char *why)
{
	struct sending *s = arg;

	cli_progress_clear(&s->progress);
	if (err == -ECANCELED) { /* the session is over, and reports it */
		cli_source_close(&s->source);
		return;
	}
	if (err) {
		say_failed(s, err, why);
	} else if (offer->present) {
		printf("%s is there already\n", argument_of(s));
		fflush(stdout);
	} else {
		say_sent(s, offer);
	}
	cli_source_close(&s->source);
	s->n++;
	send_next(s);
}

static void on_sender_closed(void *arg, int err, const char *why)
{
	struct sending *s = arg;

	if (s->interrupted)
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: interrupted");
	else if (err && err != s->told)
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: %s", why);
	else
		cli_end(&s->app, err || s->failed ? CLI_TRANSFER : CLI_OK);
}

/* ---- the session ---- */

static int start_sender(struct cli_app *app, struct msrp_transport *transport)
{
	static const struct msrp_file_sender_callbacks callbacks = {
		.started = on_sent_started,
		.progress = on_progress,
		.over = on_sent_over,
		.unoffered = on_unoffered,
		.closed = on_sender_closed,
	};
	struct sending *s = app->data;
	int err = msrp_file_sender_new(transport, NULL, &callbacks, s, &s->sender);

	if (!err)
		send_next(s);
	return err;
}

static void on_send_interrupt(struct cli_app *app)
{
	struct sending *s = app->data;

	s->interrupted = true;
	msrp_file_sender_abort(s->sender);
}

static void on_send_prepared(struct cli_app *app, const char *local_path)
{
	cli_find_path(app, cli_complete);
}

static void clean_up_send(struct cli_app *app)
{
	struct sending *s = app->data;

	s->sender = msrp_file_sender_free(s->sender);
	cli_source_close(&s->source);
	if (s->standard >= 0)
		close(s->standard);
}

/* ---- before anybody is called ---- */

static int check_files(struct sending *s)
{
	const struct cli_options *o = &s->app.options;

	for (int i = 0; i < o->n_arguments; i++) {
		if (s->standard < 0 && strcmp(o->arguments[i], "-") == 0 &&
		    cli_source_take_standard(&s->standard) != 0)
			return CLI_USAGE;
		if (cli_source_open(&s->source, o->arguments[i], s->standard) != 0)
			return CLI_USAGE;
		cli_source_close(&s->source);
	}
	return 0;
}

static int check_send_options(const struct cli_options *o)
{
	if (o->n_arguments > 0 && !o->to != !o->path_file)
		return 0;
	cli_error("usage: msrp send FILE... --to PATH | --path-file FILE");
	return CLI_USAGE;
}

int cli_send(struct cli_options *options)
{
	struct sending s = {
		.app = {
			.options = *options,
			.prepared = on_send_prepared,
			.start = start_sender,
			.interrupted = on_send_interrupt,
			.clean_up = clean_up_send,
		},
		.source.fd = -1,
		.standard = -1,
	};
	int code = check_send_options(options);

	s.app.data = &s;
	if (!code)
		code = check_files(&s);
	if (code) {
		if (s.standard >= 0)
			close(s.standard);
		cli_options_done(options);
		return code;
	}
	s.app.remote_path = options->to ? strdup(options->to) : NULL;
	return cli_run(&s.app, MSRP_MODE_ACTIVE);
}
