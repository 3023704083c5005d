/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>

#include "client/queue_world.h"
#include "support/run.h"

static void try_all(struct queue_world *w)
{
	struct msrp_received *message;

	w->n_tried++;
	w->result = msrp_queue_session_receive(w->queue, 0, &message);
	ck_assert_int_eq(msrp_queue_session_send(w->queue, "x", 1, NULL, 0), -EBUSY);
	ck_assert_int_eq(msrp_queue_session_shutdown(w->queue, 0), -EBUSY);
}

static void try_in_response(void *arg, const char *message_id, int status, const char *comment)
{
	try_all(queue_world_of(arg));
}

START_TEST(callbacks_must_not_wait)
{
	struct msrp_send_options options = { .response = try_in_response };
	struct queue_world w = { 0 };

	queue_world_start(&w, WITH_TCP);
	options.arg = &w.pair.callee;
	/* From the user's loop, from ours, and from a function that calls back. */
	ck_assert_int_eq(msrp_session_send(w.pair.callee.session, "x", 1, &options, NULL), 0);
	PAIR_RUN_UNTIL(&w.pair, w.n_tried == 1);
	ck_assert_int_eq(w.result, -EBUSY);
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "x", 1, &options, FOREVER), 0);
	ck_assert_uint_eq(w.n_tried, 2);
	ck_assert_int_eq(w.result, -EBUSY);
	ck_assert_int_eq(msrp_session_send(w.pair.caller.session, "x", 1, &options, NULL), 0);
	w.pair.caller.session = msrp_session_free(w.pair.caller.session);
	ck_assert_uint_eq(w.n_tried, 3);
	ck_assert_int_eq(w.result, -EBUSY);
	queue_world_done(&w);
}
END_TEST

static void try_in_timer(uv_timer_t *timer)
{
	try_all(timer->data);
}

/* From any callback, where the loop runs for such a function. */
START_TEST(other_callbacks_of_the_loop_must_not_wait)
{
	uv_timer_t timer;
	struct queue_world w = { 0 };

	queue_world_start(&w, WITH_TCP);
	uv_timer_init(&w.pair.loop, &timer);
	timer.data = &w;
	uv_timer_start(&timer, try_in_timer, 0, 0);
	ck_assert_int_eq(queue_world_receive(&w, SOON_MS), -ETIMEDOUT);
	ck_assert_uint_eq(w.n_tried, 1);
	ck_assert_int_eq(w.result, -EBUSY);
	uv_close((uv_handle_t *)&timer, NULL);
	queue_world_done(&w);
}
END_TEST

static void free_in_timer(uv_timer_t *timer)
{
	struct queue_world *w = timer->data;

	w->queue = msrp_queue_session_free(w->queue);
	w->pair.callee.session = NULL;
}

START_TEST(session_may_be_freed_while_it_waits)
{
	struct msrp_received *message;
	uv_timer_t timer;
	struct queue_world w = { 0 };

	queue_world_start(&w, WITH_TCP);
	uv_timer_init(&w.pair.loop, &timer);
	timer.data = &w;
	uv_timer_start(&timer, free_in_timer, 0, 0);
	if (_i)
		ck_assert_int_eq(msrp_queue_session_receive(w.queue, FOREVER, &message),
				 -ECANCELED);
	else
		ck_assert_int_eq(msrp_queue_session_send(w.queue, "x", 1, NULL, FOREVER),
				 -ECANCELED);
	ck_assert_ptr_null(w.queue);
	uv_close((uv_handle_t *)&timer, NULL);
	queue_world_done(&w);
}
END_TEST

static void stop_in_timer(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

START_TEST(stopped_loop_is_told)
{
	uv_timer_t timer;
	struct queue_world w = { 0 };

	queue_world_start(&w, WITH_TCP);
	uv_timer_init(&w.pair.loop, &timer);
	uv_timer_start(&timer, stop_in_timer, 0, 0);
	ck_assert_int_eq(queue_world_receive(&w, FOREVER), -EINTR);
	uv_close((uv_handle_t *)&timer, NULL);
	queue_world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/queue_wait");
	TCase *tcase = tcase_create("queue_session");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, callbacks_must_not_wait);
	tcase_add_test(tcase, other_callbacks_of_the_loop_must_not_wait);
	tcase_add_loop_test(tcase, session_may_be_freed_while_it_waits, 0, 2);
	tcase_add_test(tcase, stopped_loop_is_told);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
