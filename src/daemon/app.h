/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_APP_H
#define DAEMON_APP_H

#include <uv.h>

#include "daemon/config.h"
#include "daemon/log.h"

/* The daemon at work: a relay, the connections it has, and the signals that end it. */
struct app;

/*
 * Listens and gets everything ready; the work is done while LOOP runs, and
 * SIGTERM or SIGINT stop the loop when all connections are closed. LOOP,
 * CONFIG and LOG must outlive the app; the secrets in CONFIG are overwritten.
 * 0, or a negative errno after the reason was logged.
 */
int app_new(uv_loop_t *loop, struct config *config, const struct log *log, struct app **ret_app);

/*
 * To be called after the loop has stopped, which is run once more to give back
 * all handles. Returns NULL.
 */
struct app *app_free(struct app *app);

/* Stops listening and closes connections once their output is sent; a second time, at once. */
void app_stop(struct app *app, const char *why);

#endif
