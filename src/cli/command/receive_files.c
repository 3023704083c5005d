/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/filing.h"
#include "cli/command/offer.h"
#include "cli/terminal/say.h"
#include "msrp/report.h"

enum {
	TICK_MS = 200,
};

static int refuse_message(struct cli_filing *f, struct msrp_incoming *message, int status)
{
	message->comment = f->why;
	return status;
}

/* ---- descriptions ---- */

static int end_description(struct cli_filing *f, const struct msrp_incoming *message, char flag)
{
	int status = 0;

	if (!message->complete && flag != '#')
		return 0;
	f->description = NULL;
	if (message->complete)
		status = cli_filing_take_description(f);
	buf_clear(&f->text);
	return status;
}

static int add_description(struct cli_filing *f, uint64_t offset, const uint8_t *bytes, size_t len)
{
	if (offset != f->text.len || f->text.len + len > CLI_OFFER_MAX)
		return MSRP_STOP_SENDING;
	buf_add(&f->text, bytes, len);
	return buf_failed(&f->text) ? MSRP_STOP_SENDING : 0;
}

/* ---- files ---- */

static void on_tick(uv_timer_t *tick)
{
	struct cli_filing *f = tick->data;

	if (f->message)
		cli_progress_show(
		    &f->progress, cli_output_name(f->output), f->have + f->message->received,
		    f->message->total == MSRP_TOTAL_UNKNOWN ? MSRP_TOTAL_UNKNOWN
							    : f->have + f->message->total);
	else if (f->reading)
		cli_progress_reading(&f->progress, f->offer->file.name ? f->offer->file.name : "");
}

/* From a sender that offers nothing. */
static int open_unannounced(struct cli_filing *f, const struct msrp_incoming *message)
{
	int err = cli_output_new(&f->app.loop, f->app.options.directory, message->disposition,
				 f->app.options.force, &f->output);

	if (err)
		cli_filing_say_error(f, err);
	return err ? MSRP_STOP_SENDING : 0;
}

/* The file that was offered, from its start: by who does not know ranges, or has not waited. */
static int open_whole(struct cli_filing *f)
{
	const struct msrp_file_selector *file = &f->offer->file;
	int err = 0;

	f->check = msrp_file_hash_free(f->check);
	f->reading = false;
	f->agreed = true;
	if (!f->output)
		err = cli_output_resume(&f->app.loop, f->app.options.directory, file,
					f->app.options.force, &f->output, &f->have);
	if (!err)
		err = cli_output_restart(f->output, &f->app.loop);
	f->have = 0;
	if (err)
		cli_filing_say_error(f, err);
	return err ? MSRP_STOP_SENDING : 0;
}

/* Its size is known, if it has to be what was announced. */
static int open_offered(struct cli_filing *f, const struct msrp_incoming *message)
{
	const struct msrp_file_selector *file = &f->offer->file;
	bool verified = file->has_size && (file->has_sha1 || file->has_sha256);
	bool any = message->total == MSRP_TOTAL_UNKNOWN;
	int status;

	if (f->agreed && f->output && (any || message->total == file->size - f->have))
		return 0;
	if (verified && (any || message->total == file->size))
		return open_whole(f);
	if (verified || (file->has_size && !any && message->total != file->size))
		return MSRP_FORBIDDEN;
	status = open_unannounced(f, message);
	f->offer = msrp_sdp_media_free(f->offer); /* there is nothing to compare with */
	return status;
}

static int open_message(struct cli_filing *f, const struct msrp_incoming *message)
{
	if (f->offer && strcmp(f->offer->file_transfer_id, message->message_id) == 0)
		return open_offered(f, message);
	if (f->offered)
		return MSRP_FORBIDDEN;
	return cli_receive_is_file(message) ? open_unannounced(f, message) : MSRP_UNSUPPORTED_MEDIA;
}

static int begin_file(struct cli_filing *f, struct msrp_incoming *message)
{
	int refused;

	if (f->message)
		return MSRP_FORBIDDEN;
	snprintf(f->why, sizeof(f->why), "not a file that was agreed on");
	refused = open_message(f, message);
	if (refused)
		return refuse_message(f, message, refused);
	f->message = message;
	f->refusing = false;
	cli_progress_start(&f->progress, f->have);
	return 0;
}

static int add_to_file(struct cli_filing *f, struct msrp_incoming *message, uint64_t offset,
		       const uint8_t *bytes, size_t len)
{
	uint64_t rest = f->offer ? f->offer->file.size - f->have : UINT64_MAX - f->have;
	int err = -EBADMSG;

	if (offset <= rest && len <= rest - offset)
		err = cli_receive_check_size(&f->app.options, NULL, 0, f->have + offset + len);
	if (!err)
		err = cli_output_write(f->output, f->have + offset, bytes, len);
	if (!err)
		return 0;
	cli_filing_say_error(f, err);
	f->refusing = f->offer != NULL;
	return refuse_message(f, message, MSRP_STOP_SENDING);
}

static int finish_file(struct cli_filing *f, struct msrp_incoming *message)
{
	uint64_t size = message->total;
	char sha256[CLI_HASH_TEXT];
	int err = cli_output_finish(f->output, f->have + size, sha256);

	if (err) {
		cli_filing_say_error(f, err);
		return refuse_message(f, message, MSRP_STOP_SENDING);
	}
	cli_progress_clear(&f->progress);
	printf("%s\n", cli_output_name(f->output));
	cli_progress_finish(&f->progress, stdout, size, sha256);
	fflush(stdout);
	f->n_files++;
	return 0;
}

static int end_file(struct cli_filing *f, struct msrp_incoming *message, char flag)
{
	int status = 0;

	if (!message->complete && flag != '#')
		return 0;
	f->message = NULL;
	if (message->complete)
		status = finish_file(f, message);
	else if (!f->interrupted && !f->refusing)
		cli_filing_say_failed(f, "the file has not come to its end");
	/* Behind a relay this is all that is heard of a sender that is gone. */
	if (!message->complete && !f->refusing)
		msrp_session_shutdown(f->app.session);
	cli_filing_forget_offer(f);
	return status;
}

/* ---- the session ---- */

static int on_begin(void *arg, struct msrp_incoming *message)
{
	struct cli_filing *f = arg;

	if (message == f->message || message == f->description)
		return 0; /* another chunk of it */
	if (!cli_offer_is(message->content_type))
		return begin_file(f, message);
	if (f->description)
		return MSRP_STOP_SENDING;
	f->description = message;
	return 0;
}

static int on_data(void *arg, struct msrp_incoming *message, uint64_t offset, const uint8_t *bytes,
		   size_t len)
{
	struct cli_filing *f = arg;

	return message == f->description ? add_description(f, offset, bytes, len)
					 : add_to_file(f, message, offset, bytes, len);
}

static int on_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct cli_filing *f = arg;

	return message == f->description ? end_description(f, message, flag)
					 : end_file(f, message, flag);
}

static void on_closed(void *arg, int err, const char *why)
{
	struct cli_filing *f = arg;

	cli_progress_clear(&f->progress);
	if (f->interrupted)
		cli_fail(&f->app, CLI_TRANSFER, "receiving failed: interrupted");
	else if (f->failed)
		cli_end(&f->app, CLI_TRANSFER);
	else if (!f->ended && (f->offered || f->n_files == 0))
		cli_fail(&f->app, CLI_TRANSFER, "receiving failed: %s", why);
	else
		cli_end(&f->app, CLI_OK);
}

static const struct msrp_session_callbacks callbacks = {
	.begin = on_begin,
	.data = on_data,
	.end = on_end,
	.closed = on_closed,
};

static int start(struct cli_app *app, struct msrp_transport *transport)
{
	int err = msrp_session_new(transport, NULL, &callbacks, app->data, &app->session);

	if (!err)
		uv_timer_start(&app->tick, on_tick, TICK_MS, TICK_MS);
	return err;
}

static void on_interrupt(struct cli_app *app)
{
	struct cli_filing *f = app->data;

	f->interrupted = true;
	msrp_session_shutdown(app->session);
}

static void clean_up(struct cli_app *app)
{
	struct cli_filing *f = app->data;

	cli_filing_forget_offer(f);
	free(f->left);
	buf_done(&f->text);
}

int cli_receive_files(struct cli_options *options)
{
	struct cli_filing f = {
		.app = {
			.options = *options,
			.prepared = cli_receive_prepared,
			.start = start,
			.interrupted = on_interrupt,
			.clean_up = clean_up,
		},
	};
	int code = cli_receive_check(options);

	f.app.data = &f;
	if (code) {
		cli_options_done(options);
		return code;
	}
	return cli_run(&f.app, MSRP_MODE_PASSIVE);
}
