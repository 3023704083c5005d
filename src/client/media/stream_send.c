/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outgoing direction: chunks of what was written, with a limit on what waits, and keep-alives
 * when it is idle.
 */
#include "client/media/stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "msrp/report.h"

enum {
	/*
	 * Written, but not given to the connection: as much as a fast link takes in a few
	 * milliseconds.
	 */
	PENDING_MAX = 256 * 1024,
	PENDING_LOW = PENDING_MAX / 2,

	/*
	 * Large enough to make the head negligible. Two of them keep the connection busy; the rest
	 * waits without a head, and is gathered.
	 */
	CHUNK_MAX = 64 * 1024,
	CHUNKS_MAX = 2,
};

/* ---- what becomes of it ---- */

static void refused(struct msrp_stream *st, int status, const char *comment)
{
	char why[CLIENT_WHY_MAX];

	st->out = NULL;
	snprintf(why, sizeof(why), "%d %s", status, comment);
	client_stream_break(st, status > 0 ? MSRP_ERROR_ABORTED : status,
			    status > 0 ? why : comment);
}

static void on_stream_response(void *arg, const char *message_id, int status, const char *comment)
{
	if (status != MSRP_OK)
		refused(arg, status, comment);
}

static void on_stream_delivered(void *arg, const char *message_id, int status, const char *comment)
{
	struct msrp_stream *st = arg;

	if (status != MSRP_OK) {
		refused(st, status, comment);
		return;
	}
	st->out = NULL;
	st->delivered = true;
	client_stream_check_end(st);
}

/* ---- chunks ---- */

static int send_chunk(struct msrp_stream *st, size_t len)
{
	struct client_outgoing *out = st->out;
	bool is_last = st->ending && len == st->pending.len;
	int err = client_outgoing_open_chunk(out, st->session->files, len, len);

	if (err)
		return err;
	/* The total stays unknown: that is what tells a stream from a message. */
	if (is_last)
		out->end = out->fed + len;
	err = client_outgoing_feed(out, buf_data(&st->pending), len);
	if (!err)
		buf_consume(&st->pending, len);
	return err;
}

static bool has_room(const struct client_outgoing *out)
{
	const struct client_chunk *chunk;
	size_t n = 0;

	LIST_FOREACH (chunk, &out->chunks, in_out)
		n++;
	return n < CHUNKS_MAX;
}

static bool may_send(const struct msrp_stream *st)
{
	return st->out && !st->out->last_fed && !st->failed && !st->session->over &&
	       (st->pending.len > 0 || st->ending) && has_room(st->out);
}

static void send_pending(struct msrp_stream *st)
{
	while (may_send(st)) {
		size_t len = st->pending.len < CHUNK_MAX ? st->pending.len : CHUNK_MAX;
		int err = send_chunk(st, len);

		if (err)
			client_stream_break(st, err, "out of memory");
	}
	if (!st->session->over)
		client_link_kick(st->session->transport->link);
}

/* The session has nothing else to do: feeds the connection as far as it has room. */
static void pump(void *arg)
{
	struct msrp_stream *st = arg;

	send_pending(st);
	if (!st->wants_room || st->failed || st->pending.len > PENDING_LOW)
		return;
	st->wants_room = false;
	if (st->callbacks.writable)
		st->callbacks.writable(st->arg);
}

/* ---- the message ---- */

/*
 * Requests reports of failures only (RFC 4975 7.1.2), because a side that is not reading cannot
 * answer within 30 seconds; but its end is confirmed.
 */
int client_stream_open(struct msrp_stream *st, const char *content_type)
{
	struct msrp_send_options options = {
		.content_type = content_type,
		.failures = MSRP_FAILURES_PARTIAL,
		.success_report = true,
		.response = on_stream_response,
		.delivered = on_stream_delivered,
		.arg = st,
	};
	struct client_outgoing *out = calloc(1, sizeof(*out));
	int err = out ? client_outgoing_init(out, st->context, &options, NULL) : -ENOMEM;

	if (err) {
		if (out)
			client_outgoing_free(out);
		return err;
	}
	out->session = st->session;
	client_outgoing_set_range(out, 0, MSRP_TOTAL_UNKNOWN, MSRP_TOTAL_UNKNOWN);
	TAILQ_INSERT_TAIL(&st->session->queue, out, in_session);
	out->listed = true;
	st->out = out;
	st->session->pump = pump;
	st->session->pump_arg = st;
	return 0;
}

/*
 * In a chunk of its own, because a message of which nothing was seen vanishes silently. After the
 * end there is nothing left to abort.
 */
void client_stream_send_abort(struct msrp_stream *st)
{
	struct client_outgoing *out = st->out;

	buf_done(&st->pending);
	if (!out)
		return;
	if (!out->last_fed && !out->chunk &&
	    client_outgoing_open_chunk(out, st->session->files, 0, 0) == 0)
		msrp_flow_end(&out->chunk->flow, '#');
	st->out = NULL;
	client_outgoing_fail(out, -ECANCELED, "the stream was aborted");
	client_link_kick(st->session->transport->link);
}

/* ---- for the user ---- */

int msrp_stream_write(struct msrp_stream *st, const void *bytes, size_t len, size_t *ret_taken)
{
	size_t room;

	if (!st || !ret_taken || (len > 0 && !bytes))
		return -EINVAL;
	if (st->gone || st->ending || st->failed || st->session->over)
		return -EPIPE;
	room = PENDING_MAX - st->pending.len;
	st->wants_room = len > room;
	if (st->wants_room)
		len = room;
	buf_add(&st->pending, bytes, len);
	if (buf_failed(&st->pending)) {
		buf_truncate(&st->pending, st->pending.len);
		return -ENOMEM;
	}
	*ret_taken = len;
	send_pending(st);
	return 0;
}

int msrp_stream_end(struct msrp_stream *st)
{
	if (!st)
		return -EINVAL;
	if (st->gone || st->ending || st->failed || st->session->over)
		return -EPIPE;
	st->ending = true;
	send_pending(st);
	return 0;
}
