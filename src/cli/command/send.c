/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/app/app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli/disk/hash_text.h"
#include "cli/command/offer.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/say.h"
#include "cli/disk/source.h"
#include "msrp/report.h"

enum {
	TICK_MS = 200,
	/*
	 * From the 200 for an offer to its answer, or the word that it will take its time: 200 is
	 * said to any message by who does not read it. Then, to read what is there of the file,
	 * perhaps 100 GB.
	 */
	UNDERSTOOD_MS = 3 * 1000,
	ANSWER_MS = 600 * 1000,
	REPORT_MS = 60 * 1000, /* from the last octet sent to the report that it arrived */
	WHY_MAX = 512,
	ID_LEN = 16, /* octets: in digits, the 32 characters of RFC 5547 8.1 */
};

/*
 *     HASHING --> OFFERED --answer--> SENDING --> HASHING of the next
 *
 * then SAYING_GOODBYE. Who does not take offers gets the files without.
 */
enum stage {
	HASHING,
	OFFERED,
	SENDING,
	SAYING_GOODBYE,
};

struct sending {
	struct cli_app app;
	enum stage stage;
	int n; /* of the file among the arguments */
	struct cli_source source;
	int standard; /* standard input, if that is to be sent; else -1 */
	struct msrp_file_selector file;
	struct msrp_file_hash *hash;	/* while it reads */
	char id[CLI_HASH_TEXT];		/* file-transfer-id, and of the message with the file */
	uint64_t start;			/* octets that the other side has */
	struct msrp_receiver *receiver; /* of answers */
	struct msrp_outgoing_file *out; /* NULL once its last outcome was told */
	struct cli_progress progress;
	uint64_t deadline_ms; /* 0: nothing is awaited */
	bool patient;	      /* the other side is at the answer */
	bool without_offers;  /* the other side does not take them */
	bool failed;	      /* some file did */
	bool interrupted;
};

static const char *argument_of(const struct sending *s)
{
	return s->app.options.arguments[s->n];
}

/* ---- the files ---- */

static int read_file(void *arg, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len)
{
	const struct sending *s = arg;

	return cli_source_read(&s->source, s->start + offset, bytes, size, ret_len);
}

static void next_file(struct sending *s);

static void close_file(struct sending *s)
{
	s->out = NULL;
	s->hash = msrp_file_hash_free(s->hash);
	cli_source_close(&s->source);
	s->deadline_ms = 0;
}

static void skip_file(struct sending *s)
{
	close_file(s);
	s->n++;
	next_file(s);
}

/* This one is not sent, but the session goes on. */
static void give_up(struct sending *s, int status, const char *comment)
{
	cli_progress_clear(&s->progress);
	if (status > 0)
		cli_error("sending failed: %s: %d %s", argument_of(s), status, comment);
	else
		cli_error("sending failed: %s: %s", argument_of(s), comment);
	s->failed = true;
	skip_file(s);
}

/* ---- sending ---- */

static void on_response(void *arg, const char *message_id, int status, const char *comment)
{
	struct sending *s = arg;

	s->deadline_ms = uv_now(&s->app.loop) + REPORT_MS;
	if (s->interrupted || status == -ECANCELED)
		s->out = NULL; /* the session says goodbye, or is over and tells of it */
	else if (status != MSRP_OK)
		give_up(s, status, comment);
}

static void on_delivered(void *arg, const char *message_id, int status, const char *comment)
{
	struct sending *s = arg;
	char sha256[CLI_HASH_TEXT];

	if (status == -ECANCELED) {
		s->out = NULL;
		return;
	}
	if (status != MSRP_OK) {
		give_up(s, status, comment);
		return;
	}
	/* The checksum was computed before. */
	if (cli_source_has_changed(&s->source)) {
		give_up(s, 0, "it has changed while it was sent");
		return;
	}
	cli_progress_clear(&s->progress);
	if (s->app.options.n_arguments > 1)
		printf("%s\n", s->app.options.arguments[s->n]);
	cli_hash_text(s->file.sha256, sizeof(s->file.sha256), sha256);
	cli_progress_finish(&s->progress, stdout, s->file.size - s->start, sha256);
	fflush(stdout);
	skip_file(s);
}

static void send_file(struct sending *s, uint64_t start)
{
	struct msrp_file_options options = {
		.send = {
			.message_id = s->id,
			.success_report = true,
			.response = on_response,
			.delivered = on_delivered,
			.arg = s,
		},
		.name = cli_source_name(argument_of(s)),
		.chunk_size = s->app.options.chunk_size,
		.read = read_file,
		.read_arg = s,
	};
	int err;

	s->stage = SENDING;
	s->start = start;
	s->deadline_ms = 0;
	err = msrp_outgoing_file_new(s->source.fd, s->file.size - start, &options, &s->out);
	if (!err)
		err = msrp_session_send_file(s->app.session, s->out);
	if (err)
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: %s", uv_strerror(err));
	cli_progress_start(&s->progress, start);
}

/* ---- offer and answer ---- */

static void send_without_offer(struct sending *s)
{
	s->without_offers = true;
	send_file(s, 0);
}

/* By which somebody says that he does not know what to do with an offer. */
static bool is_not_understood(int status)
{
	return status == MSRP_BAD_REQUEST || status == MSRP_UNSUPPORTED_MEDIA ||
	       status == MSRP_UNKNOWN_METHOD;
}

static void on_offer_outcome(void *arg, const char *message_id, int status, const char *comment)
{
	struct sending *s = arg;

	if (s->stage != OFFERED || status == -ECANCELED)
		return;
	if (status == MSRP_OK) {
		if (!s->patient)
			s->deadline_ms = uv_now(&s->app.loop) + UNDERSTOOD_MS;
	} else if (is_not_understood(status)) {
		send_without_offer(s);
	} else {
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: %s: %d %s", argument_of(s), status,
			 comment);
	}
}

static int send_offer(struct sending *s)
{
	struct msrp_sdp_media media = {
		.port = CLI_OFFER_PORT,
		.path = msrp_session_local_path(s->app.session),
		.accept_types = CLI_OFFER_TYPE,
		.direction = MSRP_SENDONLY,
		.has_file = true,
		.file = s->file,
		.file_transfer_id = s->id,
		.file_disposition = "attachment",
	};

	s->stage = OFFERED;
	s->patient = false;
	s->deadline_ms = uv_now(&s->app.loop) + ANSWER_MS;
	return cli_offer_send(s->app.session, &media, NULL, on_offer_outcome, s);
}

static void wait_patiently(struct sending *s)
{
	s->patient = true;
	s->deadline_ms = uv_now(&s->app.loop) + ANSWER_MS;
}

/* INFO: what was said about it, or NULL. */
static void take_refusal(struct sending *s, char *info)
{
	char why[WHY_MAX];

	snprintf(why, sizeof(why), "the other side does not want the file%s%s", info ? ": " : "",
		 info ? info : "");
	free(info);
	give_up(s, 0, why);
}

static void take_answer(struct sending *s, const struct msrp_sdp_media *answer,
			const struct msrp_received *message)
{
	uint64_t start = answer->file_start > 0 ? answer->file_start - 1 : 0;

	if (s->stage != OFFERED)
		return;
	if (cli_offer_is_patience(answer)) {
		wait_patiently(s);
		return;
	}
	if (!answer->file_transfer_id || strcmp(answer->file_transfer_id, s->id) != 0)
		return;
	if (answer->port == 0) {
		take_refusal(s, cli_offer_info((const char *)message->bytes, message->size));
	} else if (answer->direction == MSRP_INACTIVE) {
		printf("%s is there already\n", argument_of(s));
		fflush(stdout);
		skip_file(s);
	} else if (start > s->file.size) {
		give_up(s, 0, "the other side asks for what there is not");
	} else {
		send_file(s, start);
	}
}

static int on_received(void *arg, const struct msrp_received *message)
{
	struct sending *s = arg;
	struct msrp_sdp_media *answer;

	if (!message->bytes ||
	    msrp_sdp_parse((const char *)message->bytes, (size_t)message->size, 0, &answer) != 0)
		return MSRP_BAD_REQUEST;
	take_answer(s, answer, message);
	msrp_sdp_media_free(answer);
	return 0;
}

/* ---- one after the other ---- */

static void on_hashed(void *arg, int err)
{
	struct sending *s = arg;

	if (!err)
		err = msrp_file_hash_result(s->hash, &s->file);
	s->hash = msrp_file_hash_free(s->hash);
	if (err) {
		give_up(s, 0, strerror(-err));
		return;
	}
	s->file.name = cli_source_name(argument_of(s));
	s->file.type = "application/octet-stream";
	if (s->without_offers) {
		send_file(s, 0);
		return;
	}
	err = send_offer(s);
	if (err)
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: %s", uv_strerror(err));
}

static void on_goodbye(void *arg, const char *message_id, int status, const char *comment)
{
	struct sending *s = arg;

	msrp_session_shutdown(s->app.session);
}

static void say_goodbye(struct sending *s)
{
	s->stage = SAYING_GOODBYE;
	uv_timer_stop(&s->app.tick);
	if (s->without_offers || cli_offer_send_end(s->app.session, on_goodbye, s) != 0)
		msrp_session_shutdown(s->app.session);
}

static int make_id(struct sending *s)
{
	uint8_t random[ID_LEN];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -errno;
	cli_hash_text(random, sizeof(random), s->id);
	return 0;
}

static void next_file(struct sending *s)
{
	int err;

	if (s->n == s->app.options.n_arguments) {
		say_goodbye(s);
		return;
	}
	s->stage = HASHING;
	if (cli_source_open(&s->source, argument_of(s), s->standard) !=
	    0) { /* since it was looked at */
		s->failed = true;
		skip_file(s);
		return;
	}
	err = make_id(s);
	if (!err)
		err = msrp_file_hash_new(&s->app.loop, &s->hash);
	if (!err)
		err = msrp_file_hash_read(s->hash, s->source.fd, s->source.size, on_hashed, s);
	if (err)
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: %s", uv_strerror(err));
	else
		cli_progress_reading(&s->progress, argument_of(s));
}

/* ---- the session ---- */

static void on_tick(uv_timer_t *tick)
{
	struct sending *s = tick->data;

	if (s->out)
		cli_progress_show(&s->progress, argument_of(s),
				  s->start + msrp_outgoing_file_sent(s->out), s->file.size);
	if (s->stage == HASHING && s->n < s->app.options.n_arguments)
		cli_progress_reading(&s->progress, argument_of(s));
	if (s->deadline_ms == 0 || uv_now(&s->app.loop) < s->deadline_ms)
		return;
	if (s->stage == OFFERED) { /* perhaps some human has read the offer */
		cli_error("%s: the other side has taken the offer, but does not answer it; "
			  "the file is sent without",
			  argument_of(s));
		send_without_offer(s);
	} else {
		cli_progress_clear(&s->progress);
		cli_fail(&s->app, CLI_TRANSFER,
			 "%s: the other side does not confirm that all arrived", argument_of(s));
	}
}

static void on_closed(void *arg, int err, const char *why)
{
	struct sending *s = arg;

	cli_progress_clear(&s->progress);
	if (s->interrupted)
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: interrupted");
	else if (s->stage != SAYING_GOODBYE)
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: %s", why);
	else
		cli_end(&s->app, s->failed ? CLI_TRANSFER : CLI_OK);
}

/* Of the other side, answers are wanted and nothing else. */
static int start(struct cli_app *app, struct msrp_transport *transport)
{
	static const char *const types[] = { CLI_OFFER_TYPE, NULL };
	struct sending *s = app->data;
	struct msrp_receiver_options options = {
		.max_size = CLI_OFFER_MAX,
		.received = on_received,
		.closed = on_closed,
		.arg = s,
	};
	int err = msrp_receiver_new(&options, &s->receiver);

	if (err) {
		msrp_transport_free(transport);
		return err;
	}
	err = msrp_receiver_session_new(s->receiver, transport, types, &app->session);
	if (err)
		return err;
	uv_timer_start(&app->tick, on_tick, TICK_MS, TICK_MS);
	next_file(s);
	return 0;
}

static void on_interrupt(struct cli_app *app)
{
	struct sending *s = app->data;

	s->interrupted = true;
	if (s->out)
		msrp_outgoing_file_cancel(s->out);
	s->hash = msrp_file_hash_free(s->hash);
	msrp_session_shutdown(app->session);
}

static void on_prepared(struct cli_app *app, const char *local_path)
{
	cli_find_path(app, cli_complete);
}

static void clean_up(struct cli_app *app)
{
	struct sending *s = app->data;

	close_file(s);
	if (s->standard >= 0)
		close(s->standard);
}

/* All of them, before anybody is called. */
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

static int check_options(const struct cli_options *o)
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
			.prepared = on_prepared,
			.start = start,
			.interrupted = on_interrupt,
			.clean_up = clean_up,
		},
		.source.fd = -1,
		.standard = -1,
	};
	int code = check_options(options);

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
	code = cli_run(&s.app, MSRP_MODE_ACTIVE);
	msrp_receiver_free(s.receiver); /* after its session */
	return code;
}
