/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames of a WebSocket: any bytes give the same result whole and in pieces, and the same as wslay,
 * if that is installed, as far as it judges them.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "net/websocket/websocket_frame.h"
#ifdef HAVE_WSLAY
#include <wslay/wslay.h>
#endif

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* Data, events and the end. */
struct outcome {
	struct net_websocket_decoder decoder;
	struct buf data;
	struct buf events;
	enum net_websocket_event last;
};

static bool is_over(const struct outcome *o)
{
	return o->last == NET_WEBSOCKET_GOT_CLOSE || o->last == NET_WEBSOCKET_BROKEN;
}

static void feed(struct outcome *o, const uint8_t *in, size_t len)
{
	uint8_t *block = malloc(len), *next = block, *out = block;
	enum net_websocket_event event = NET_WEBSOCKET_NOTHING;

	check(block);
	memcpy(block, in, len);
	while (!is_over(o) && (event = net_websocket_decode(&o->decoder, &next, &len, &out)) !=
				  NET_WEBSOCKET_NOTHING) {
		check(out <= next && o->decoder.control_len <= NET_WEBSOCKET_CONTROL_MAX);
		o->last = event;
		buf_add_u64(&o->events, event);
		buf_add(&o->events, o->decoder.control, o->decoder.control_len);
	}
	check(is_over(o) || len == 0);
	buf_add(&o->data, block, (size_t)(out - block));
	free(block);
}

static struct outcome decode(const uint8_t *in, size_t len, size_t piece)
{
	struct outcome o = { 0 };

	for (size_t at = 0; at < len && !is_over(&o); at += piece)
		feed(&o, in + at, len - at < piece ? len - at : piece);
	return o;
}

static void done(struct outcome *o)
{
	buf_done(&o->data);
	buf_done(&o->events);
}

/* How much of broken text comes out before the error is noticed depends on the pieces. */
static void compare(const struct outcome *a, const struct outcome *b)
{
	check(slice_equal(buf_slice(&a->events), buf_slice(&b->events)));
	check(a->last == b->last && (!is_over(a) || a->decoder.code == b->decoder.code));
	if (a->decoder.code != NET_WEBSOCKET_NOT_TEXT)
		check(slice_equal(buf_slice(&a->data), buf_slice(&b->data)));
}

#ifdef HAVE_WSLAY
static ssize_t on_recv(uint8_t *out, size_t size, int flags, void *arg)
{
	struct slice *rest = arg;
	size_t len = size < rest->len ? size : rest->len;

	if (len == 0)
		return -1;
	memcpy(out, rest->p, len);
	*rest = slice_skip(*rest, len);
	return (ssize_t)len;
}

/* The data that wslay finds, up to its first complaint, stored in *RET_WRONG. */
static struct buf ask_wslay(const uint8_t *in, size_t len, bool *ret_wrong)
{
	static const struct wslay_frame_callbacks callbacks = { .recv_callback = on_recv };
	struct slice rest = slice_make(in, len);
	struct wslay_frame_context *ctx;
	struct wslay_frame_iocb frame;
	struct buf data = { 0 };
	ssize_t n;

	check(wslay_frame_context_init(&ctx, &callbacks, &rest) == 0);
	while ((n = wslay_frame_recv(ctx, &frame)) >= 0)
		if (!(frame.opcode & 8))
			buf_add(&data, frame.data, (size_t)n);
	*ret_wrong = n == WSLAY_ERR_PROTO;
	wslay_frame_context_free(ctx);
	return data;
}

/* If it complains, so must we; and until ours stops, both find the same. */
static void compare_with_wslay(const struct outcome *o, const uint8_t *in, size_t len)
{
	struct slice ours = buf_slice(&o->data);
	bool wrong;
	struct buf data = ask_wslay(in, len, &wrong);

	check(!wrong || is_over(o));
	check(data.len >= ours.len || wrong);
	if (data.len >= ours.len)
		check(slice_equal(slice_first(buf_slice(&data), ours.len), ours));
	if (!is_over(o))
		check(data.len == ours.len);
	buf_done(&data);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct outcome whole = decode(in, len, len > 0 ? len : 1);

	for (size_t piece = 1; piece <= 7; piece += 2) {
		struct outcome pieces = decode(in, len, piece);

		compare(&whole, &pieces);
		done(&pieces);
	}
#ifdef HAVE_WSLAY
	compare_with_wslay(&whole, in, len);
#endif
	done(&whole);
	return 0;
}
