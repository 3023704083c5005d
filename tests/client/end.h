/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_END_H
#define CLIENT_END_H

#include "client/msrp.h"

/*
 * One end of a direct session that asserts nothing: for tests in which assertions are impossible,
 * as in threads or without memory.
 */
struct end {
	uv_loop_t *loop;
	uv_timer_t heartbeat; /* lets uv_run(UV_RUN_ONCE) return after a timer has done what the
				 test waits for */
	struct msrp_context *context;
	struct msrp_connector *connector;
	struct msrp_session *session; /* NULL before and after */
	char path[128];		      /* "" before it is known */
	int err;		      /* the first that was reported or returned */

	size_t n_received; /* messages, each with the text that end_send() gives it */
	size_t n_wrong;	   /* with other text, or in another order */
	size_t n_aborted;
	size_t n_sent;
	size_t n_outcomes;
	size_t n_answered; /* with 200 */
	char text[32];	   /* of the current message */
	size_t len;
	bool closed;
};

/* Call end_done() in any case, whatever this or the others return. */
int end_init(struct end *e, uv_loop_t *loop, const struct msrp_context_options *options);

/* PATH is set some time later, or ERR. */
int end_prepare(struct end *e, bool is_caller);
/* SESSION is set some time later, or ERR. */
int end_complete(struct end *e, const char *remote_path);

/* Sends one more message. */
int end_send(struct end *e);

/* Frees everything. The loop has to run once more. */
void end_done(struct end *e);

#endif
