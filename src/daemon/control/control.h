/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The control sockets of the anchor, at which SIP proxies ask for what rtpengine does, in its ng
 * protocol: what a datagram asks of a call is done by the worker that has the call, the rest here
 * on the main thread.
 */
#ifndef DAEMON_CONTROL_CONTROL_H
#define DAEMON_CONTROL_CONTROL_H

#include "daemon/app/app.h"
#include "daemon/control/ng_request.h"

extern const struct app_window control_window;

/* What has happened at the sockets since it started. */
struct control_counters {
	uint64_t done[NG_COMMANDS];
	uint64_t refused[NG_COMMANDS];
	uint64_t bad;	   /* requests that are none */
	uint64_t repeated; /* that were answered as before, or are still being worked on */
	uint64_t strange;  /* datagrams from who may not ask, or without a cookie */
	uint64_t dropped;  /* for want of memory, or of time: they will come again */
};

#endif
