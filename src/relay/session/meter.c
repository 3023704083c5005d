/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the bytes of an incoming chunk for the sessions or the call that it passes. These may end
 * in the middle of it.
 */
#include "relay/session/meter.h"

void relay_meter_start(struct relay_meter *meter, struct relay_meter_list *meters, uint64_t *bytes)
{
	meter->bytes = bytes;
	LIST_INSERT_HEAD(meters, meter, in_metered);
}

void relay_meter_count(struct relay_meter *meter, size_t bytes)
{
	if (meter->bytes)
		*meter->bytes += bytes;
}

void relay_meter_stop(struct relay_meter *meter)
{
	if (!meter->bytes)
		return;
	LIST_REMOVE(meter, in_metered);
	meter->bytes = NULL;
	meter->hold = NULL;
}

void relay_meter_stop_both(struct relay_meter meter[2])
{
	relay_meter_stop(&meter[0]);
	relay_meter_stop(&meter[1]);
}
