/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts bytes for a session while a chunk of it comes in. */
#ifndef RELAY_METER_H
#define RELAY_METER_H

#include "relay/internal.h"

/* Counts for SESSION what passes until relay_meter_stop(). */
void relay_meter_start(struct relay_meter *meter, struct relay_session *session, bool from_owner);
void relay_meter_count(struct relay_meter *meter, size_t bytes);

/* Fine when it was not started. */
void relay_meter_stop(struct relay_meter *meter);
void relay_meter_stop_both(struct relay_meter meter[2]);

#endif
