/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps questions away from a place that is known to be unreachable, except for a probe now and
 * then that notices when it is back. Any thread may use it. A zeroed gate is open.
 */
#ifndef USERS_REMOTE_GATE_H
#define USERS_REMOTE_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct remote_gate {
	atomic_bool shut;
	atomic_uint_least64_t retry_ms; /* when the next probe may pass */
};

/* May a question pass? *RET_PROBE: it passes as a probe. */
bool remote_gate_pass(struct remote_gate *gate, uint64_t now_ms, bool *ret_probe);

bool remote_gate_is_shut(const struct remote_gate *gate);

/* The place could not be reached. */
void remote_gate_shut(struct remote_gate *gate, uint64_t now_ms);

/* The place has answered. */
void remote_gate_open(struct remote_gate *gate);

#endif
