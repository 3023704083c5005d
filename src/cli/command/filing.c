/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/disk/file_name.h"
#include "cli/command/filing.h"
#include "cli/command/offer.h"
#include "cli/disk/part.h"
#include "cli/terminal/say.h"
#include "msrp/report.h"

void cli_filing_say_failed(struct cli_filing *f, const char *what)
{
	const char *name = f->output  ? cli_output_name(f->output)
			   : f->offer ? f->offer->file.name
				      : NULL;

	cli_progress_clear(&f->progress);
	cli_error("%s%s%s", name ? name : "", name ? ": " : "", what);
	f->failed = true;
}

/* Both sides are told. */
void cli_filing_say_error(struct cli_filing *f, int err)
{
	cli_receive_explain(err, f->why);
	cli_filing_say_failed(f, f->why);
}

/* ---- answers ---- */

/*
 * What stays of a file can be gone on with by the next transfer. One of them stays of each: a
 * sender must not leave as many as it likes.
 */
static void leave_output(struct cli_filing *f)
{
	char *left = cli_output_leave(f->output);

	f->output = NULL;
	if (!left)
		return;
	if (f->left && strcmp(f->left, left) != 0)
		unlink(f->left);
	free(f->left);
	f->left = left;
}

void cli_filing_forget_offer(struct cli_filing *f)
{
	f->offer = msrp_sdp_media_free(f->offer);
	leave_output(f);
	f->check = msrp_file_hash_free(f->check);
	f->reading = false;
	f->agreed = false;
	f->have = 0;
}

static void send_answer(struct cli_filing *f, struct msrp_sdp_media *answer, const char *info)
{
	int err;

	answer->path = msrp_session_local_path(f->app.session);
	answer->accept_types = "*";
	err = cli_offer_send(f->app.session, answer, info, NULL, NULL);
	if (err)
		cli_fail(&f->app, CLI_TRANSFER, "%s", uv_strerror(err));
}

/* It said why. */
static void refuse(struct cli_filing *f)
{
	struct msrp_sdp_media answer = { 0 };

	msrp_file_refuse(f->offer, &answer);
	send_answer(f, &answer, f->why);
	cli_filing_forget_offer(f);
}

static void take_file(struct cli_filing *f)
{
	struct msrp_sdp_media answer = { .port = CLI_OFFER_PORT };

	if (msrp_file_accept(f->offer, f->have, &answer) != 0) {
		snprintf(f->why, sizeof(f->why), "only the rest of the file can be taken");
		cli_filing_say_failed(f, f->why);
		refuse(f);
		return;
	}
	f->agreed = true;
	send_answer(f, &answer, NULL);
}

/* What could not be read is found out when the whole is compared. */
static void on_hashed(void *arg, int err)
{
	struct cli_filing *f = arg;

	f->reading = false;
	take_file(f);
}

/* Nothing to send. */
static void take_without_transfer(struct cli_filing *f)
{
	struct msrp_sdp_media answer = { .port = CLI_OFFER_PORT };
	char *place = cli_file_name_place(f->app.options.directory, f->offer->file.name);

	if (msrp_file_accept(f->offer, 0, &answer) == 0) {
		answer.direction = MSRP_INACTIVE;
		send_answer(f, &answer, NULL);
		printf("%s is there already\n", place ? place : "");
		fflush(stdout);
		f->n_files++;
	}
	free(place);
	cli_filing_forget_offer(f);
}

static void open_output(struct cli_filing *f)
{
	const struct msrp_file_selector *file = &f->offer->file;
	int err = cli_output_resume(&f->app.loop, f->app.options.directory, file,
				    f->app.options.force, &f->output, &f->have);

	if (!err && file->has_size)
		err = cli_receive_check_size(&f->app.options, f->app.options.directory, f->have,
					     file->size);
	/* Without size and hash it comes as one that was not offered. */
	if (err && err != -EINVAL) {
		cli_filing_say_error(f, err);
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
	struct cli_filing *f = arg;
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

static int start_check(struct cli_filing *f, const char *place)
{
	const struct msrp_file_selector *file = &f->offer->file;
	int fd;
	int err = cli_part_open_received(place, file->size, &fd);

	if (err)
		return err;
	err = msrp_file_hash_new(&f->app.loop, &f->check);
	if (!err)
		err = msrp_file_hash_read(f->check, fd, file->size, on_checked, f);
	close(fd);
	return err;
}

/* The sender may offer the same file again: one of its name, size and hash is it. */
static void check_existing(struct cli_filing *f)
{
	const struct msrp_file_selector *file = &f->offer->file;
	char *place = cli_file_name_place(f->app.options.directory, file->name);
	bool known = file->has_size && (file->has_sha1 || file->has_sha256);

	f->reading = place && known && start_check(f, place) == 0;
	if (!f->reading) {
		f->check = msrp_file_hash_free(f->check);
		open_output(f);
	}
	free(place);
}

/* ---- descriptions ---- */

int cli_filing_take_description(struct cli_filing *f)
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
	cli_filing_forget_offer(f);
	f->offered = true;
	f->offer = media;
	check_existing(f);
	if (f->reading)
		cli_offer_send_patience(f->app.session);
	return 0;
}
