/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a proxy asks of one call, done: reads the SDP, has the relay of the call's worker say what
 * to show, and writes the answer. On that worker's thread, and nothing in it waits.
 */
#ifndef DAEMON_CONTROL_NG_CALL_H
#define DAEMON_CONTROL_NG_CALL_H

#include "base/buf.h"
#include "daemon/control/ng_request.h"
#include "daemon/control/ng_settings.h"
#include "relay/relay.h"

/*
 * Does what REQUEST, an offer, answer, delete or query, asks of RELAY, and appends the answer's
 * dictionary to OUT. NOW_S: the same time in seconds since 1970. NULL, or why it was refused: one
 * line for the log. Without memory OUT says so.
 */
const char *ng_call_work(struct relay *relay, uint64_t now_ms, uint64_t now_s,
			 const struct ng_settings *settings, const struct ng_request *request,
			 struct buf *out);

#endif
