/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/stream_end.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum {
	PERIOD = 65521, /* a prime: no size of a buffer is a multiple of it */
	STEP = 48 * 1024,
};

static void fill_pattern(uint8_t *out, uint64_t offset, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint32_t at = (uint32_t)((offset + i) % PERIOD);

		out[i] = (uint8_t)(at * 2654435761U >> 24);
	}
}

static bool is_freed(struct stream_end *e, const char *where)
{
	if (e->free_in && strcmp(e->free_in, where) == 0)
		e->stream = msrp_stream_free(e->stream);
	return !e->stream;
}

static void write_more(struct stream_end *e)
{
	uint8_t block[STEP];
	size_t taken = 1;

	while (taken > 0 && e->written < e->to_write) {
		uint64_t left = e->to_write - e->written;
		size_t len = left < STEP ? (size_t)left : STEP;

		fill_pattern(block, e->written, len);
		ck_assert_int_eq(msrp_stream_write(e->stream, block, len, &taken), 0);
		e->written += taken;
	}
	if (e->end_after && e->written == e->to_write) {
		ck_assert_int_eq(msrp_stream_end(e->stream), 0);
		e->end_after = false;
	}
}

static void expect_pattern(uint64_t offset, const uint8_t *bytes, size_t len)
{
	for (size_t at = 0; at < len; at += STEP) {
		uint8_t want[STEP];
		size_t n = len - at < STEP ? len - at : STEP;

		fill_pattern(want, offset + at, n);
		ck_assert(memcmp(want, bytes + at, n) == 0);
	}
}

static void on_data(void *arg, const uint8_t *bytes, size_t len)
{
	struct stream_end *e = arg;
	size_t taken;

	ck_assert_uint_gt(len, 0);
	if (!e->any)
		expect_pattern(e->received, bytes, len);
	e->received += len;
	if (is_freed(e, "data"))
		return;
	if (e->echo) {
		ck_assert_int_eq(msrp_stream_write(e->stream, bytes, len, &taken), 0);
		ck_assert_uint_eq(taken, len);
	}
	if (e->pause_every && e->received - e->paused_at >= e->pause_every) {
		e->paused = true;
		msrp_stream_set_reading(e->stream, false);
	}
}

static void on_ended(void *arg)
{
	struct stream_end *e = arg;

	e->n_ended++;
	is_freed(e, "ended");
}

static void on_writable(void *arg)
{
	struct stream_end *e = arg;

	e->n_writable++;
	if (!is_freed(e, "writable"))
		write_more(e);
}

static void on_closed(void *arg, int err, const char *why)
{
	struct stream_end *e = arg;

	ck_assert(!e->closed);
	e->closed = true;
	e->closed_err = err;
	snprintf(e->why, sizeof(e->why), "%s", why);
	is_freed(e, "closed");
}

const struct msrp_stream_callbacks stream_end_callbacks = {
	.data = on_data,
	.ended = on_ended,
	.writable = on_writable,
	.closed = on_closed,
};

static void make(struct side *s, struct msrp_transport *transport)
{
	struct stream_end *e = s->data;

	ck_assert_int_eq(
	    msrp_stream_new(transport, &e->options, &stream_end_callbacks, e, &e->stream), 0);
}

void stream_end_of(struct stream_end *e, struct side *s)
{
	s->make = make;
	s->data = e;
}

void stream_end_write(struct stream_end *e, uint64_t len)
{
	e->to_write += len;
	write_more(e);
}

void stream_end_resume(struct stream_end *e)
{
	e->paused = false;
	e->paused_at = e->received;
	msrp_stream_set_reading(e->stream, true);
}

void stream_pair_start(struct stream_pair *w, int transport)
{
	pair_init(&w->pair, transport, NULL);
	stream_end_of(&w->caller, &w->pair.caller);
	stream_end_of(&w->callee, &w->pair.callee);
	pair_connect(&w->pair, transport);
}

void stream_pair_start_half(struct stream_pair *w)
{
	pair_init(&w->pair, WITH_TCP, NULL);
	stream_end_of(&w->caller, &w->pair.caller);
	pair_connect(&w->pair, WITH_TCP);
}

void stream_pair_done(struct stream_pair *w)
{
	ck_assert_ptr_null(msrp_stream_free(w->caller.stream));
	ck_assert_ptr_null(msrp_stream_free(w->callee.stream));
	pair_done(&w->pair);
}
