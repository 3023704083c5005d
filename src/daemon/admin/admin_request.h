/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A request at the admin socket on its way through the commands, each of which ends it with
 * admin_end() or admin_fail(). The commands themselves are declared here.
 */
#ifndef DAEMON_ADMIN_ADMIN_REQUEST_H
#define DAEMON_ADMIN_ADMIN_REQUEST_H

#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "daemon/admin/admin_command.h"
#include "daemon/app/app_state.h"
#include "daemon/serve/server.h"

/* A request at the admin socket. It lives until admin_end() or admin_fail(), which free it. */
struct admin_request {
	struct app *app;
	struct server_conn *conn;
	uid_t uid;
	struct admin_words words;
	struct buf out; /* lines of the answer that are not written yet */
};

void admin_end(struct admin_request *request);
void admin_fail(struct admin_request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Logs that REQUEST changes something. */
void admin_log(const struct admin_request *request);

/* The commands, each with its arguments. */
void admin_status(struct admin_request *request);
void admin_list_sessions(struct admin_request *request);
void admin_list_connections(struct admin_request *request);
void admin_show_session(struct admin_request *request);
void admin_close_session(struct admin_request *request);
void admin_list_calls(struct admin_request *request);
void admin_show_call(struct admin_request *request);
void admin_end_call(struct admin_request *request);
void admin_limits(struct admin_request *request);
void admin_lift(struct admin_request *request);

/* Adds the state of the AUTH throttle to an answer about limits. */
void admin_add_throttle(struct admin_request *request);
void admin_log_level(struct admin_request *request);
void admin_metrics(struct admin_request *request);
void admin_drain(struct admin_request *request);
void admin_reload(struct admin_request *request);
void admin_trace_user(struct admin_request *request);
void admin_trace_session(struct admin_request *request);
void admin_trace_call(struct admin_request *request);
void admin_trace_list(struct admin_request *request);
void admin_trace_off(struct admin_request *request);

#endif
