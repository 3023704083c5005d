/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The admin socket, which msrpctl speaks to. A request is one line: words separated by tabs. The
 * answer is lines of JSON objects; the last one has the member "end": {"end":"ok"}, or
 * {"end":"error","message":"..."}.
 */
#ifndef DAEMON_ADMIN_ADMIN_H
#define DAEMON_ADMIN_ADMIN_H

#include "daemon/app/app.h"
#include "daemon/config/config.h"

extern const struct app_window admin_window;

#endif
