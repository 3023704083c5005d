/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life of a stream: made from a transport, ended by both sides or broken off by one.
 */
#include "client/media/stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/reserved.h"

enum {
	/*
	 * On an idle stream: a relay that is asked to forward something notices that the other side
	 * has gone, and NATs forget connections after minutes.
	 */
	KEEP_ALIVE_MS = 60 * 1000,
};

/* ---- the end ---- */

void client_stream_break(struct msrp_stream *st, int err, const char *why)
{
	if (st->gone || st->failed || st->session->over)
		return;
	st->failed = err;
	snprintf(st->why, sizeof(st->why), "%s", why);
	client_stream_send_abort(st);
	msrp_session_shutdown(st->session);
}

void client_stream_check_end(struct msrp_stream *st)
{
	if (!st->gone && st->ended && st->delivered)
		msrp_session_shutdown(st->session);
}

static void on_stream_closed(void *arg, int err, const char *why)
{
	struct msrp_stream *st = arg;

	if (st->failed) {
		err = st->failed;
		why = st->why;
	} else if (st->ended && st->delivered) {
		err = 0;
	} else if (!err) {
		err = MSRP_ERROR_CLOSED;
	}
	st->callbacks.closed(st->arg, err, why);
}

/* ---- making and freeing ---- */

static const struct msrp_session_callbacks session_callbacks = {
	.begin = client_stream_begin,
	.data = client_stream_data,
	.end = client_stream_chunk_end,
	.closed = on_stream_closed,
};

static struct msrp_stream *stream_new(const struct msrp_stream_callbacks *callbacks, void *arg)
{
	struct msrp_stream *st = calloc(1, sizeof(*st));

	if (!st)
		return NULL;
	st->callbacks = *callbacks;
	st->arg = arg;
	return st;
}

static int stream_open(struct msrp_transport *transport, const struct msrp_stream_options *options,
		       const struct msrp_stream_callbacks *callbacks, void *arg,
		       struct msrp_stream **ret_stream)
{
	static const struct msrp_stream_options defaults;
	const struct msrp_stream_options *o = options ? options : &defaults;
	const char *types[] = { o->content_type ? o->content_type : MSRP_STREAM_TYPE, NULL };
	struct msrp_stream *st;
	int err;

	if (!callbacks || !callbacks->data || !callbacks->ended || !callbacks->closed)
		return -EINVAL;
	st = stream_new(callbacks, arg);
	if (!st) {
		msrp_transport_free(transport);
		return -ENOMEM;
	}
	err = msrp_session_new(transport, types, &session_callbacks, st, &st->session);
	if (err) {
		free(st);
		return err;
	}
	st->context = st->session->context;
	err = client_stream_open(st, types[0]);
	if (err) {
		msrp_stream_free(st);
		return err;
	}
	client_keep_alive_start(st->session, o->keep_alive_ms ? o->keep_alive_ms : KEEP_ALIVE_MS,
				true);
	*ret_stream = st;
	return 0;
}

int msrp_stream_new(struct msrp_transport *transport, const struct msrp_stream_options *options,
		    const struct msrp_stream_callbacks *callbacks, void *arg,
		    struct msrp_stream **ret_stream)
{
	return !transport || !ret_stream || !callbacks || IS_NEWER(callbacks) ||
		       (options && IS_NEWER(options))
		   ? -EINVAL
		   : stream_open(transport, options, callbacks, arg, ret_stream);
}

static void free_discarded_stream(struct client_garbage *garbage)
{
	struct msrp_stream *st = CONTAINER_OF(garbage, struct msrp_stream, garbage);

	buf_done(&st->pending);
	free(st);
}

struct msrp_stream *msrp_stream_free(struct msrp_stream *st)
{
	if (!st || st->gone)
		return NULL;
	st->gone = true;
	msrp_session_free(st->session);
	client_discard(st->context, &st->garbage, free_discarded_stream);
	return NULL;
}

void msrp_stream_abort(struct msrp_stream *st)
{
	if (st)
		client_stream_break(st, -ECANCELED, "the stream was aborted");
}

void msrp_stream_set_reading(struct msrp_stream *st, bool reading)
{
	if (st && !st->gone)
		msrp_session_set_reading(st->session, reading);
}
