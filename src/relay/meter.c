/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the bytes of a chunk, as it comes in, for the sessions that it passes. A session may
 * end in the middle of it.
 */
#include "relay/meter.h"

#include "relay/session.h"

void relay_meter_start(struct relay_meter *meter, struct relay_session *session, bool from_owner)
{
	meter->session = session;
	meter->from_owner = from_owner;
	LIST_INSERT_HEAD(&session->meters, meter, in_session);
	*(from_owner ? &session->messages_in : &session->messages_out) += 1;
}

void relay_meter_count(struct relay_meter *meter, size_t bytes)
{
	struct relay_session *session = meter->session;

	if (session)
		*(meter->from_owner ? &session->bytes_in : &session->bytes_out) += bytes;
}

void relay_meter_stop(struct relay_meter *meter)
{
	if (!meter->session)
		return;
	LIST_REMOVE(meter, in_session);
	meter->session = NULL;
}

void relay_meter_stop_both(struct relay_meter meter[2])
{
	relay_meter_stop(&meter[0]);
	relay_meter_stop(&meter[1]);
}
