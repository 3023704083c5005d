/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void did_initialize(void *arg, const struct msrp_sdp_media *local)
{
	struct end *e = arg;

	ck_assert_ptr_null(e->sdp);
	ck_assert_int_eq(msrp_sdp_format(local, &e->sdp), 0);
}

static void did_start(void *arg)
{
	struct end *e = arg;

	e->started = true;
}

static void progress(void *arg, uint64_t done, uint64_t total)
{
	struct end *e = arg;

	ck_assert_uint_gt(done, e->progress);
	ck_assert_uint_le(done, total);
	e->progress = done;
	e->total = total;
	if (e->stops)
		msrp_file_transfer_end(e->transfer);
}

static void did_complete(void *arg, const struct msrp_file_selector *file)
{
	struct end *e = arg;

	ck_assert(!e->complete && !e->failed && !e->ended);
	e->complete = true;
	e->file = *file;
	if (e->frees)
		e->transfer = msrp_file_transfer_free(e->transfer);
}

static void did_fail(void *arg, int err, const char *why)
{
	struct end *e = arg;

	ck_assert(!e->complete && !e->ended && err);
	e->failed = err;
	snprintf(e->why, sizeof(e->why), "%s", why);
}

static void did_end(void *arg)
{
	struct end *e = arg;

	ck_assert(!e->ended);
	e->ended = true;
}

const struct msrp_file_transfer_callbacks transfer_callbacks = {
	.did_initialize = did_initialize,
	.did_start = did_start,
	.progress = progress,
	.did_complete = did_complete,
	.did_fail = did_fail,
	.did_end = did_end,
};

/* ---- making and freeing ---- */

void write_file(int fd, const void *bytes, size_t len)
{
	ck_assert_int_eq(pwrite(fd, bytes, len, 0), (ssize_t)len);
}

void transfer_init_files(struct transfer *t, size_t size)
{
	t->bytes = make_file(size);
	t->from.pair = t->to.pair = &t->pair;
	t->from.fd = memfd_create("from", MFD_CLOEXEC);
	t->to.fd = memfd_create("to", MFD_CLOEXEC);
	write_file(t->from.fd, t->bytes.bytes, size);
}

void transfer_init(struct transfer *t, size_t size)
{
	static const struct msrp_context_options options = { .bind_timeout_ms = 2000 };

	*t = (struct transfer){ 0 };
	pair_init(&t->pair, WITH_TCP, &options);
	transfer_init_files(t, size);
}

static void end_done(struct end *e)
{
	e->transfer = msrp_file_transfer_free(e->transfer);
	close(e->fd);
	free(e->sdp);
}

void transfer_done_files(struct transfer *t)
{
	end_done(&t->from);
	end_done(&t->to);
	free(t->bytes.bytes);
}

void transfer_done(struct transfer *t)
{
	transfer_done_files(t);
	pair_done(&t->pair);
}

struct msrp_file_transfer_options sender_options(const struct transfer *t)
{
	return (struct msrp_file_transfer_options){
		.sends = true,
		.fd = t->from.fd,
		.file = { .name = "picture \"1\".bin",
			  .type = "image/png",
			  .size = t->bytes.len,
			  .has_size = true },
	};
}

static struct msrp_connector *make_connector(const struct end *e, bool calls)
{
	struct msrp_connector *connector;

	if (calls)
		ck_assert_int_eq(msrp_connector_direct_new(e->pair->context, &connector), 0);
	else
		ck_assert_int_eq(msrp_acceptor_direct_new(e->pair->context, &connector), 0);
	return connector;
}

int make_transfer(struct end *e, const struct msrp_file_transfer_options *options, bool calls)
{
	return msrp_file_transfer_new(make_connector(e, calls), options, &transfer_callbacks, e,
				      &e->transfer);
}

void initialize_with(struct end *e, const struct msrp_file_transfer_options *options,
		     struct msrp_connector *connector, const struct msrp_local_uri *local)
{
	ck_assert_int_eq(
	    msrp_file_transfer_new(connector, options, &transfer_callbacks, e, &e->transfer), 0);
	ck_assert_int_eq(msrp_file_transfer_initialize(e->transfer, local), 0);
	PAIR_RUN_UNTIL(e->pair, e->sdp || e->ended);
}

void initialize_end(struct end *e, const struct msrp_file_transfer_options *options, bool calls)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .port = calls ? 9 : 0 };

	initialize_with(e, options, make_connector(e, calls), &local);
}

struct msrp_sdp_media *parse_sdp(const char *sdp)
{
	struct msrp_sdp_media *media;

	ck_assert_ptr_nonnull(sdp);
	ck_assert_int_eq(msrp_sdp_parse(sdp, strlen(sdp), 0, &media), 0);
	return media;
}

void start_end(struct end *e, const char *remote_sdp)
{
	struct msrp_sdp_media *remote = parse_sdp(remote_sdp);

	ck_assert_int_eq(msrp_file_transfer_start(e->transfer, remote), 0);
	msrp_sdp_media_free(remote);
}
