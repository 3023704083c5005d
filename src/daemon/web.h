/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_WEB_H
#define DAEMON_WEB_H

#include "daemon/app.h"
#include "daemon/config.h"

/* HTTP for monitoring systems and load balancers: /metrics, /healthz, /readyz. */
struct web;

/*
 * Listens where CONFIG says. *RET_WEB is NULL when it wants nothing of it. 0, or a
 * negative errno after the reason was logged.
 */
int web_new(struct app *app, const struct config *config, struct web **ret_web);

/* When the workers are gone; the loop has to run once more. NULL is fine; returns NULL. */
struct web *web_free(struct web *web);

#endif
