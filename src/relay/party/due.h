/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The times of calls. Each has one place in a heap, for the first thing that is due in it;
 * relay/anchor/overdue.h then acts.
 */
#ifndef RELAY_PARTY_DUE_H
#define RELAY_PARTY_DUE_H

#include "relay/leg.h"

/* Something has changed that the times of CALL depend on. */
void relay_due_settle(struct relay_call *call);

/* When CALL ends, if nothing happens before, and why. */
uint64_t relay_due_end(const struct relay_call *call, const char **ret_why);

#endif
