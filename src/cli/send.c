/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/progress.h"
#include "cli/say.h"
#include "cli/sha256.h"

enum {
	TICK_MS = 200,
	REPORT_MS = 60 * 1000, /* from the last octet sent to the report that it arrived */
};

struct sending {
	struct cli_app app;
	int fd;
	uint64_t size;
	struct msrp_outgoing_file *file; /* NULL once its last outcome was told */
	struct cli_sha256 *sha;
	struct cli_progress progress;
	uint64_t answered_ms; /* 0: the last octet has not been answered */
	bool delivered;
	bool interrupted;
};

/* ---- the file ---- */

static int read_file(void *arg, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len)
{
	struct sending *s = arg;
	ssize_t len;

	do
		len = pread(s->fd, bytes, size, (off_t)offset);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	cli_sha256_add(s->sha, bytes, (size_t)len);
	*ret_len = (size_t)len;
	return 0;
}

static int open_file(struct sending *s, const char *name)
{
	struct stat st;

	s->fd = open(name, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0 || fstat(s->fd, &st) != 0) {
		cli_error("%s: %s", name, strerror(errno));
		return CLI_USAGE;
	}
	if (!S_ISREG(st.st_mode)) {
		cli_error("%s: not a regular file", name);
		return CLI_USAGE;
	}
	s->size = (uint64_t)st.st_size;
	return 0;
}

/* ---- the session ---- */

static void on_tick(uv_timer_t *tick)
{
	struct sending *s = tick->data;

	if (s->file)
		cli_progress_show(&s->progress, msrp_outgoing_file_sent(s->file), s->size);
	if (s->answered_ms && uv_now(&s->app.loop) - s->answered_ms > REPORT_MS) {
		cli_progress_clear(&s->progress);
		cli_fail(&s->app, CLI_TRANSFER, "the other side does not confirm that all arrived");
	}
}

static void fail(struct sending *s, int status, const char *comment)
{
	s->file = NULL;
	cli_progress_clear(&s->progress);
	if (s->interrupted || status < 0)
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: %s",
			 s->interrupted ? "interrupted" : comment);
	else
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: %d %s", status, comment);
}

static void on_response(void *arg, const char *message_id, int status, const char *comment)
{
	struct sending *s = arg;

	s->answered_ms = uv_now(&s->app.loop);
	if (s->interrupted)
		s->file = NULL; /* the session is about to say goodbye */
	else if (status != 200)
		fail(s, status, comment);
}

static void on_delivered(void *arg, const char *message_id, int status, const char *comment)
{
	struct sending *s = arg;

	if (status != 200) {
		fail(s, status, comment);
		return;
	}
	s->file = NULL;
	s->delivered = true;
	uv_timer_stop(&s->app.tick);
	msrp_session_shutdown(s->app.session);
}

static void on_closed(void *arg, int err, const char *why)
{
	struct sending *s = arg;
	char sha256[CLI_SHA256_TEXT];

	cli_progress_clear(&s->progress);
	if (!s->delivered) {
		cli_fail(&s->app, CLI_TRANSFER, "sending failed: %s",
			 s->interrupted ? "interrupted" : why);
		return;
	}
	cli_sha256_finish(s->sha, sha256);
	cli_progress_finish(&s->progress, s->size, sha256);
	cli_end(&s->app, CLI_OK);
}

/* Nothing is wanted from the other side. */
static int on_begin(void *arg, struct msrp_incoming *message)
{
	return 403;
}

static int on_data(void *arg, struct msrp_incoming *message, uint64_t offset, const uint8_t *bytes,
		   size_t len)
{
	return 403;
}

static int on_end(void *arg, struct msrp_incoming *message, char flag)
{
	return 0;
}

static const struct msrp_session_callbacks callbacks = {
	.begin = on_begin,
	.data = on_data,
	.end = on_end,
	.closed = on_closed,
};

static const char *base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static int start(struct cli_app *app, struct msrp_transport *transport)
{
	struct sending *s = app->data;
	struct msrp_file_options options = {
		.send = {
			.success_report = true,
			.response = on_response,
			.delivered = on_delivered,
			.arg = s,
		},
		.name = base_name(app->options.arguments[0]),
		.chunk_size = app->options.chunk_size,
		.read = read_file,
		.read_arg = s,
	};
	int err;

	err = msrp_session_new(transport, NULL, &callbacks, s, &app->session);
	if (!err)
		err = msrp_outgoing_file_new(s->fd, s->size, &options, &s->file);
	if (err)
		return err;
	cli_progress_start(&s->progress);
	uv_timer_start(&app->tick, on_tick, TICK_MS, TICK_MS);
	return msrp_session_send_file(app->session, s->file);
}

static void on_interrupt(struct cli_app *app)
{
	struct sending *s = app->data;

	s->interrupted = true;
	if (s->file)
		msrp_outgoing_file_cancel(s->file);
	msrp_session_shutdown(app->session);
}

static void on_prepared(struct cli_app *app, const char *local_path)
{
	cli_find_path(app, cli_complete);
}

static int check_options(const struct cli_options *o)
{
	if (o->n_arguments == 1 && !o->to != !o->path_file)
		return 0;
	cli_error("usage: msrp send FILE --to PATH | --path-file FILE");
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
		},
		.fd = -1,
	};
	int code = check_options(options);

	s.app.data = &s;
	if (!code)
		code = open_file(&s, options->arguments[0]);
	s.sha = cli_sha256_new();
	s.app.remote_path = options->to ? strdup(options->to) : NULL;
	if (code || !s.sha)
		cli_options_done(options);
	else
		code = cli_run(&s.app, MSRP_MODE_ACTIVE);
	cli_sha256_free(s.sha);
	if (s.fd >= 0)
		close(s.fd);
	return code;
}
