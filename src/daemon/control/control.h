/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The control sockets of the anchor, at which SIP proxies ask for what rtpengine does, in its ng
 * protocol. The worker that has a call does what concerns the call; the rest runs here on the main
 * thread.
 */
#ifndef DAEMON_CONTROL_CONTROL_H
#define DAEMON_CONTROL_CONTROL_H

#include "daemon/app/app.h"
#include "daemon/control/ng_request.h"

extern const struct app_window control_window;

/* Counts since the start. */
struct control_counters {
	uint64_t done[NG_COMMANDS];
	uint64_t refused[NG_COMMANDS];
	uint64_t bad;	   /* malformed requests */
	uint64_t repeated; /* answered from memory, or still being worked on */
	uint64_t strange;  /* datagrams from addresses that may not ask, or without a cookie */
	uint64_t dropped;  /* for lack of memory or time; the proxy will repeat them */
};

#endif
