/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/queue_world.h"

#include <check.h>
#include <string.h>

struct queue_world *queue_world_of(struct side *s)
{
	return (struct queue_world *)s->pair; /* its first member */
}

static void callee_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct queue_world *w = queue_world_of(arg);

	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(msrp_queue_session_new(transport, w->accept_types, &w->options, &w->queue),
			 0);
	w->pair.callee.session = msrp_queue_session_session(w->queue);
}

static void caller_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct queue_world *w = queue_world_of(arg);

	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(msrp_queue_session_new(transport, NULL, NULL, &w->other), 0);
	w->pair.caller.session = msrp_queue_session_session(w->other);
}

void queue_world_start(struct queue_world *w, int transport)
{
	pair_init(&w->pair, transport, w->context);
	pair_connect_both_with(&w->pair, transport,
			       w->is_both ? caller_completed : side_on_completed, callee_completed);
}

void queue_world_done(struct queue_world *w)
{
	msrp_received_free(w->message);
	w->queue = msrp_queue_session_free(w->queue);
	w->pair.callee.session = NULL;
	if (w->other)
		w->pair.caller.session = NULL;
	w->other = msrp_queue_session_free(w->other);
	pair_done(&w->pair);
}

int queue_world_receive(struct queue_world *w, int timeout_ms)
{
	w->message = msrp_received_free(w->message);
	return msrp_queue_session_receive(w->queue, timeout_ms, &w->message);
}

void queue_world_expect(const struct queue_world *w, const char *text)
{
	ck_assert_uint_eq(w->message->size, strlen(text));
	ck_assert_str_eq((const char *)w->message->bytes, text);
}

void queue_world_send(struct queue_world *w, const void *bytes, size_t len)
{
	struct msrp_send_options options = side_options(&w->pair.caller);

	ck_assert_int_eq(msrp_session_send(w->pair.caller.session, bytes, len, &options, NULL), 0);
}
