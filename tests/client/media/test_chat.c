/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/pair.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

/* One end of a chat: notes what happens. */
struct talker {
	struct msrp_chat *chat;
	char *path;
	bool initialized;
	bool started;
	bool will_end;
	bool ended;
	int failed;
	size_t n_got;
	char got[64]; /* contents, one after the other */
	char type[64];
	char from[64];
	char from_name[64];
	char to[64];
	bool has_date;
	bool is_private;
	int composing; /* -1: none; otherwise whether active */
	unsigned refresh_s;
	size_t n_delivered;
	size_t n_not_delivered;
	int status; /* of an undelivered message */
	char nickname[64];
	int nickname_result; /* what we answer */
	int nickname_status; /* what the other side answers */
	bool frees_itself;
	void (*at_start)(struct talker *t);
	char got_before[64]; /* contents at the latest change of composing */
};

static void did_initialize(void *arg, const struct msrp_sdp_media *local)
{
	struct talker *t = arg;

	t->initialized = true;
	t->path = strdup(local->path);
	ck_assert_str_eq(local->host, "127.0.0.1");
	ck_assert_uint_gt(local->port, 0);
	ck_assert_ptr_nonnull(strstr(local->accept_types, "message/cpim"));
}

static void did_start(void *arg)
{
	struct talker *t = arg;

	ck_assert(t->initialized && !t->started);
	t->started = true;
	if (t->at_start)
		t->at_start(t);
}

static void will_end(void *arg)
{
	struct talker *t = arg;

	t->will_end = true;
}

static void did_end(void *arg)
{
	struct talker *t = arg;

	ck_assert(!t->ended);
	t->ended = true;
}

static void did_fail(void *arg, int err, const char *why)
{
	struct talker *t = arg;

	ck_assert(!t->ended && err && why);
	t->failed = err;
}

static void note_wrapper(struct talker *t, const struct msrp_cpim *cpim)
{
	snprintf(t->from, sizeof(t->from), "%s", cpim->from.uri ? cpim->from.uri : "");
	snprintf(t->from_name, sizeof(t->from_name), "%s", cpim->from.name ? cpim->from.name : "");
	snprintf(t->to, sizeof(t->to), "%s", cpim->to.uri ? cpim->to.uri : "");
	t->has_date = cpim->datetime != NULL;
}

static void got_message(void *arg, const struct msrp_chat_message *m)
{
	struct talker *t = arg;
	size_t len = strlen(t->got);

	t->n_got++;
	t->is_private = m->is_private;
	snprintf(t->type, sizeof(t->type), "%s", m->content_type);
	if (m->cpim)
		note_wrapper(t, m->cpim);
	if (m->composing) {
		t->composing = m->composing->active;
		t->refresh_s = m->composing->refresh_s;
		snprintf(t->got_before, sizeof(t->got_before), "%s", t->got);
	} else {
		ck_assert_uint_eq(m->content[m->len], 0);
		snprintf(t->got + len, sizeof(t->got) - len, "%s", (const char *)m->content);
	}
	if (t->frees_itself)
		t->chat = msrp_chat_free(t->chat);
}

static void did_deliver(void *arg, const char *message_id)
{
	struct talker *t = arg;

	t->n_delivered++;
}

static void did_not_deliver(void *arg, const char *message_id, int status, const char *comment)
{
	struct talker *t = arg;

	t->n_not_delivered++;
	t->status = status;
}

static int on_nickname(void *arg, const char *nickname)
{
	struct talker *t = arg;

	snprintf(t->nickname, sizeof(t->nickname), "<%s>", nickname);
	return t->nickname_result;
}

static void on_nickname_answer(void *arg, const char *message_id, int status, const char *comment)
{
	struct talker *t = arg;

	t->nickname_status = status;
}

static const struct msrp_chat_callbacks callbacks = {
	.did_initialize = did_initialize,
	.did_start = did_start,
	.will_end = will_end,
	.did_end = did_end,
	.did_fail = did_fail,
	.got_message = got_message,
	.did_deliver_message = did_deliver,
	.did_not_deliver_message = did_not_deliver,
	.nickname = on_nickname,
};

/* Two who talk, directly. */
struct talk {
	struct pair pair;
	struct talker al, bo;
};

static const struct msrp_chat_options al_options = {
	.local = { "Al", "sip:al@example.com" },
	.remote = { "Bo", "sip:bo@example.com" },
	.max_size = 1000,
};
static const struct msrp_chat_options bo_options = {
	.local = { "Bo", "sip:bo@example.com" },
	.remote = { "Al", "sip:al@example.com" },
	.max_size = 1000,
};

static void talker_new(struct talker *t, struct msrp_connector *connector,
		       const struct msrp_chat_options *options)
{
	*t = (struct talker){ .composing = -1, .nickname_result = 200 };
	ck_assert_int_eq(msrp_chat_new(connector, options, &callbacks, t, &t->chat), 0);
}

static void talk_init(struct talk *t)
{
	static const struct msrp_context_options options = { .bind_timeout_ms = 100 };
	static const struct msrp_local_uri local = { .host = "127.0.0.1" };
	struct msrp_connector *al, *bo;

	pair_init(&t->pair, WITH_TCP, &options);
	ck_assert_int_eq(msrp_connector_direct_new(t->pair.context, &al), 0);
	ck_assert_int_eq(msrp_acceptor_direct_new(t->pair.context, &bo), 0);
	talker_new(&t->al, al, &al_options);
	talker_new(&t->bo, bo, &bo_options);
	ck_assert_int_eq(
	    msrp_chat_initialize(t->al.chat,
				 &(struct msrp_local_uri){ .host = "127.0.0.1", .port = 9 }),
	    0);
	ck_assert_int_eq(msrp_chat_initialize(t->bo.chat, &local), 0);
	PAIR_RUN_UNTIL(&t->pair, t->al.initialized && t->bo.initialized);
}

/* FROM_BO is what Al learns about Bo besides his path; NULL: nothing. */
static void talk_start(struct talk *t, const struct msrp_sdp_media *from_bo)
{
	struct msrp_sdp_media al = { .path = t->al.path, .accept_types = "message/cpim text/*" };
	struct msrp_sdp_media bo = from_bo ? *from_bo : al;

	bo.path = t->bo.path;
	ck_assert_int_eq(msrp_chat_start(t->bo.chat, &al), 0);
	ck_assert_int_eq(msrp_chat_start(t->al.chat, &bo), 0);
	PAIR_RUN_UNTIL(&t->pair, t->al.started && t->bo.started);
}

static void talk_done(struct talk *t)
{
	msrp_chat_free(t->al.chat);
	msrp_chat_free(t->bo.chat);
	free(t->al.path);
	free(t->bo.path);
	pair_done(&t->pair);
}

static void say(struct talker *t, const char *text)
{
	ck_assert_int_eq(msrp_chat_send(t->chat, text, strlen(text), NULL, NULL), 0);
}

START_TEST(messages_are_wrapped_and_unwrapped)
{
	struct talk t;

	talk_init(&t);
	talk_start(&t, NULL);
	say(&t.al, "hello");
	say(&t.bo, "hi");
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
	say(&t.al, "hello");
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
	say(&t.al, "a");
	say(&t.al, "b");
	talk_start(&t, NULL);
	say(&t.al, "c");
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
	say(t, "b");
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
	say(&t.al, "a");
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
	say(&t.al, "plain");
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
	say(&t.al, "!");
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

static const struct {
	const char *nickname;
	int result;
	int status;
	const char *seen;
} nicknames[] = {
	{ "Alice \"the\" \\ great", 200, 200, "<Alice \"the\" \\ great>" },
	{ "\u00c4l", 425, 425, "<\u00c4l>" },
	{ "", 200, 200, "<>" },
	{ "al", 403, 403, "<al>" },
};

START_TEST(nicknames_are_asked_for)
{
	struct talk t;

	talk_init(&t);
	ck_assert_int_eq(msrp_chat_set_nickname(t.al.chat, "a", on_nickname_answer, &t.al),
			 -EAGAIN);
	talk_start(&t, NULL);
	t.bo.nickname_result = nicknames[_i].result;
	ck_assert_int_eq(
	    msrp_chat_set_nickname(t.al.chat, nicknames[_i].nickname, on_nickname_answer, &t.al),
	    0);
	ck_assert_int_eq(msrp_chat_set_nickname(t.al.chat, "b", on_nickname_answer, &t.al),
			 -EALREADY);
	PAIR_RUN_UNTIL(&t.pair, t.al.nickname_status);
	ck_assert_int_eq(t.al.nickname_status, nicknames[_i].status);
	ck_assert_str_eq(t.bo.nickname, nicknames[_i].seen);
	talk_done(&t);
}
END_TEST

START_TEST(nicknames_have_limits)
{
	char name[1025];
	struct talk t;

	memset(name, 'a', sizeof(name));
	name[1024] = '\0';
	talk_init(&t);
	talk_start(&t, NULL);
	ck_assert_int_eq(msrp_chat_set_nickname(t.al.chat, name, NULL, NULL), -EINVAL);
	ck_assert_int_eq(msrp_chat_set_nickname(t.al.chat, "a\r\nb", NULL, NULL), -EINVAL);
	name[1023] = '\0';
	ck_assert_int_eq(msrp_chat_set_nickname(t.al.chat, name, on_nickname_answer, &t.al), 0);
	PAIR_RUN_UNTIL(&t.pair, t.al.nickname_status == 200);
	talk_done(&t);
}
END_TEST

START_TEST(nickname_that_is_not_answered_is_told_at_the_end)
{
	struct talk t;

	talk_init(&t);
	talk_start(&t, NULL);
	t.bo.chat = msrp_chat_free(t.bo.chat);
	ck_assert_int_eq(msrp_chat_set_nickname(t.al.chat, "a", on_nickname_answer, &t.al), 0);
	PAIR_RUN_UNTIL(&t.pair, t.al.ended);
	ck_assert_int_eq(t.al.nickname_status, -ECANCELED);
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
	say(&t.al, "bye");
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
	say(&t.al, "lost");
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
	say(&t.al, "lost");
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
	ck_assert_int_eq(msrp_chat_new(connector, NULL, &callbacks, &t.al, &chat), 0);
	ck_assert_int_eq(msrp_chat_start(chat, &media), -EINVAL);
	msrp_chat_free(chat);
	for (size_t i = 0; i < 64; i++)
		memcpy(types + 2 * i, "* ", 3);
	many.accept_types = types;
	ck_assert_int_eq(msrp_connector_direct_new(t.pair.context, &connector), 0);
	ck_assert_int_eq(msrp_chat_new(connector, &many, &callbacks, &t.al, &chat), -EINVAL);
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
	say(&t.al, "go away");
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
	tcase_add_loop_test(tcase, nicknames_are_asked_for, 0, SUPPORT_COUNT(nicknames));
	tcase_add_test(tcase, nicknames_have_limits);
	tcase_add_test(tcase, nickname_that_is_not_answered_is_told_at_the_end);
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
