/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Remembers how long the place has been unreachable and when to try it again.
 */
#include "users/remote_gate.h"

enum {
	/* Soon enough for people who wait, and too rare to burden a server. */
	RETRY_EVERY_MS = 1000,
};

bool remote_gate_pass(struct remote_gate *gate, uint64_t now_ms, bool *ret_probe)
{
	uint_least64_t retry_ms = atomic_load(&gate->retry_ms);

	*ret_probe = false;
	if (!atomic_load(&gate->shut))
		return true;
	/* If several come at once, only one becomes the probe. */
	*ret_probe = now_ms >= retry_ms && atomic_compare_exchange_strong(
					       &gate->retry_ms, &retry_ms, now_ms + RETRY_EVERY_MS);
	return *ret_probe;
}

bool remote_gate_is_shut(const struct remote_gate *gate)
{
	return atomic_load(&gate->shut);
}

void remote_gate_shut(struct remote_gate *gate, uint64_t now_ms)
{
	atomic_store(&gate->retry_ms, now_ms + RETRY_EVERY_MS);
	atomic_store(&gate->shut, true);
}

void remote_gate_open(struct remote_gate *gate)
{
	atomic_store(&gate->shut, false);
}
