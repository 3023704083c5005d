/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_WEB_H
#define DAEMON_WEB_H

#include "daemon/app.h"
#include "daemon/config.h"

/* HTTP for monitoring systems and load balancers: /metrics, /healthz, /readyz. */
extern const struct app_window web_window;

#endif
