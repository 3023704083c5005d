/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters and gauges of the whole process as text, for monitoring systems and msrpctl. Workers
 * count for themselves, and are asked one after the other when somebody wants to know.
 */
#ifndef DAEMON_MONITOR_METRICS_H
#define DAEMON_MONITOR_METRICS_H

#include "base/buf.h"
#include "daemon/app/app.h"

/* TEXT is the callback's to take; it may have failed for want of memory. */
typedef void (*metrics_fn)(void *arg, struct buf *text);

/* PLAIN: see openmetrics.h. FN is called once. 0 or -ENOMEM. */
int metrics_gather(struct app *app, bool plain, metrics_fn fn, void *arg);

#endif
