/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does what a proxy asks about one call: reads the SDP, asks the relay of the call's worker what to
 * show, and writes the answer. It runs on that worker's thread and never waits.
 */
#ifndef DAEMON_CONTROL_NG_CALL_H
#define DAEMON_CONTROL_NG_CALL_H

#include "base/buf.h"
#include "daemon/control/ng_request.h"
#include "daemon/control/ng_settings.h"
#include "relay/relay.h"

/*
 * Applies REQUEST (offer, answer, delete or query) to RELAY, and appends the answer's dictionary to
 * OUT. NOW_S: the same time in seconds since 1970. Returns NULL, or the reason of a refusal as one
 * line for the log. OUT remembers a lack of memory.
 */
const char *ng_call_work(struct relay *relay, uint64_t now_ms, uint64_t now_s,
			 const struct ng_settings *settings, const struct ng_request *request,
			 struct buf *out);

#endif
