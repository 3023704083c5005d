/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/memory_file.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

enum {
	FOREVER = -1,
	SOON_MS = 20,
};

/* A queue session that is called by a plain one, or by another queue session. */
struct world {
	struct pair pair;
	const struct msrp_context_options *context;
	struct msrp_queue_options options;
	const char *const *accept_types;
	struct msrp_queue_session *queue;
	struct msrp_queue_session *other; /* NULL: the caller has a plain one */
	bool is_both;
	struct msrp_received *message;
	int result; /* of attempts from inside a callback */
	size_t n_tried;
};

static struct world *world_of(struct side *s)
{
	return (struct world *)s->pair; /* its first member */
}

static void callee_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct world *w = world_of(arg);

	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(msrp_queue_session_new(transport, w->accept_types, &w->options, &w->queue),
			 0);
	w->pair.callee.session = msrp_queue_session_session(w->queue);
}

static void caller_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct world *w = world_of(arg);

	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(msrp_queue_session_new(transport, NULL, NULL, &w->other), 0);
	w->pair.caller.session = msrp_queue_session_session(w->other);
}

static void start(struct world *w, int transport)
{
	pair_init(&w->pair, transport, w->context);
	pair_connect_both_with(&w->pair, transport,
			       w->is_both ? caller_completed : side_on_completed, callee_completed);
}

static void done(struct world *w)
{
	msrp_received_free(w->message);
	w->queue = msrp_queue_session_free(w->queue);
	w->pair.callee.session = NULL;
	if (w->other)
		w->pair.caller.session = NULL;
	w->other = msrp_queue_session_free(w->other);
	pair_done(&w->pair);
}

static int receive(struct world *w, int timeout_ms)
{
	w->message = msrp_received_free(w->message);
	return msrp_queue_session_receive(w->queue, timeout_ms, &w->message);
}

static void assert_message(const struct world *w, const char *text)
{
	ck_assert_uint_eq(w->message->size, strlen(text));
	ck_assert_str_eq((const char *)w->message->bytes, text);
}

static void send_plain(struct world *w, const void *bytes, size_t len)
{
	struct msrp_send_options options = side_options(&w->pair.caller);

	ck_assert_int_eq(msrp_session_send(w->pair.caller.session, bytes, len, &options, NULL), 0);
}

START_TEST(messages_wait_until_they_are_asked_for)
{
	struct world w = { 0 };

	start(&w, _i);
	send_plain(&w, "one", 3);
	send_plain(&w, "", 0);
	send_plain(&w, "three", 5);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses == 3);
	ck_assert_int_eq(receive(&w, FOREVER), 0);
	assert_message(&w, "one");
	ck_assert_str_eq(w.message->content_type, "text/plain");
	ck_assert_uint_ge(strlen(w.message->message_id), 4);
	ck_assert_int_eq(receive(&w, 0), 0);
	assert_message(&w, "");
	ck_assert_int_eq(receive(&w, SOON_MS), 0);
	assert_message(&w, "three");
	ck_assert_int_eq(receive(&w, 0), -ETIMEDOUT);
	ck_assert_int_eq(receive(&w, SOON_MS), -ETIMEDOUT);
	done(&w);
}
END_TEST

/* The message just sent has to arrive first: the loop runs meanwhile. */
START_TEST(to_receive_is_to_wait)
{
	struct world w = { 0 };

	start(&w, _i);
	send_plain(&w, "hello", 5);
	ck_assert_int_eq(receive(&w, FOREVER), 0);
	assert_message(&w, "hello");
	done(&w);
}
END_TEST

START_TEST(to_send_is_to_wait_for_the_answer)
{
	struct msrp_send_options options;
	struct world w = { .is_both = true };

	start(&w, _i);
	options = side_options(&w.pair.caller);
	ck_assert_int_eq(msrp_queue_session_send(w.other, "hello", 5, &options, FOREVER), 0);
	ck_assert_uint_eq(w.pair.caller.n_responses, 1);
	ck_assert_int_eq(receive(&w, 0), 0);
	assert_message(&w, "hello");
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "there", 5, NULL, FOREVER), 0);
	w.message = msrp_received_free(w.message);
	ck_assert_int_eq(msrp_queue_session_receive(w.other, FOREVER, &w.message), 0);
	assert_message(&w, "there");
	done(&w);
}
END_TEST

START_TEST(refusal_is_what_sending_returns)
{
	static const char *const only_text[] = { "text/*", NULL };
	struct msrp_send_options options = { .content_type = "image/png" };
	struct world w = { .is_both = true, .accept_types = only_text };

	start(&w, WITH_TCP);
	ck_assert_int_eq(msrp_queue_session_send(w.other, "hello", 5, &options, FOREVER), 415);
	options.content_type = "text/x\r\n";
	ck_assert_int_eq(msrp_queue_session_send(w.other, "hello", 5, &options, FOREVER), -EINVAL);
	done(&w);
}
END_TEST

START_TEST(file_is_sent_to_its_end)
{
	struct msrp_file_options options = { 0 };
	struct msrp_outgoing_file *file;
	FILE *stream = tmpfile();
	struct world w = { .is_both = true };

	ck_assert_int_eq(fputs("in a file", stream), 1);
	fflush(stream);
	start(&w, WITH_TCP);
	ck_assert_int_eq(msrp_outgoing_file_new(fileno(stream), 9, &options, &file), 0);
	ck_assert_int_eq(msrp_queue_session_send_file(w.other, file, FOREVER), 0);
	ck_assert_int_eq(receive(&w, 0), 0);
	assert_message(&w, "in a file");
	ck_assert_int_eq(msrp_outgoing_file_new(fileno(stream), 10, &options, &file), 0);
	ck_assert_int_eq(msrp_queue_session_send_file(w.other, file, FOREVER), -ENODATA);
	fclose(stream);
	done(&w);
}
END_TEST

START_TEST(chunk_is_sent_and_answered)
{
	static const char text[] = "MSRP t1xx SEND\r\nTo-Path: msrp://a:1/a;tcp\r\n"
				   "From-Path: msrp://a:1/b;tcp\r\nMessage-ID: m1xx\r\n"
				   "Content-Type: text/x\r\n\r\nhello\r\n-------t1xx$\r\n";
	struct msrp_chunk *chunk;
	struct world w = { .is_both = true };

	start(&w, WITH_TCP);
	ck_assert_int_eq(msrp_chunk_parse(text, sizeof(text) - 1, &chunk), 0);
	ck_assert_int_eq(msrp_queue_session_send_chunk(w.other, chunk, FOREVER), 0);
	msrp_chunk_free(chunk);
	ck_assert_int_eq(receive(&w, 0), 0);
	assert_message(&w, "hello");
	ck_assert_str_eq(w.message->message_id, "m1xx");
	done(&w);
}
END_TEST

START_TEST(outcome_may_come_after_the_time)
{
	struct msrp_send_options options;
	struct world w = { .is_both = true };

	start(&w, WITH_TCP);
	options = side_options(&w.pair.callee);
	msrp_session_set_reading(w.pair.caller.session, false);
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "x", 1, &options, SOON_MS), -ETIMEDOUT);
	ck_assert_uint_eq(w.pair.callee.n_responses, 0);
	msrp_session_set_reading(w.pair.caller.session, true);
	PAIR_RUN_UNTIL(&w.pair, w.pair.callee.n_responses);
	ck_assert_int_eq(w.pair.callee.response, 200);
	done(&w);
}
END_TEST

/* ---- limits ---- */

/* The loop stands still for a while when nothing moves any more. */
static void run_dry(struct pair *p)
{
	for (int i = 0; i < 200; i++)
		uv_run(&p->loop, UV_RUN_NOWAIT);
}

START_TEST(full_queue_stops_the_sender)
{
	enum { N = 150, SIZE = 100 * 1000 }; /* more than sockets take */
	struct world w = { .options.max_messages = 2 };
	char *bytes = calloc(1, SIZE);
	size_t before;

	start(&w, _i);
	for (int i = 0; i < N; i++)
		send_plain(&w, bytes, SIZE);
	do {
		before = w.pair.caller.n_responses;
		run_dry(&w.pair);
	} while (w.pair.caller.n_responses != before);
	ck_assert_uint_lt(before, N / 4);
	for (int i = 0; i < N; i++) {
		ck_assert_int_eq(receive(&w, FOREVER), 0);
		ck_assert_uint_eq(w.message->size, SIZE);
	}
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses == N);
	free(bytes);
	done(&w);
}
END_TEST

/* Otherwise two that write to each other would wait for each other. */
START_TEST(answer_gets_through_to_a_full_queue)
{
	struct world w = { .options.max_messages = 1 };

	start(&w, WITH_TCP);
	send_plain(&w, "one", 3);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses == 1);
	send_plain(&w, "two", 3);
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "x", 1, NULL, FOREVER), 0);
	ck_assert_int_eq(receive(&w, FOREVER), 0);
	assert_message(&w, "one");
	ck_assert_int_eq(receive(&w, FOREVER), 0);
	assert_message(&w, "two");
	done(&w);
}
END_TEST

START_TEST(memory_of_the_queue_has_a_limit)
{
	struct world w = { .options.max_memory = 9 };

	start(&w, WITH_TCP);
	send_plain(&w, "hello", 5);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses == 1);
	ck_assert_int_eq(w.pair.caller.response, 200);
	send_plain(&w, "hello", 5);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses == 2);
	ck_assert_int_eq(w.pair.caller.response, 413);
	ck_assert_int_eq(receive(&w, 0), 0);
	send_plain(&w, "there", 5);
	ck_assert_int_eq(receive(&w, FOREVER), 0);
	assert_message(&w, "there");
	done(&w);
}
END_TEST

/* ---- the end ---- */

START_TEST(what_has_come_can_be_received_after_the_end)
{
	const char *why = NULL;
	int err = 0;
	struct world w = { 0 };

	start(&w, _i);
	ck_assert(!msrp_queue_session_is_closed(w.queue, NULL, NULL));
	send_plain(&w, "last", 4);
	msrp_session_shutdown(w.pair.caller.session);
	PAIR_RUN_UNTIL(&w.pair, msrp_queue_session_is_closed(w.queue, &err, &why));
	ck_assert_int_eq(err, MSRP_ERROR_CLOSED);
	ck_assert_ptr_nonnull(why);
	ck_assert_int_eq(receive(&w, FOREVER), 0);
	assert_message(&w, "last");
	ck_assert_int_eq(receive(&w, FOREVER), -EPIPE);
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "x", 1, NULL, FOREVER), -EPIPE);
	done(&w);
}
END_TEST

START_TEST(shutdown_sends_what_is_queued)
{
	struct msrp_send_options options;
	struct world w = { .is_both = true };

	start(&w, _i);
	options = side_options(&w.pair.caller);
	ck_assert_int_eq(msrp_session_send(w.pair.caller.session, "hello", 5, &options, NULL), 0);
	ck_assert_int_eq(msrp_queue_session_shutdown(w.other, FOREVER), 0);
	ck_assert_int_eq(w.pair.caller.response, 200);
	ck_assert(msrp_queue_session_is_closed(w.other, NULL, NULL));
	ck_assert_int_eq(receive(&w, FOREVER), 0);
	assert_message(&w, "hello");
	ck_assert_int_eq(receive(&w, FOREVER), -EPIPE);
	done(&w);
}
END_TEST

START_TEST(end_of_the_session_is_an_outcome)
{
	struct world w = { .is_both = true };

	start(&w, WITH_TCP);
	msrp_session_set_reading(w.pair.caller.session, false);
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "x", 1, NULL, 0), -ETIMEDOUT);
	w.other = msrp_queue_session_free(w.other);
	w.pair.caller.session = NULL;
	ck_assert_int_ne(msrp_queue_session_send(w.queue, "x", 1, NULL, FOREVER), 0);
	ck_assert(msrp_queue_session_is_closed(w.queue, NULL, NULL));
	done(&w);
}
END_TEST

/* ---- where it must not be called ---- */

static void try_all(struct world *w)
{
	struct msrp_received *message;

	w->n_tried++;
	w->result = msrp_queue_session_receive(w->queue, 0, &message);
	ck_assert_int_eq(msrp_queue_session_send(w->queue, "x", 1, NULL, 0), -EBUSY);
	ck_assert_int_eq(msrp_queue_session_shutdown(w->queue, 0), -EBUSY);
}

static void try_in_response(void *arg, const char *message_id, int status, const char *comment)
{
	try_all(world_of(arg));
}

START_TEST(callbacks_must_not_wait)
{
	struct msrp_send_options options = { .response = try_in_response };
	struct world w = { 0 };

	start(&w, WITH_TCP);
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
	done(&w);
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
	struct world w = { 0 };

	start(&w, WITH_TCP);
	uv_timer_init(&w.pair.loop, &timer);
	timer.data = &w;
	uv_timer_start(&timer, try_in_timer, 0, 0);
	ck_assert_int_eq(receive(&w, SOON_MS), -ETIMEDOUT);
	ck_assert_uint_eq(w.n_tried, 1);
	ck_assert_int_eq(w.result, -EBUSY);
	uv_close((uv_handle_t *)&timer, NULL);
	done(&w);
}
END_TEST

static void free_in_timer(uv_timer_t *timer)
{
	struct world *w = timer->data;

	w->queue = msrp_queue_session_free(w->queue);
	w->pair.callee.session = NULL;
}

START_TEST(session_may_be_freed_while_it_waits)
{
	struct msrp_received *message;
	uv_timer_t timer;
	struct world w = { 0 };

	start(&w, WITH_TCP);
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
	done(&w);
}
END_TEST

static void stop_in_timer(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

START_TEST(stopped_loop_is_told)
{
	uv_timer_t timer;
	struct world w = { 0 };

	start(&w, WITH_TCP);
	uv_timer_init(&w.pair.loop, &timer);
	uv_timer_start(&timer, stop_in_timer, 0, 0);
	ck_assert_int_eq(receive(&w, FOREVER), -EINTR);
	uv_close((uv_handle_t *)&timer, NULL);
	done(&w);
}
END_TEST

START_TEST(memory_may_run_out)
{
	/* Without memory there is no answer. */
	struct msrp_context_options hurried = { .response_timeout_ms = 100 };
	bool struck = true;

	for (size_t n = 0; struck; n++) {
		struct world w = { .context = &hurried };

		start(&w, WITH_TCP);
		send_plain(&w, "hello", 5);
		support_oom_start(n, false);
		PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses || w.pair.caller.closed ||
					    msrp_queue_session_is_closed(w.queue, NULL, NULL));
		struck = support_oom_struck();
		support_oom_stop();
		if (!struck)
			ck_assert_int_eq(receive(&w, 0), 0);
		done(&w);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/queue_session");
	TCase *tcase = tcase_create("queue_session");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, messages_wait_until_they_are_asked_for, 0, N_TRANSPORTS);
	tcase_add_loop_test(tcase, to_receive_is_to_wait, 0, N_TRANSPORTS);
	tcase_add_loop_test(tcase, to_send_is_to_wait_for_the_answer, 0, N_TRANSPORTS);
	tcase_add_test(tcase, refusal_is_what_sending_returns);
	tcase_add_test(tcase, file_is_sent_to_its_end);
	tcase_add_test(tcase, chunk_is_sent_and_answered);
	tcase_add_test(tcase, outcome_may_come_after_the_time);
	tcase_add_loop_test(tcase, full_queue_stops_the_sender, 0, N_TRANSPORTS);
	tcase_add_test(tcase, answer_gets_through_to_a_full_queue);
	tcase_add_test(tcase, memory_of_the_queue_has_a_limit);
	tcase_add_loop_test(tcase, what_has_come_can_be_received_after_the_end, 0, N_TRANSPORTS);
	tcase_add_loop_test(tcase, shutdown_sends_what_is_queued, 0, N_TRANSPORTS);
	tcase_add_test(tcase, end_of_the_session_is_an_outcome);
	tcase_add_test(tcase, callbacks_must_not_wait);
	tcase_add_test(tcase, other_callbacks_of_the_loop_must_not_wait);
	tcase_add_loop_test(tcase, session_may_be_freed_while_it_waits, 0, 2);
	tcase_add_test(tcase, stopped_loop_is_told);
	tcase_add_test(tcase, memory_may_run_out);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
