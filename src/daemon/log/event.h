/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the relay tells its host, as a record for the log, and from whom it came, for the tally.
 */
#ifndef DAEMON_LOG_EVENT_H
#define DAEMON_LOG_EVENT_H

#include "daemon/log/record.h"
#include "relay/relay.h"

/*
 * What the relay tells, as a record for the log. PEER_NAME: the address of event->peer, or "";
 * NOW_S: since 1970.
 */
void event_record(const struct relay_event *event, const char *peer_name, int64_t now_s,
		  struct record *ret_record);

enum { EVENT_CAUSE_MAX = 256 };

/*
 * From whom EVENT came, for counting: an address, of IPv6 the /64 that one customer has; or the
 * relay whose clients try to authenticate; or the next hop that was never reached; or nobody in
 * particular. It is written to TEXT, cut if need be.
 */
struct slice event_cause(const struct relay_event *event, const char *peer_name,
			 char text[EVENT_CAUSE_MAX]);

#endif
