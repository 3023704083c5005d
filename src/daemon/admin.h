/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_ADMIN_H
#define DAEMON_ADMIN_H

#include "daemon/app.h"
#include "daemon/config.h"

/*
 * The admin socket, to which msrpctl speaks. A request is one line: words with
 * a tab between them. The answer is lines of JSON objects; the last one has the
 * member "end": {"end":"ok"}, or {"end":"error","message":"..."}.
 */
struct admin;

/*
 * Listens where CONFIG says. *RET_ADMIN is NULL when it wants no socket. 0, or a
 * negative errno after the reason was logged.
 */
int admin_new(struct app *app, const struct config *config, struct admin **ret_admin);

/* When the workers are gone; the loop has to run once more. NULL is fine; returns NULL. */
struct admin *admin_free(struct admin *admin);

#endif
