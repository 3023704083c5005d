/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/memory_file.h"
#include "client/queue_world.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

START_TEST(messages_wait_until_they_are_asked_for)
{
	struct queue_world w = { 0 };

	queue_world_start(&w, _i);
	queue_world_send(&w, "one", 3);
	queue_world_send(&w, "", 0);
	queue_world_send(&w, "three", 5);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses == 3);
	ck_assert_int_eq(queue_world_receive(&w, FOREVER), 0);
	queue_world_expect(&w, "one");
	ck_assert_str_eq(w.message->content_type, "text/plain");
	ck_assert_uint_ge(strlen(w.message->message_id), 4);
	ck_assert_int_eq(queue_world_receive(&w, 0), 0);
	queue_world_expect(&w, "");
	ck_assert_int_eq(queue_world_receive(&w, SOON_MS), 0);
	queue_world_expect(&w, "three");
	ck_assert_int_eq(queue_world_receive(&w, 0), -ETIMEDOUT);
	ck_assert_int_eq(queue_world_receive(&w, SOON_MS), -ETIMEDOUT);
	queue_world_done(&w);
}
END_TEST

/* The message just sent has to arrive first: the loop runs meanwhile. */
START_TEST(to_receive_is_to_wait)
{
	struct queue_world w = { 0 };

	queue_world_start(&w, _i);
	queue_world_send(&w, "hello", 5);
	ck_assert_int_eq(queue_world_receive(&w, FOREVER), 0);
	queue_world_expect(&w, "hello");
	queue_world_done(&w);
}
END_TEST

START_TEST(to_send_is_to_wait_for_the_answer)
{
	struct msrp_send_options options;
	struct queue_world w = { .is_both = true };

	queue_world_start(&w, _i);
	options = side_options(&w.pair.caller);
	ck_assert_int_eq(msrp_queue_session_send(w.other, "hello", 5, &options, FOREVER), 0);
	ck_assert_uint_eq(w.pair.caller.n_responses, 1);
	ck_assert_int_eq(queue_world_receive(&w, 0), 0);
	queue_world_expect(&w, "hello");
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "there", 5, NULL, FOREVER), 0);
	w.message = msrp_received_free(w.message);
	ck_assert_int_eq(msrp_queue_session_receive(w.other, FOREVER, &w.message), 0);
	queue_world_expect(&w, "there");
	queue_world_done(&w);
}
END_TEST

START_TEST(refusal_is_what_sending_returns)
{
	static const char *const only_text[] = { "text/*", NULL };
	struct msrp_send_options options = { .content_type = "image/png" };
	struct queue_world w = { .is_both = true, .accept_types = only_text };

	queue_world_start(&w, WITH_TCP);
	ck_assert_int_eq(msrp_queue_session_send(w.other, "hello", 5, &options, FOREVER), 415);
	options.content_type = "text/x\r\n";
	ck_assert_int_eq(msrp_queue_session_send(w.other, "hello", 5, &options, FOREVER), -EINVAL);
	queue_world_done(&w);
}
END_TEST

START_TEST(file_is_sent_to_its_end)
{
	struct msrp_file_options options = { 0 };
	struct msrp_outgoing_file *file;
	FILE *stream = tmpfile();
	struct queue_world w = { .is_both = true };

	ck_assert_int_eq(fputs("in a file", stream), 1);
	fflush(stream);
	queue_world_start(&w, WITH_TCP);
	ck_assert_int_eq(msrp_outgoing_file_new(fileno(stream), 9, &options, &file), 0);
	ck_assert_int_eq(msrp_queue_session_send_file(w.other, file, FOREVER), 0);
	ck_assert_int_eq(queue_world_receive(&w, 0), 0);
	queue_world_expect(&w, "in a file");
	ck_assert_int_eq(msrp_outgoing_file_new(fileno(stream), 10, &options, &file), 0);
	ck_assert_int_eq(msrp_queue_session_send_file(w.other, file, FOREVER), -ENODATA);
	fclose(stream);
	queue_world_done(&w);
}
END_TEST

START_TEST(chunk_is_sent_and_answered)
{
	static const char text[] = "MSRP t1xx SEND\r\nTo-Path: msrp://a:1/a;tcp\r\n"
				   "From-Path: msrp://a:1/b;tcp\r\nMessage-ID: m1xx\r\n"
				   "Content-Type: text/x\r\n\r\nhello\r\n-------t1xx$\r\n";
	struct msrp_chunk *chunk;
	struct queue_world w = { .is_both = true };

	queue_world_start(&w, WITH_TCP);
	ck_assert_int_eq(msrp_chunk_parse(text, sizeof(text) - 1, &chunk), 0);
	ck_assert_int_eq(msrp_queue_session_send_chunk(w.other, chunk, FOREVER), 0);
	msrp_chunk_free(chunk);
	ck_assert_int_eq(queue_world_receive(&w, 0), 0);
	queue_world_expect(&w, "hello");
	ck_assert_str_eq(w.message->message_id, "m1xx");
	queue_world_done(&w);
}
END_TEST

START_TEST(outcome_may_come_after_the_time)
{
	struct msrp_send_options options;
	struct queue_world w = { .is_both = true };

	queue_world_start(&w, WITH_TCP);
	options = side_options(&w.pair.callee);
	msrp_session_set_reading(w.pair.caller.session, false);
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "x", 1, &options, SOON_MS), -ETIMEDOUT);
	ck_assert_uint_eq(w.pair.callee.n_responses, 0);
	msrp_session_set_reading(w.pair.caller.session, true);
	PAIR_RUN_UNTIL(&w.pair, w.pair.callee.n_responses);
	ck_assert_int_eq(w.pair.callee.response, 200);
	queue_world_done(&w);
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
	struct queue_world w = { .options.max_messages = 2 };
	char *bytes = calloc(1, SIZE);
	size_t before;

	queue_world_start(&w, _i);
	for (int i = 0; i < N; i++)
		queue_world_send(&w, bytes, SIZE);
	do {
		before = w.pair.caller.n_responses;
		run_dry(&w.pair);
	} while (w.pair.caller.n_responses != before);
	ck_assert_uint_lt(before, N / 4);
	for (int i = 0; i < N; i++) {
		ck_assert_int_eq(queue_world_receive(&w, FOREVER), 0);
		ck_assert_uint_eq(w.message->size, SIZE);
	}
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses == N);
	free(bytes);
	queue_world_done(&w);
}
END_TEST

/* Otherwise two that write to each other would wait for each other. */
START_TEST(answer_gets_through_to_a_full_queue)
{
	struct queue_world w = { .options.max_messages = 1 };

	queue_world_start(&w, WITH_TCP);
	queue_world_send(&w, "one", 3);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses == 1);
	queue_world_send(&w, "two", 3);
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "x", 1, NULL, FOREVER), 0);
	ck_assert_int_eq(queue_world_receive(&w, FOREVER), 0);
	queue_world_expect(&w, "one");
	ck_assert_int_eq(queue_world_receive(&w, FOREVER), 0);
	queue_world_expect(&w, "two");
	queue_world_done(&w);
}
END_TEST

START_TEST(memory_of_the_queue_has_a_limit)
{
	struct queue_world w = { .options.max_memory = 9 };

	queue_world_start(&w, WITH_TCP);
	queue_world_send(&w, "hello", 5);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses == 1);
	ck_assert_int_eq(w.pair.caller.response, 200);
	queue_world_send(&w, "hello", 5);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses == 2);
	ck_assert_int_eq(w.pair.caller.response, 413);
	ck_assert_int_eq(queue_world_receive(&w, 0), 0);
	queue_world_send(&w, "there", 5);
	ck_assert_int_eq(queue_world_receive(&w, FOREVER), 0);
	queue_world_expect(&w, "there");
	queue_world_done(&w);
}
END_TEST

/* ---- the end ---- */

START_TEST(what_has_come_can_be_received_after_the_end)
{
	const char *why = NULL;
	int err = 0;
	struct queue_world w = { 0 };

	queue_world_start(&w, _i);
	ck_assert(!msrp_queue_session_is_closed(w.queue, NULL, NULL));
	queue_world_send(&w, "last", 4);
	msrp_session_shutdown(w.pair.caller.session);
	PAIR_RUN_UNTIL(&w.pair, msrp_queue_session_is_closed(w.queue, &err, &why));
	ck_assert_int_eq(err, MSRP_ERROR_CLOSED);
	ck_assert_ptr_nonnull(why);
	ck_assert_int_eq(queue_world_receive(&w, FOREVER), 0);
	queue_world_expect(&w, "last");
	ck_assert_int_eq(queue_world_receive(&w, FOREVER), -EPIPE);
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "x", 1, NULL, FOREVER), -EPIPE);
	queue_world_done(&w);
}
END_TEST

START_TEST(shutdown_sends_what_is_queued)
{
	struct msrp_send_options options;
	struct queue_world w = { .is_both = true };

	queue_world_start(&w, _i);
	options = side_options(&w.pair.caller);
	ck_assert_int_eq(msrp_session_send(w.pair.caller.session, "hello", 5, &options, NULL), 0);
	ck_assert_int_eq(msrp_queue_session_shutdown(w.other, FOREVER), 0);
	ck_assert_int_eq(w.pair.caller.response, 200);
	ck_assert(msrp_queue_session_is_closed(w.other, NULL, NULL));
	ck_assert_int_eq(queue_world_receive(&w, FOREVER), 0);
	queue_world_expect(&w, "hello");
	ck_assert_int_eq(queue_world_receive(&w, FOREVER), -EPIPE);
	queue_world_done(&w);
}
END_TEST

START_TEST(end_of_the_session_is_an_outcome)
{
	struct queue_world w = { .is_both = true };

	queue_world_start(&w, WITH_TCP);
	msrp_session_set_reading(w.pair.caller.session, false);
	ck_assert_int_eq(msrp_queue_session_send(w.queue, "x", 1, NULL, 0), -ETIMEDOUT);
	w.other = msrp_queue_session_free(w.other);
	w.pair.caller.session = NULL;
	ck_assert_int_ne(msrp_queue_session_send(w.queue, "x", 1, NULL, FOREVER), 0);
	ck_assert(msrp_queue_session_is_closed(w.queue, NULL, NULL));
	queue_world_done(&w);
}
END_TEST

START_TEST(memory_may_run_out)
{
	/* Without memory there is no answer. */
	struct msrp_context_options hurried = { .response_timeout_ms = 100 };
	bool struck = true;

	for (size_t n = 0; struck; n++) {
		struct queue_world w = { .context = &hurried };

		queue_world_start(&w, WITH_TCP);
		queue_world_send(&w, "hello", 5);
		support_oom_start(n, false);
		PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses || w.pair.caller.closed ||
					    msrp_queue_session_is_closed(w.queue, NULL, NULL));
		struck = support_oom_struck();
		support_oom_stop();
		if (!struck)
			ck_assert_int_eq(queue_world_receive(&w, 0), 0);
		queue_world_done(&w);
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
	tcase_add_test(tcase, memory_may_run_out);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
