/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "msrp/message.h"
#include "support/world.h"

/*
 * A connection whose first bytes come one by one goes where it would go had they
 * come at once, and nobody waits for more than the longest head.
 */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void require(bool fact)
{
	if (!fact)
		abort();
}

/* On the heap, so that a sanitizer sees a look beyond the end. */
static enum relay_peek peek(const struct relay *relay, const uint8_t *in, size_t len,
			    unsigned *ret_worker)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum relay_peek result;

	require(copy);
	if (len > 0)
		memcpy(copy, in, len);
	result = relay_peek(relay, copy, len, ret_worker);
	free(copy);
	return result;
}

static void check(const struct relay *relay, const uint8_t *in, size_t len)
{
	unsigned whole_worker = 0, worker = 0;
	enum relay_peek whole = peek(relay, in, len, &whole_worker);
	enum relay_peek result = RELAY_PEEK_MORE;

	require(whole != RELAY_PEEK_MOVE || (whole_worker != 1 && whole_worker < 3));
	require(whole != RELAY_PEEK_MORE || len < MSRP_HEAD_MAX);
	if (len >= MSRP_HEAD_MAX)
		return; /* what comes at once may be more than is waited for */
	for (size_t n = 0; n <= len && result == RELAY_PEEK_MORE; n++)
		result = peek(relay, in, n, &worker);
	require(result == whole);
	require(result != RELAY_PEEK_MOVE || worker == whole_worker);
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
