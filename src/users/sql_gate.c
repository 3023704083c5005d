/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Remembers how long the database has been unreachable and when to try it again.
 */
#include "users/sql_gate.h"

enum {
	/* Soon enough for people who wait, and too rare to burden a database. */
	RETRY_EVERY_MS = 1000,
};

bool sql_gate_pass(struct sql_gate *gate, uint64_t now_ms, bool *ret_probe)
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

bool sql_gate_is_shut(const struct sql_gate *gate)
{
	return atomic_load(&gate->shut);
}

void sql_gate_shut(struct sql_gate *gate, uint64_t now_ms)
{
	atomic_store(&gate->retry_ms, now_ms + RETRY_EVERY_MS);
	atomic_store(&gate->shut, true);
}

void sql_gate_open(struct sql_gate *gate)
{
	atomic_store(&gate->shut, false);
}
