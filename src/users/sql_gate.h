/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps questions away from a database that is known to be unreachable, except for a probe now and
 * then that notices when it is back. Any thread may use it. A zeroed gate is open.
 */
#ifndef USERS_SQL_GATE_H
#define USERS_SQL_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct sql_gate {
	atomic_bool shut;
	atomic_uint_least64_t retry_ms; /* when the next probe may pass */
};

/* May a question pass? *RET_PROBE: it passes as a probe. */
bool sql_gate_pass(struct sql_gate *gate, uint64_t now_ms, bool *ret_probe);

bool sql_gate_is_shut(const struct sql_gate *gate);

/* The database could not be reached. */
void sql_gate_shut(struct sql_gate *gate, uint64_t now_ms);

/* The database has answered. */
void sql_gate_open(struct sql_gate *gate);

#endif
