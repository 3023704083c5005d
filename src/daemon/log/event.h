/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Turns what the relay tells its host into a record for the log, and finds its cause for the tally.
 */
#ifndef DAEMON_LOG_EVENT_H
#define DAEMON_LOG_EVENT_H

#include "daemon/log/record.h"
#include "relay/relay.h"

/*
 * Fills the record of an event. PEER_NAME: the address of event->peer, or ""; NOW_S: seconds since
 * 1970.
 */
void event_record(const struct relay_event *event, const char *peer_name, int64_t now_s,
		  struct record *ret_record);

enum { EVENT_CAUSE_MAX = 256 };

/*
 * The cause of EVENT, for counting: an address, for IPv6 the /64 that one customer has; or the
 * relay whose clients try to authenticate; or the next hop that was never reached; or empty. It is
 * written to TEXT, truncated if necessary.
 */
struct slice event_cause(const struct relay_event *event, const char *peer_name,
			 char text[EVENT_CAUSE_MAX]);

#endif
