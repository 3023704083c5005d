/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/offer.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/receive.h"
#include "cli/say.h"
#include "msrp/report.h"

enum {
	TICK_MS = 200,
	WHY_MAX = 128,
};

/*
 *     IDLE --offer--> READING (what is here of it?) --> AGREED --message--> COMING --> IDLE
 *
 * A file may also come without an offer, or before the answer.
 */
struct filing {
	struct cli_app app;
	const struct msrp_incoming *description; /* that is coming, or NULL */
	struct buf text;			 /* of it */
	struct msrp_sdp_media *offer;		 /* of the next file; NULL: it was not offered */
	struct msrp_file_hash *check;		 /* of a file that may be the one */
	bool reading;				 /* what is here, before the answer */
	bool agreed;				 /* the answer was sent, */
	uint64_t have;				 /* and said that there are these octets */
	struct cli_output *output;
	const struct msrp_incoming *message; /* with the file, or NULL */
	struct cli_progress progress;
	bool failed;   /* some file did */
	bool refusing; /* the one that is coming; the sender goes on with the next */
	bool interrupted;
	bool offered; /* some file was: then the sender says */
	bool ended;   /* that there are no more */
	size_t n_files;
};

static const char *directory_of(const struct filing *f)
{
	return f->app.options.directory;
}

static void say_failed(struct filing *f, const char *what)
{
	cli_progress_clear(&f->progress);
	cli_error("%s", what);
	f->failed = true;
}

static void say_error(struct filing *f, int err)
{
	char text[WHY_MAX];

	if (err == -EBADMSG)
		snprintf(text, sizeof(text), "what came is not the file that was announced");
	else
		snprintf(text, sizeof(text), "cannot write the file: %s",
			 err == -EBUSY ? "it is being received already" : strerror(-err));
	say_failed(f, text);
}

/* ---- answers ---- */

static void forget_offer(struct filing *f)
{
	f->offer = msrp_sdp_media_free(f->offer);
	f->output = cli_output_free(f->output);
	f->check = msrp_file_hash_free(f->check);
	f->reading = false;
	f->agreed = false;
	f->have = 0;
}

static void send_answer(struct filing *f, struct msrp_sdp_media *answer)
{
	int err;

	answer->path = msrp_session_local_path(f->app.session);
	answer->accept_types = "*";
	err = cli_offer_send(f->app.session, answer, NULL, NULL);
	if (err)
		cli_fail(&f->app, CLI_TRANSFER, "%s", uv_strerror(err));
}

static void refuse(struct filing *f)
{
	struct msrp_sdp_media answer = { 0 };

	msrp_file_refuse(f->offer, &answer);
	send_answer(f, &answer);
	forget_offer(f);
}

static void take_file(struct filing *f)
{
	struct msrp_sdp_media answer = { .port = CLI_OFFER_PORT };

	if (msrp_file_accept(f->offer, f->have, &answer) != 0) {
		f->failed = true;
		refuse(f);
		return;
	}
	f->agreed = true;
	send_answer(f, &answer);
}

/* What could not be read is found out when the whole is compared. */
static void on_hashed(void *arg, int err)
{
	struct filing *f = arg;

	f->reading = false;
	take_file(f);
}

/* Nothing to send. */
static void take_without_transfer(struct filing *f)
{
	struct msrp_sdp_media answer = { .port = CLI_OFFER_PORT };
	char *place = cli_output_place(directory_of(f), f->offer->file.name);

	if (msrp_file_accept(f->offer, 0, &answer) == 0) {
		answer.direction = MSRP_INACTIVE;
		send_answer(f, &answer);
		printf("%s is there already\n", place ? place : "");
		fflush(stdout);
		f->n_files++;
	}
	free(place);
	forget_offer(f);
}

static void open_output(struct filing *f)
{
	const struct msrp_file_selector *file = &f->offer->file;
	int err = cli_output_resume(&f->app.loop, directory_of(f), file, f->app.options.force,
				    &f->output, &f->have);

	/* Without size and hash it comes as one that was not offered. */
	if (err && err != -EINVAL) {
		say_error(f, err);
		refuse(f);
	} else if (f->have > 0 && cli_output_hash(f->output, f->have, on_hashed, f) == 0) {
		f->reading = true;
	} else {
		take_file(f);
	}
}

/* ---- is it here already? ---- */

static void on_checked(void *arg, int err)
{
	struct filing *f = arg;
	struct msrp_file_selector found = { 0 };

	f->reading = false;
	if (!err)
		err = msrp_file_hash_result(f->check, &found);
	f->check = msrp_file_hash_free(f->check);
	if (!err && msrp_file_selector_matches(&f->offer->file, &found))
		take_without_transfer(f);
	else
		open_output(f);
}

static int start_check(struct filing *f, const char *place)
{
	const struct msrp_file_selector *file = &f->offer->file;
	struct stat st;
	int fd = open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int err = fd < 0 ? -errno : 0;

	if (err)
		return err;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (uint64_t)st.st_size != file->size)
		err = -ENOENT;
	if (!err)
		err = msrp_file_hash_new(&f->app.loop, &f->check);
	if (!err)
		err = msrp_file_hash_read(f->check, fd, file->size, on_checked, f);
	close(fd);
	return err;
}

/* The sender may offer the same file again: one of its name, size and hash is it. */
static void check_existing(struct filing *f)
{
	const struct msrp_file_selector *file = &f->offer->file;
	char *place = cli_output_place(directory_of(f), file->name);
	bool known = file->has_size && (file->has_sha1 || file->has_sha256);

	f->reading = place && known && start_check(f, place) == 0;
	if (!f->reading) {
		f->check = msrp_file_hash_free(f->check);
		open_output(f);
	}
	free(place);
}

/* ---- descriptions ---- */

static int take_description(struct filing *f)
{
	struct msrp_sdp_media *media;

	if (f->text.len == 0 ||
	    msrp_sdp_parse((const char *)buf_data(&f->text), f->text.len, 0, &media) != 0)
		return MSRP_BAD_REQUEST;
	if (!media->has_file) {
		f->ended = media->port == 0;
		msrp_sdp_media_free(media);
		if (!f->ended)
			return MSRP_BAD_REQUEST;
		msrp_session_shutdown(f->app.session);
		return 0;
	}
	if (f->message || f->reading || !media->file_transfer_id || media->port == 0) {
		msrp_sdp_media_free(media);
		return MSRP_FORBIDDEN; /* one after the other */
	}
	forget_offer(f);
	f->offered = true;
	f->offer = media;
	check_existing(f);
	return 0;
}

static int end_description(struct filing *f, const struct msrp_incoming *message, char flag)
{
	int status = 0;

	if (!message->complete && flag != '#')
		return 0;
	f->description = NULL;
	if (message->complete)
		status = take_description(f);
	buf_clear(&f->text);
	return status;
}

static int add_description(struct filing *f, uint64_t offset, const uint8_t *bytes, size_t len)
{
	if (offset != f->text.len || f->text.len + len > CLI_OFFER_MAX)
		return MSRP_STOP_SENDING;
	buf_add(&f->text, bytes, len);
	return buf_failed(&f->text) ? MSRP_STOP_SENDING : 0;
}

/* ---- files ---- */

static void on_tick(uv_timer_t *tick)
{
	struct filing *f = tick->data;

	if (f->message)
		cli_progress_show(&f->progress, f->have + f->message->received,
				  f->message->total == MSRP_TOTAL_UNKNOWN
				      ? MSRP_TOTAL_UNKNOWN
				      : f->have + f->message->total);
}

static bool was_agreed(const struct filing *f, const struct msrp_incoming *message)
{
	return f->agreed && f->output &&
	       strcmp(f->offer->file_transfer_id, message->message_id) == 0;
}

/* It comes from its start: not what was agreed, or nothing was. */
static int open_unexpected(struct filing *f, const struct msrp_incoming *message)
{
	int err;

	forget_offer(f);
	err = cli_output_new(&f->app.loop, directory_of(f), message->disposition,
			     f->app.options.force, &f->output);
	if (err)
		say_error(f, err);
	return err ? MSRP_STOP_SENDING : 0;
}

static int begin_file(struct filing *f, const struct msrp_incoming *message)
{
	uint64_t rest = f->offer ? f->offer->file.size - f->have : 0;
	int refused = 0;

	if (f->message)
		return MSRP_FORBIDDEN;
	if (!was_agreed(f, message) ||
	    (message->total != MSRP_TOTAL_UNKNOWN && message->total != rest))
		refused = open_unexpected(f, message);
	if (refused)
		return refused;
	f->message = message;
	f->refusing = false;
	cli_progress_start(&f->progress, f->have);
	uv_timer_start(&f->app.tick, on_tick, TICK_MS, TICK_MS);
	return 0;
}

static int add_to_file(struct filing *f, uint64_t offset, const uint8_t *bytes, size_t len)
{
	uint64_t rest = f->offer ? f->offer->file.size - f->have : UINT64_MAX - f->have;
	int err = -EBADMSG;

	if (offset <= rest && len <= rest - offset)
		err = cli_output_write(f->output, f->have + offset, bytes, len);
	if (!err)
		return 0;
	say_error(f, err);
	f->refusing = f->offer != NULL;
	return MSRP_STOP_SENDING;
}

static int finish_file(struct filing *f, uint64_t size)
{
	char sha256[CLI_HASH_TEXT];
	int err = cli_output_finish(f->output, f->have + size, sha256);

	if (err) {
		say_error(f, err);
	} else {
		cli_progress_clear(&f->progress);
		printf("%s\n", cli_output_name(f->output));
		cli_progress_finish(&f->progress, size, sha256);
		fflush(stdout);
		f->n_files++;
	}
	return err ? MSRP_STOP_SENDING : 0;
}

static int end_file(struct filing *f, const struct msrp_incoming *message, char flag)
{
	int status = 0;

	if (!message->complete && flag != '#')
		return 0;
	f->message = NULL;
	uv_timer_stop(&f->app.tick);
	if (message->complete)
		status = finish_file(f, message->total);
	else if (!f->interrupted && !f->refusing)
		say_failed(f, "the file has not come to its end");
	/* Behind a relay this is all that is heard of a sender that is gone. */
	if (!message->complete && !f->refusing)
		msrp_session_shutdown(f->app.session);
	forget_offer(f);
	return status;
}

/* ---- the session ---- */

static int on_begin(void *arg, struct msrp_incoming *message)
{
	struct filing *f = arg;

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
	struct filing *f = arg;

	return message == f->description ? add_description(f, offset, bytes, len)
					 : add_to_file(f, offset, bytes, len);
}

static int on_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct filing *f = arg;

	return message == f->description ? end_description(f, message, flag)
					 : end_file(f, message, flag);
}

static void on_closed(void *arg, int err, const char *why)
{
	struct filing *f = arg;

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
	return msrp_session_new(transport, NULL, &callbacks, app->data, &app->session);
}

static void on_interrupt(struct cli_app *app)
{
	struct filing *f = app->data;

	f->interrupted = true;
	msrp_session_shutdown(app->session);
}

static void clean_up(struct cli_app *app)
{
	struct filing *f = app->data;

	forget_offer(f);
	buf_done(&f->text);
}

int cli_receive_files(struct cli_options *options)
{
	struct filing f = {
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
