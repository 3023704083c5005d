/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers at the control socket, as dictionaries like rtpengine's: proxies evaluate "result", and
 * log "error-reason" or take it as a reason to ask the next node.
 */
#ifndef DAEMON_CONTROL_NG_ANSWER_H
#define DAEMON_CONTROL_NG_ANSWER_H

#include "base/buf.h"
#include "relay/anchor/anchor.h"

/* Kamailio and OpenSIPS ask the next node of a set only when they read these very words. */
extern const char ng_answer_full[];

void ng_answer_error(struct buf *out, const char *reason);
void ng_answer_pong(struct buf *out);
void ng_answer_sdp(struct buf *out, struct slice sdp);

/* "ok", with a "warning" unless WARNING is NULL. */
void ng_answer_ok(struct buf *out, const char *warning);

/* The state of a call at the time NOW_S, in seconds since 1970. */
void ng_answer_call(struct buf *out, const struct relay_call_view *view, uint64_t now_s);

#endif
