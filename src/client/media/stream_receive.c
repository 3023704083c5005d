/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The incoming octets of a stream, in order, however they are divided into messages.
 */
#include "client/media/stream.h"

#include "msrp/report.h"

/* A stream with a hole in it is worthless. */
static int break_for(struct msrp_stream *st, const char *why)
{
	client_stream_break(st, MSRP_ERROR_PROTOCOL, why);
	return MSRP_STOP_SENDING;
}

int client_stream_begin(void *arg, struct msrp_incoming *message)
{
	struct msrp_stream *st = arg;

	if (st->failed)
		return MSRP_STOP_SENDING;
	if (message == st->current)
		return 0;
	if (st->ended)
		return break_for(st, "the other side goes on after its end");
	if (st->current)
		return break_for(st, "the other side begins a message within another");
	st->current = message;
	st->expected = 0;
	st->is_piece = message->total != MSRP_TOTAL_UNKNOWN;
	return 0;
}

int client_stream_data(void *arg, struct msrp_incoming *message, uint64_t offset,
		       const uint8_t *bytes, size_t len)
{
	struct msrp_stream *st = arg;

	if (st->failed)
		return MSRP_STOP_SENDING;
	if (offset != st->expected)
		return break_for(st, "octets of the other side are missing");
	st->expected += len;
	st->callbacks.data(st->arg, bytes, len);
	return 0;
}

int client_stream_chunk_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct msrp_stream *st = arg;

	if (message != st->current || st->failed || st->session->over)
		return 0;
	if (flag == '+')
		return 0;
	st->current = NULL;
	if (flag == '#') {
		client_stream_break(st, MSRP_ERROR_ABORTED, "the other side has given up");
		return 0;
	}
	if (!message->complete)
		return break_for(st, "octets of the other side are missing");
	if (st->is_piece)
		return 0;
	st->ended = true;
	st->callbacks.ended(st->arg);
	client_stream_check_end(st);
	return 0;
}
