/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bucket of relay/shared/rate.h. It does not keep tokens, but the time at which it will be full
 * again: that needs no timer, and says how long to wait.
 */
#include "relay/shared/rate.h"

enum {
	SECOND_MS = 1000,
	MS_NS = 1000 * 1000,
	SECOND_NS = 1000 * 1000 * 1000,
};

static void note(struct relay_rate *rate, size_t bytes, uint64_t now_ms)
{
	uint64_t second = now_ms / SECOND_MS;

	if (second != rate->second) {
		rate->previous = second == rate->second + 1 ? rate->bytes : 0;
		rate->bytes = 0;
		rate->second = second;
	}
	rate->bytes += bytes;
}

uint64_t relay_rate_use(struct relay_rate *rate, uint64_t per_second, size_t bytes, uint64_t now_ms)
{
	uint64_t now_ns = now_ms * MS_NS;

	note(rate, bytes, now_ms);
	if (rate->paid_ns < now_ns)
		rate->paid_ns = now_ns;
	/* Rounded up, or single bytes could cost nothing. */
	rate->paid_ns += ((uint64_t)bytes * SECOND_NS + per_second - 1) / per_second;
	return (rate->paid_ns - now_ns) / MS_NS;
}

uint64_t relay_rate_now(const struct relay_rate *rate, uint64_t now_ms)
{
	uint64_t second = now_ms / SECOND_MS;

	if (second == rate->second)
		return rate->previous;
	return second == rate->second + 1 ? rate->bytes : 0;
}
