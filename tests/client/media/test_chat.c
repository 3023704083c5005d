/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/talk.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

START_TEST(messages_are_wrapped_and_unwrapped)
{
	struct talk t;

	talk_init(&t);
	talk_start(&t, NULL);
	talker_say(&t.al, "hello");
	talker_say(&t.bo, "hi");
	PAIR_RUN_UNTIL(&t.pair, t.al.n_delivered && t.bo.n_delivered);
	ck_assert_str_eq(t.bo.got, "hello");
	ck_assert_str_eq(t.bo.type, "text/plain; charset=utf-8");
	ck_assert_str_eq(t.bo.from, "sip:al@example.com");
	ck_assert_str_eq(t.bo.from_name, "Al");
	ck_assert_str_eq(t.bo.to, "sip:bo@example.com");
	ck_assert(t.bo.has_date && !t.bo.is_private);
	ck_assert_str_eq(t.al.got, "hi");
	ck_assert_uint_eq(t.al.n_not_delivered + t.bo.n_not_delivered, 0);
	talk_done(&t);
}
END_TEST

START_TEST(nothing_is_wrapped_for_who_does_not_take_it)
{
	static const struct msrp_sdp_media bo = { .accept_types = "text/plain" };
	struct talk t;

	talk_init(&t);
	talk_start(&t, &bo);
	talker_say(&t.al, "hello");
	PAIR_RUN_UNTIL(&t.pair, t.al.n_delivered);
	ck_assert_str_eq(t.bo.got, "hello");
	ck_assert_str_eq(t.bo.from, "");
	talk_done(&t);
}
END_TEST

START_TEST(messages_wait_for_the_start)
{
	struct talk t;

	talk_init(&t);
	talker_say(&t.al, "a");
	talker_say(&t.al, "b");
	talk_start(&t, NULL);
	talker_say(&t.al, "c");
	PAIR_RUN_UNTIL(&t.pair, t.al.n_delivered == 3);
	ck_assert_str_eq(t.bo.got, "abc");
	talk_done(&t);
}
END_TEST

static void speak_at_start(struct talker *t)
{
	static const struct msrp_composing typing = { .active = true };
	struct msrp_chat_send_options html = { .content_type = "text/html" };

	ck_assert_int_eq(msrp_chat_send_composing(t->chat, &typing), 0);
	ck_assert_int_eq(msrp_chat_send(t->chat, "x", 1, &html, NULL), -ENOTSUP);
	talker_say(t, "b");
}

/*
 * When did_start() is called, the chat has started: errors show at once, and nothing overtakes
 * waiting messages.
 */
START_TEST(chat_has_started_when_that_is_told)
{
	static const struct msrp_sdp_media bo = {
		.accept_types = "message/cpim text/plain " MSRP_COMPOSING_TYPE,
		.accept_wrapped_types = "text/plain " MSRP_COMPOSING_TYPE,
	};
	struct talk t;

	talk_init(&t);
	t.al.at_start = speak_at_start;
	talker_say(&t.al, "a");
	ck_assert_int_eq(msrp_chat_set_keep_alive(t.al.chat, 60000), 0);
	talk_start(&t, &bo);
	PAIR_RUN_UNTIL(&t.pair, t.al.n_delivered == 2);
	ck_assert_str_eq(t.bo.got, "ab");
	ck_assert_str_eq(t.bo.got_before, "a");
	ck_assert_uint_eq(t.al.n_not_delivered, 0);
	ck_assert_int_eq(msrp_chat_set_keep_alive(t.al.chat, 0), 0);
	talk_done(&t);
}
END_TEST

START_TEST(types_that_are_not_taken_are_not_sent)
{
	static const struct msrp_sdp_media bo = { .accept_types = "message/cpim",
						  .accept_wrapped_types = "text/plain" };
	struct msrp_chat_send_options html = { .content_type = "text/html" };
	struct talk t;

	talk_init(&t);
	ck_assert_int_eq(msrp_chat_send(t.al.chat, "x", 1, &html, NULL), 0);
	talk_start(&t, &bo);
	PAIR_RUN_UNTIL(&t.pair, t.al.n_not_delivered);
	ck_assert_int_eq(t.al.status, -ENOTSUP);
	ck_assert_int_eq(msrp_chat_send(t.al.chat, "x", 1, &html, NULL), -ENOTSUP);
	ck_assert_int_eq(
	    msrp_chat_send_composing(t.al.chat, &(struct msrp_composing){ .active = true }),
	    -ENOTSUP);
	talker_say(&t.al, "plain");
	PAIR_RUN_UNTIL(&t.pair, t.al.n_delivered);
	ck_assert_uint_eq(t.bo.n_got, 1);
	talk_done(&t);
}
END_TEST

START_TEST(private_messages_need_a_conference_that_knows_them)
{
	struct msrp_sdp_media bo = { .chatroom = true, .private_messages = _i != 0 };
	struct msrp_chat_send_options to_cy = { .to = { NULL, "sip:cy@example.com" } };
	struct talk t;

	talk_init(&t);
	talk_start(&t, &bo);
	ck_assert_int_eq(msrp_chat_send(t.al.chat, "psst", 4, &to_cy, NULL), _i ? 0 : -ENOTSUP);
	talker_say(&t.al, "!");
	PAIR_RUN_UNTIL(&t.pair, t.al.n_delivered == (size_t)_i + 1);
	ck_assert_str_eq(t.bo.got, _i ? "psst!" : "!");
	talk_done(&t);
}
END_TEST

START_TEST(who_a_private_message_is_for_knows_that_it_is)
{
	struct msrp_sdp_media room = { .chatroom = true, .private_messages = true };
	struct msrp_chat_send_options to_al = { .to = { NULL, "sip:al@example.com" } };
	struct msrp_chat_send_options to_all = { .to = { NULL, "sip:room@example.com" } };
	struct talk t;

	talk_init(&t);
	talk_start(&t, &room);
	ck_assert_int_eq(msrp_chat_send(t.bo.chat, "psst", 4, &to_al, NULL), 0);
	PAIR_RUN_UNTIL(&t.pair, t.bo.n_delivered);
	ck_assert(t.al.is_private);
	/* Al is no conference. */
	ck_assert_int_eq(msrp_chat_send(t.bo.chat, "all", 3, &to_all, NULL), -ENOTSUP);
	talk_done(&t);
}
END_TEST

START_TEST(composing_is_passed_on)
{
	static const struct msrp_composing typing = { .active = true, .refresh_s = 90 };
	static const struct msrp_composing idle = { 0 };
	static const struct msrp_sdp_media all;
	struct talk t;

	talk_init(&t);
	ck_assert_int_eq(msrp_chat_send_composing(t.al.chat, &typing), -EAGAIN);
	talk_start(&t, &all);
	ck_assert_int_eq(msrp_chat_send_composing(t.al.chat, &typing), 0);
	PAIR_RUN_UNTIL(&t.pair, t.bo.composing == 1);
	ck_assert_uint_eq(t.bo.refresh_s, 90);
	ck_assert_str_eq(t.bo.type, MSRP_COMPOSING_TYPE);
	ck_assert_int_eq(msrp_chat_send_composing(t.al.chat, &idle), 0);
	PAIR_RUN_UNTIL(&t.pair, t.bo.composing == 0);
	ck_assert_uint_eq(t.al.n_delivered + t.al.n_not_delivered, 0);
	talk_done(&t);
}
END_TEST

START_TEST(too_large_a_message_is_refused)
{
	static const char large[1001];
	struct talk t;

	talk_init(&t);
	talk_start(&t, NULL);
	ck_assert_int_eq(msrp_chat_send(t.al.chat, large, sizeof(large), NULL, NULL), 0);
	PAIR_RUN_UNTIL(&t.pair, t.al.n_not_delivered);
	ck_assert_int_eq(t.al.status, 413);
	ck_assert_uint_eq(t.bo.n_got, 0);
	talk_done(&t);
}
END_TEST

START_TEST(end_sends_what_was_said_and_is_told_to_both)
{
	struct talk t;

	talk_init(&t);
	talk_start(&t, NULL);
	talker_say(&t.al, "bye");
	msrp_chat_end(t.al.chat);
	ck_assert(t.al.will_end && !t.al.ended);
	ck_assert_int_eq(msrp_chat_send(t.al.chat, "x", 1, NULL, NULL), -EPIPE);
	PAIR_RUN_UNTIL(&t.pair, t.al.ended && t.bo.ended);
	ck_assert_str_eq(t.bo.got, "bye");
	ck_assert_uint_eq(t.al.n_delivered, 1);
	ck_assert_int_eq(t.al.failed, 0);
	ck_assert_int_eq(t.bo.failed, 0);
	ck_assert(!t.bo.will_end);
	msrp_chat_end(t.al.chat);
	msrp_chat_end(t.bo.chat);
	ck_assert(!t.bo.will_end);
	ck_assert_int_eq(msrp_chat_send(t.bo.chat, "x", 1, NULL, NULL), -EPIPE);
	talk_done(&t);
}
END_TEST

START_TEST(end_before_the_start_delivers_nothing)
{
	struct talk t;

	talk_init(&t);
	talker_say(&t.al, "lost");
	msrp_chat_end(t.al.chat);
	ck_assert(t.al.will_end && !t.al.ended);
	PAIR_RUN_UNTIL(&t.pair, t.al.ended);
	ck_assert_uint_eq(t.al.n_not_delivered, 1);
	ck_assert_int_eq(t.al.status, -ECANCELED);
	ck_assert_int_eq(t.al.failed, 0);
	talk_done(&t);
}
END_TEST

START_TEST(failure_to_connect_is_told_and_is_the_end)
{
	struct msrp_sdp_media nobody = { .path = "msrp://127.0.0.1:1/nobody;tcp" };
	struct talk t;

	talk_init(&t);
	talker_say(&t.al, "lost");
	ck_assert_int_eq(msrp_chat_start(t.al.chat, &nobody), 0);
	ck_assert_int_eq(msrp_chat_start(t.al.chat, &nobody), -EALREADY);
	PAIR_RUN_UNTIL(&t.pair, t.al.ended);
	ck_assert_int_ne(t.al.failed, 0);
	ck_assert_uint_eq(t.al.n_not_delivered, 1);
	talk_done(&t);
}
END_TEST

START_TEST(wrong_order_is_an_error)
{
	static const struct msrp_sdp_media media = { .path = "msrp://127.0.0.1:1/s;tcp" };
	struct msrp_chat_options many = { 0 };
	char types[200];
	struct msrp_connector *connector;
	struct msrp_chat *chat;
	struct talk t;

	talk_init(&t);
	ck_assert_int_eq(msrp_chat_initialize(t.al.chat, NULL), -EALREADY);
	ck_assert_int_eq(msrp_connector_direct_new(t.pair.context, &connector), 0);
	ck_assert_int_eq(msrp_chat_new(connector, NULL, &talker_callbacks, &t.al, &chat), 0);
	ck_assert_int_eq(msrp_chat_start(chat, &media), -EINVAL);
	msrp_chat_free(chat);
	for (size_t i = 0; i < 64; i++)
		memcpy(types + 2 * i, "* ", 3);
	many.accept_types = types;
	ck_assert_int_eq(msrp_connector_direct_new(t.pair.context, &connector), 0);
	ck_assert_int_eq(msrp_chat_new(connector, &many, &talker_callbacks, &t.al, &chat), -EINVAL);
	ck_assert_int_eq(msrp_chat_send(t.al.chat, "x", 1,
					&(struct msrp_chat_send_options){ .message_id = "-" },
					NULL),
			 -EINVAL);
	talk_done(&t);
}
END_TEST

START_TEST(chat_may_be_freed_when_a_message_comes)
{
	struct talk t;

	talk_init(&t);
	talk_start(&t, NULL);
	t.bo.frees_itself = true;
	talker_say(&t.al, "go away");
	PAIR_RUN_UNTIL(&t.pair, t.al.ended);
	ck_assert_uint_eq(t.bo.n_got, 1);
	talk_done(&t);
}
END_TEST

/* Handmade messages that a chat refuses: type, content, status. */
static const struct {
	const char *type;
	const char *content;
	int status;
} refused[] = {
	{ "message/cpim", "no wrapper at all", 400 },
	{ "message/cpim", "Require: X.y\r\n\r\nContent-Type: text/plain\r\n\r\nhi", 415 },
	{ "message/cpim", "From: <im:a>\r\n\r\nContent-Type: image/png\r\n\r\nhi", 415 },
	{ "image/png", "hi", 415 },
};

START_TEST(what_cannot_be_read_is_refused)
{
	struct msrp_local_uri local = { .host = "127.0.0.1" };
	struct msrp_chat_options only_text = { .accept_wrapped_types = "text/*" };
	struct msrp_sdp_media anybody = { 0 };
	struct msrp_send_options options;
	struct msrp_connector *connector;
	struct talker bo;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	ck_assert_int_eq(msrp_acceptor_direct_new(p.context, &connector), 0);
	talker_new(&bo, connector, &only_text);
	ck_assert_int_eq(msrp_chat_initialize(bo.chat, &local), 0);
	ck_assert_int_eq(msrp_connector_direct_new(p.context, &p.caller.connector), 0);
	ck_assert_int_eq(
	    msrp_connector_prepare(p.caller.connector, NULL, side_on_prepared, &p.caller), 0);
	PAIR_RUN_UNTIL(&p, p.caller.path && bo.initialized);
	ck_assert_int_eq(msrp_chat_start(bo.chat, &anybody), 0);
	ck_assert_int_eq(
	    msrp_connector_complete(p.caller.connector, bo.path, side_on_completed, &p.caller), 0);
	PAIR_RUN_UNTIL(&p, p.caller.session && bo.started);
	options = side_options(&p.caller);
	options.content_type = refused[_i].type;
	ck_assert_int_eq(msrp_session_send(p.caller.session, refused[_i].content,
					   strlen(refused[_i].content), &options, NULL),
			 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	ck_assert_int_eq(p.caller.response, refused[_i].status);
	ck_assert_uint_eq(bo.n_got, 0);
	msrp_chat_free(bo.chat);
	free(bo.path);
	pair_done(&p);
}
END_TEST

static const struct {
	const char *document;
	int want; /* -1: unreadable */
	unsigned refresh_s;
} composings[] = {
	{ "<isComposing><state>active</state></isComposing>", 1, 0 },
	{ "<x:isComposing xmlns:x='u'><x:state >\n active\n</x:state><x:refresh>5</x:refresh>", 1,
	  5 },
	{ "<state>idle</state><lastactive>x</lastactive>", 0, 0 },
	{ "<state>gone</state>", 0, 0 },
	{ "<state>active</state><refresh>-1</refresh>", -1, 0 },
	{ "<state>active</state><refresh>99999999999</refresh>", -1, 0 },
	{ "<isComposing/>", -1, 0 },
	{ "<state", -1, 0 },
	{ "", -1, 0 },
};

START_TEST(composing_documents_are_read)
{
	const char *text = composings[_i].document;
	struct msrp_composing c = { 0 };
	int err = msrp_composing_parse(text, strlen(text), &c);

	ck_assert_msg(err == (composings[_i].want < 0 ? -EBADMSG : 0), "%s", text);
	if (!err)
		ck_assert_msg(c.active == (composings[_i].want == 1) &&
				  c.refresh_s == composings[_i].refresh_s,
			      "%s", text);
}
END_TEST

START_TEST(memory_may_run_out)
{
	struct msrp_chat_send_options options = { .subject = "s", .datetime = "d" };
	int err = -ENOMEM;

	for (size_t n = 0; err; n++) {
		struct talk t;

		talk_init(&t);
		support_oom_start(n, false);
		err = msrp_chat_send(t.al.chat, "waits", 5, &options, NULL);
		support_oom_stop();
		ck_assert(err == 0 || err == -ENOMEM);
		talk_start(&t, NULL);
		support_oom_start(n, false);
		if (!err)
			err = msrp_chat_send(t.al.chat, "goes", 4, &options, NULL);
		support_oom_stop();
		ck_assert(err == 0 || err == -ENOMEM);
		talk_done(&t);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/chat");
	TCase *tcase = tcase_create("chat");

	tcase_add_test(tcase, messages_are_wrapped_and_unwrapped);
	tcase_add_test(tcase, nothing_is_wrapped_for_who_does_not_take_it);
	tcase_add_test(tcase, messages_wait_for_the_start);
	tcase_add_test(tcase, chat_has_started_when_that_is_told);
	tcase_add_test(tcase, types_that_are_not_taken_are_not_sent);
	tcase_add_loop_test(tcase, private_messages_need_a_conference_that_knows_them, 0, 2);
	tcase_add_test(tcase, who_a_private_message_is_for_knows_that_it_is);
	tcase_add_test(tcase, composing_is_passed_on);
	tcase_add_test(tcase, too_large_a_message_is_refused);
	tcase_add_test(tcase, end_sends_what_was_said_and_is_told_to_both);
	tcase_add_test(tcase, end_before_the_start_delivers_nothing);
	tcase_add_test(tcase, failure_to_connect_is_told_and_is_the_end);
	tcase_add_test(tcase, wrong_order_is_an_error);
	tcase_add_test(tcase, chat_may_be_freed_when_a_message_comes);
	tcase_add_loop_test(tcase, what_cannot_be_read_is_refused, 0, SUPPORT_COUNT(refused));
	tcase_add_loop_test(tcase, composing_documents_are_read, 0, SUPPORT_COUNT(composings));
	tcase_add_test(tcase, memory_may_run_out);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
