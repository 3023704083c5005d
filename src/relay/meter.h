/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the bytes of a chunk that is coming in for a session, which may end meanwhile. It is
 * part of the peer that sends the chunk.
 */
#ifndef RELAY_METER_H
#define RELAY_METER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"

struct relay_session;

struct relay_meter {
	struct relay_session *session; /* NULL: none, or it has ended */
	bool from_owner;
	bool is_second; /* of the two that its chunk has */
	LIST_ENTRY(relay_meter) in_session;
};

/* Counts for SESSION what passes until relay_meter_stop(). */
void relay_meter_start(struct relay_meter *meter, struct relay_session *session, bool from_owner);
void relay_meter_count(struct relay_meter *meter, size_t bytes);

/* Fine when it was not started. */
void relay_meter_stop(struct relay_meter *meter);
void relay_meter_stop_both(struct relay_meter meter[2]);

#endif
