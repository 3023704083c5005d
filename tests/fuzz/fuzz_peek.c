/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "msrp/peek.h"
#include "msrp/result.h"
#include "support/world.h"

/*
 * A connection whose first bytes come one by one goes where it would go if they came at once, and
 * nobody waits for more than the longest head.
 */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void require(bool fact)
{
	if (!fact)
		abort();
}

/* On the heap, so that a sanitizer sees a look beyond the end. */
static uint8_t *copy_of(const uint8_t *in, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	require(copy);
	if (len > 0)
		memcpy(copy, in, len);
	return copy;
}

/* The result of a look: not a request, not known yet, or the destination. */
struct told {
	int result;
	bool is_anothers;
	unsigned worker;
};

/* In pieces of STEP octets, each of which is freed when the next one comes. */
static struct told look(const struct relay *relay, const uint8_t *in, size_t len, size_t step)
{
	struct told told = { .result = MSRP_MORE };
	struct msrp_peek peek = { 0 };
	struct msrp_uri_slices to;

	for (size_t at = 0; at < len && told.result == MSRP_MORE; at += step) {
		size_t n = len - at < step ? len - at : step;
		uint8_t *piece = copy_of(in + at, n);

		told.result = msrp_peek_to_path(&peek, piece, n, &to);
		if (told.result == 0)
			told.is_anothers = relay_find_worker(relay, &to, &told.worker);
		free(piece);
	}
	require(told.result != MSRP_MORE || len < MSRP_HEAD_MAX);
	msrp_peek_done(&peek);
	return told;
}

/* The same for the whole head. */
static int look_at_head(const uint8_t *in, size_t len, size_t step)
{
	struct msrp_peek peek = { 0 };
	struct msrp_message m;
	int result = MSRP_MORE;

	for (size_t at = 0; at < len && result == MSRP_MORE; at += step) {
		size_t n = len - at < step ? len - at : step;
		uint8_t *piece = copy_of(in + at, n);

		result = msrp_peek_head(&peek, piece, n, &m);
		free(piece);
	}
	require(result != MSRP_MORE || len < MSRP_HEAD_MAX);
	msrp_peek_done(&peek);
	return result;
}

static void check(const struct relay *relay, const uint8_t *in, size_t len)
{
	struct told whole = look(relay, in, len, len);
	size_t step = len > 0 ? 1 + in[len - 1] % 64 : 1;

	require(!whole.is_anothers || (whole.worker != 1 && whole.worker < 3));
	for (size_t i = 0; i < 2; i++, step = 1) {
		struct told told = look(relay, in, len, step);

		require(told.result == whole.result && told.is_anothers == whole.is_anothers);
		require(!told.is_anothers || told.worker == whole.worker);
		require(look_at_head(in, len, step) == look_at_head(in, len, len));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct relay_config config = world_config();
	struct world w;

	config.n_workers = 3;
	world_init(&w);
	require(world_start(&w, &config) == 0);
	check(w.relay[1], in, len);
	world_done(&w, NULL);
	return 0;
}
