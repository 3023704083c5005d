/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters and gauges of the whole process as text, for monitoring systems and msrpctl. Each worker
 * counts for itself; a request visits them one after the other.
 */
#ifndef DAEMON_MONITOR_METRICS_H
#define DAEMON_MONITOR_METRICS_H

#include "base/buf.h"
#include "daemon/app/app.h"

/* The callback may take TEXT, which may have failed for lack of memory. */
typedef void (*metrics_fn)(void *arg, struct buf *text);

/* PLAIN: see openmetrics.h. FN is called once. 0 or -ENOMEM. */
int metrics_gather(struct app *app, bool plain, metrics_fn fn, void *arg);

#endif
