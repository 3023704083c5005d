/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_END_H
#define CLIENT_END_H

#include "client/msrp.h"

/*
 * One end of a direct session that asserts nothing: for tests in which
 * assertions cannot be made, as in threads or without memory.
 */
struct end {
	uv_loop_t *loop;
	uv_timer_t heartbeat; /* lets uv_run(UV_RUN_ONCE) return when a timer has done what is
				 waited for */
	struct msrp_context *context;
	struct msrp_connector *connector;
	struct msrp_session *session; /* NULL before and after */
	char path[128];		      /* "" before it is known */
	int err;		      /* the first that was told, or returned */

	size_t n_received; /* messages, each with the text that end_send() gives it */
	size_t n_wrong;	   /* with another one, or in another order */
	size_t n_aborted;
	size_t n_sent;
	size_t n_outcomes;
	size_t n_answered; /* with 200 */
	char text[32];	   /* of the message that is coming */
	size_t len;
	bool closed;
};

/* From here on end_done() is called, whatever is returned, here or by the others. */
int end_init(struct end *e, uv_loop_t *loop, const struct msrp_context_options *options);

/* PATH is there some time later, or ERR. */
int end_prepare(struct end *e, bool is_caller);
/* SESSION is there some time later, or ERR. */
int end_complete(struct end *e, const char *remote_path);

/* Sends one more message. */
int end_send(struct end *e);

/* Frees all. The loop has to run once more. */
void end_done(struct end *e);

#endif
