/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/trace.h"

/*
 * The first byte tells how to cut the others. The parser must make the same of the pieces as of the
 * whole.
 */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

enum {
	BY_RANDOM = 0x80
}; /* this bit of the first byte: steps vary, otherwise they are all the same */

static size_t next_step(uint8_t how, uint32_t *seed)
{
	if (!(how & BY_RANDOM))
		return how + 1U;
	*seed = *seed * 1664525 + 1013904223;
	return 1 + (*seed >> 8) % (2U + (how & 0x7f) * 16U);
}

/* Each piece is a block of its own, so that the sanitizer sees where it ends. */
static void feed_piece(struct support_trace *trace, const uint8_t *in, size_t len)
{
	uint8_t *piece = malloc(len);

	if (!piece)
		abort();
	memcpy(piece, in, len);
	support_trace_feed(trace, piece, len);
	free(piece);
}

static void feed_cut(struct support_trace *trace, uint8_t how, const uint8_t *in, size_t len)
{
	uint32_t seed = how;

	for (size_t at = 0; at < len;) {
		size_t step = next_step(how, &seed);

		if (step > len - at)
			step = len - at;
		feed_piece(trace, in + at, step);
		at += step;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct support_trace whole, cut;
	const char *of_whole, *of_cut;

	if (len < 2)
		return 0;
	support_trace_init(&whole);
	support_trace_init(&cut);
	feed_piece(&whole, in + 1, len - 1);
	feed_cut(&cut, in[0], in + 1, len - 1);
	of_whole = support_trace_finish(&whole);
	of_cut = support_trace_finish(&cut);
	if (strcmp(of_whole, of_cut) != 0) {
		fprintf(stderr, "whole:\n%s\ncut:\n%s\n", of_whole, of_cut);
		abort();
	}
	support_trace_done(&whole);
	support_trace_done(&cut);
	return 0;
}
