/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp receive: one file, which comes without an offer and may go anywhere, or with --dir
 * everything that the sender has. The library receives and verifies; this file decides what to
 * accept, where it goes, and what to keep of an incomplete file.
 */
#include "cli/app/app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cli/disk/file_name.h"
#include "cli/disk/hash_text.h"
#include "cli/disk/output.h"
#include "cli/disk/part.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/say.h"

enum { WHY_MAX = 128 };

struct receiving {
	struct cli_app app;
	struct msrp_file_receiver *receiver;
	struct cli_output *output; /* of the current file, or NULL */
	bool moved;		   /* some of its octets have arrived */
	char *left;		   /* the name of what is left of an incomplete file, or NULL */
	struct cli_progress progress;
	size_t n_files;
	bool failed; /* a file has failed, and the reason was printed */
	bool interrupted;
};

/* ---- what is said ---- */

/* Describes why a file cannot be accepted, in one line for both sides to read. */
static void explain_refusal(int err, char why[WHY_MAX])
{
	if (err == -EFBIG)
		snprintf(why, WHY_MAX, "the file is larger than --max-size allows");
	else if (err == -ERANGE)
		snprintf(why, WHY_MAX, "only the rest of the file can be taken");
	else if (err == -EBUSY)
		snprintf(why, WHY_MAX, "cannot write the file: it is being received already");
	else
		snprintf(why, WHY_MAX, "cannot write the file: %s", strerror(-err));
}

static const char *offered_name(const struct receiving *r, const struct msrp_file_offer *offer)
{
	if (r->output)
		return cli_output_name(r->output);
	return r->app.options.output ? r->app.options.output : offer->file.name;
}

static void say_failed(struct receiving *r, const struct msrp_file_offer *offer, const char *why)
{
	const char *name = offered_name(r, offer);

	cli_progress_clear(&r->progress);
	cli_error("%s%s%s", name ? name : "", name ? ": " : "", why);
	r->failed = true;
}

/* ---- what is taken ---- */

static bool is_verifiable(const struct msrp_file_selector *file)
{
	return file->has_size && (file->has_sha1 || file->has_sha256);
}

/* An accepted file must fit on the disk; the size of one without an offer is unknown. */
static int check_size(const struct receiving *r, const struct msrp_file_offer *offer, uint64_t have)
{
	const struct cli_options *o = &r->app.options;
	uint64_t size = offer->file.size;
	struct statvfs fs;

	if (!offer->file.has_size)
		return 0;
	if (o->max_size > 0 && size > o->max_size)
		return -EFBIG;
	if (!offer->id[0] || statvfs(o->directory, &fs) != 0 || fs.f_blocks == 0 || size <= have)
		return 0;
	return (size - have) / fs.f_frsize >= fs.f_bavail ? -ENOSPC : 0;
}

static int open_output(struct receiving *r, const struct msrp_file_offer *offer, uint64_t *ret_have)
{
	const struct cli_options *o = &r->app.options;
	const char *place = o->directory ? o->directory : o->output;

	if (offer->id[0] && is_verifiable(&offer->file))
		return cli_output_resume(o->directory, &offer->file, o->force, &r->output,
					 ret_have);
	return cli_output_new(place, offer->file.name, o->force, &r->output);
}

static int take_file(struct receiving *r, struct msrp_file_offer *offer)
{
	uint64_t have = 0;
	int err = open_output(r, offer, &have);

	if (!err)
		err = check_size(r, offer, have);
	if (!err)
		err = msrp_file_receiver_accept(r->receiver, offer, cli_output_fd(r->output), have);
	return err;
}

/*
 * The next transfer can continue the part that stays of a file. At most one part stays of each: a
 * sender must not leave any number.
 */
static void leave_output(struct receiving *r, uint64_t done)
{
	char *left = cli_output_leave(r->output, r->moved, done);

	r->output = NULL;
	r->moved = false;
	if (!left)
		return;
	if (r->left && strcmp(r->left, left) != 0)
		unlink(r->left);
	free(r->left);
	r->left = left;
}

static void on_offered(void *arg, struct msrp_file_offer *offer)
{
	struct receiving *r = arg;
	char why[WHY_MAX];
	int err = take_file(r, offer);

	if (!err)
		return;
	explain_refusal(err, why);
	say_failed(r, offer, why);
	leave_output(r, 0);
	msrp_file_receiver_refuse(r->receiver, offer, why);
	if (!r->app.options.directory)
		msrp_file_receiver_end(r->receiver);
}

/* The sender may offer the same file again, if name, size and hash are equal. */
static int on_present(void *arg, const struct msrp_file_offer *offer)
{
	struct receiving *r = arg;
	char *place = cli_file_name_place(r->app.options.directory, offer->file.name);
	int fd;
	int err = place ? cli_part_open_received(place, offer->file.size, &fd) : -ENOMEM;

	free(place);
	return err ? -1 : fd;
}

/* ---- what comes ---- */

static void on_received_started(void *arg, struct msrp_file_offer *offer)
{
	struct receiving *r = arg;

	r->moved = true;
	cli_progress_start(&r->progress, offer->start);
}

static void on_progress(void *arg, struct msrp_file_offer *offer)
{
	struct receiving *r = arg;
	const char *name = offer->file.name ? offer->file.name : "";

	if (offer->state == MSRP_FILE_READING)
		cli_progress_reading(&r->progress, name);
	else
		cli_progress_show(&r->progress, cli_output_name(r->output), offer->done,
				  offer->file.has_size ? offer->file.size : MSRP_TOTAL_UNKNOWN);
}

static int on_complete(void *arg, struct msrp_file_offer *offer)
{
	struct receiving *r = arg;

	return cli_output_publish(r->output);
}

static void say_complete(struct receiving *r, const struct msrp_file_offer *offer)
{
	char sha256[CLI_HASH_TEXT];

	cli_hash_text(offer->file.sha256, sizeof(offer->file.sha256), sha256);
	cli_progress_clear(&r->progress);
	fprintf(r->app.told, "%s\n", cli_output_name(r->output));
	cli_progress_finish(&r->progress, r->app.told, offer->file.size - offer->start, sha256);
	fflush(r->app.told);
}

static void say_present(struct receiving *r, const struct msrp_file_offer *offer)
{
	char *place = cli_file_name_place(r->app.options.directory, offer->file.name);

	cli_progress_clear(&r->progress);
	fprintf(r->app.told, "%s is there already\n", place ? place : "");
	fflush(r->app.told);
	free(place);
}

static void on_received_over(void *arg, struct msrp_file_offer *offer, int err, const char *why)
{
	struct receiving *r = arg;

	if (offer->present)
		say_present(r, offer);
	else if (!err)
		say_complete(r, offer);
	else if (err != -ECANCELED)
		say_failed(r, offer, why);
	r->n_files += err == 0;
	leave_output(r, offer->done);
	if (!r->app.options.directory)
		msrp_file_receiver_end(r->receiver);
}

static void on_receiver_closed(void *arg, int err, const char *why)
{
	struct receiving *r = arg;
	bool missing = r->app.options.directory ? err != 0 : r->n_files == 0;

	cli_progress_clear(&r->progress);
	if (r->interrupted)
		cli_fail(&r->app, CLI_TRANSFER, "receiving failed: interrupted");
	else if (r->failed)
		cli_end(&r->app, CLI_TRANSFER);
	else if (missing)
		cli_fail(&r->app, CLI_TRANSFER, "receiving failed: %s", why);
	else
		cli_end(&r->app, CLI_OK);
}

/* ---- the session ---- */

static int start_receiver(struct cli_app *app, struct msrp_transport *transport)
{
	static const struct msrp_file_receiver_callbacks callbacks = {
		.present = on_present,
		.offered = on_offered,
		.started = on_received_started,
		.progress = on_progress,
		.complete = on_complete,
		.over = on_received_over,
		.closed = on_receiver_closed,
	};
	struct receiving *r = app->data;
	struct msrp_file_receiver_options options = {
		.max_size = app->options.max_size,
		.without_offers = !app->options.directory,
	};

	return msrp_file_receiver_new(transport, &options, &callbacks, r, &r->receiver);
}

static void on_receive_interrupt(struct cli_app *app)
{
	struct receiving *r = app->data;

	r->interrupted = true;
	msrp_file_receiver_end(r->receiver);
}

static void on_receive_prepared(struct cli_app *app, const char *local_path)
{
	if (cli_tell_path(app, "send FILE", local_path) == 0)
		cli_complete(app);
}

static void clean_up_receive(struct cli_app *app)
{
	struct receiving *r = app->data;

	r->receiver = msrp_file_receiver_free(r->receiver);
	r->output = cli_output_free(r->output);
	free(r->left);
}

/* ---- before anybody calls ---- */

static bool is_directory(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The directory that the file goes to. */
static bool is_writable(const struct cli_options *o)
{
	const char *slash = o->output ? strrchr(o->output, '/') : NULL;
	char *directory;
	bool writable;

	if (o->directory || (o->output && is_directory(o->output)))
		return access(o->directory ? o->directory : o->output, W_OK | X_OK) == 0;
	if (!slash)
		return true;
	if (access(o->output, F_OK) == 0) /* for example a device in somebody else's directory */
		return true;
	directory = strndup(o->output, (size_t)(slash - o->output) + 1);
	writable = !directory || access(directory, W_OK | X_OK) == 0;
	free(directory);
	return writable;
}

static int check_receive_options(const struct cli_options *o)
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
	/* Better now than after the other side has begun to send. */
	if (o->output && cli_output_check(o->output, o->force) != 0) {
		cli_error("%s exists; --force replaces it", o->output);
		return CLI_USAGE;
	}
	if (o->n_arguments == 0 && !o->username != !o->listens && !(o->directory && o->output))
		return 0;
	cli_error("usage: msrp receive --user NAME@DOMAIN | --listen [HOST:]PORT");
	return CLI_USAGE;
}

int cli_receive(struct cli_options *options)
{
	struct receiving r = {
		.app = {
			.options = *options,
			.prepared = on_receive_prepared,
			.start = start_receiver,
			.interrupted = on_receive_interrupt,
			.clean_up = clean_up_receive,
		},
	};
	int code = check_receive_options(options);

	r.app.data = &r;
	if (cli_output_is_standard(options->output))
		r.app.told = stderr;
	if (!code)
		return cli_run(&r.app, MSRP_MODE_PASSIVE);
	cli_options_done(options);
	return code;
}
