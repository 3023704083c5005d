/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_PAIR_H
#define CLIENT_PAIR_H

#include <uv.h>

#include "base/buf.h"
#include "client/msrp.h"
#include "support/certificate.h"

enum {
	WITH_TCP,
	WITH_TLS,
	N_TRANSPORTS,
};

/* One end of a session: notes what happens, and answers as the test wants. */
struct side {
	struct pair *pair;
	struct msrp_connector *connector;
	struct msrp_session *session;
	const char *const *accept_types;
	/* Makes something other than a session from the transport; NULL: a session. */
	void (*make)(struct side *s, struct msrp_transport *transport);
	void *data; /* of make() */
	bool bound;
	char *path;
	int connect_err; /* of prepared() or completed(); INT_MIN before */
	char why[128];	 /* of connect_err */

	struct buf in; /* the octets of messages, each at its offset */
	size_t n_begun;
	size_t n_data;
	size_t n_complete;
	size_t n_aborted;
	char flags[16]; /* of chunks, the first ones */
	char content_type[64];
	char disposition[128];
	uint64_t have; /* octets that need not come */
	int begin_result;
	int data_result;

	size_t n_responses;
	int response; /* the last one's status */
	size_t n_delivered;
	int delivered;

	bool closed;
	int closed_err;
};

/* A caller and a callee in one loop, directly connected. */
struct pair {
	uv_loop_t loop;
	uv_timer_t heartbeat;
	uint64_t start_ms;
	uint64_t patience_ms;  /* time for the test; long ones set more */
	struct support_ca *ca; /* with TLS */
	struct support_certificate certificate;
	struct msrp_context *context;
	struct side caller, callee;
};

/* OPTIONS may be NULL; certificates are added with TLS. */
void pair_init(struct pair *p, int transport, const struct msrp_context_options *options);

/* Connects both and binds. */
void pair_connect(struct pair *p, int transport);

/* Likewise; CALLEE_COMPLETED makes the callee's session. */
void pair_connect_with(struct pair *p, int transport, msrp_completed_fn callee_completed);
void pair_connect_both_with(struct pair *p, int transport, msrp_completed_fn caller_completed,
			    msrp_completed_fn callee_completed);

/* Frees everything, and runs the loop to its end. */
void pair_done(struct pair *p);

/* The callbacks of the sides, for tests that connect in another way. */
void side_on_prepared(void *arg, int err, const char *why, const char *local_path);
void side_on_completed(void *arg, int err, const char *why, struct msrp_transport *transport);

/* Frees what a side has; those of a pair go with it. */
void side_done(struct side *s);

/* Options whose outcomes the side notes. */
struct msrp_send_options side_options(struct side *side);

#define PAIR_RUN_UNTIL(p, condition)                                                               \
	do {                                                                                       \
		while (!(condition))                                                               \
			uv_run(&(p)->loop, UV_RUN_ONCE);                                           \
	} while (0)

#endif
