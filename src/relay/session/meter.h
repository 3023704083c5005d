/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the bytes of an incoming chunk for a session or a call, which may end meanwhile. It is
 * part of the peer that sends the chunk.
 */
#ifndef RELAY_SESSION_METER_H
#define RELAY_SESSION_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "relay/lists.h"
#include "relay/shared/quota.h"

struct relay_meter {
	uint64_t *bytes; /* the counter; NULL: none, or its owner has ended */
	void *hold;	 /* of the user who pays for the bytes; NULL: nobody */
	enum relay_direction direction;
	bool is_second; /* the second one of its chunk */
	LIST_ENTRY(relay_meter) in_metered;
};

/* Adds bytes to *BYTES until relay_meter_stop(), and is in METERS until then. */
void relay_meter_start(struct relay_meter *meter, struct relay_meter_list *meters, uint64_t *bytes);
void relay_meter_count(struct relay_meter *meter, size_t bytes);

/* Fine if it was not started. */
void relay_meter_stop(struct relay_meter *meter);
void relay_meter_stop_both(struct relay_meter meter[2]);

#endif
