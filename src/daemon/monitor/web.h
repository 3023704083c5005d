/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP for monitoring systems and load balancers: /metrics, /healthz and /readyz, on addresses
 * of their own.
 */
#ifndef DAEMON_MONITOR_WEB_H
#define DAEMON_MONITOR_WEB_H

#include "daemon/app/app.h"
#include "daemon/config/config.h"

extern const struct app_window web_window;

#endif
