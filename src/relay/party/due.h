/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The times of calls. Each has one place in a heap, for the first thing that is due in it; what
 * is then done: relay/anchor/overdue.h.
 */
#ifndef RELAY_PARTY_DUE_H
#define RELAY_PARTY_DUE_H

#include "relay/leg.h"

/* Something of CALL has changed that its time depends on. */
void relay_due_settle(struct relay_call *call);

/* When CALL ends, if nothing comes between, and why. */
uint64_t relay_due_end(const struct relay_call *call, const char **ret_why);

#endif
