/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/talk.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

const struct msrp_chat_callbacks talker_callbacks = {
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

void talker_new(struct talker *t, struct msrp_connector *connector,
		const struct msrp_chat_options *options)
{
	*t = (struct talker){ .composing = -1, .nickname_result = 200 };
	ck_assert_int_eq(msrp_chat_new(connector, options, &talker_callbacks, t, &t->chat), 0);
}

void talk_init(struct talk *t)
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
void talk_start(struct talk *t, const struct msrp_sdp_media *from_bo)
{
	struct msrp_sdp_media al = { .path = t->al.path, .accept_types = "message/cpim text/*" };
	struct msrp_sdp_media bo = from_bo ? *from_bo : al;

	bo.path = t->bo.path;
	ck_assert_int_eq(msrp_chat_start(t->bo.chat, &al), 0);
	ck_assert_int_eq(msrp_chat_start(t->al.chat, &bo), 0);
	PAIR_RUN_UNTIL(&t->pair, t->al.started && t->bo.started);
}

void talk_done(struct talk *t)
{
	msrp_chat_free(t->al.chat);
	msrp_chat_free(t->bo.chat);
	free(t->al.path);
	free(t->bo.path);
	pair_done(&t->pair);
}

void talker_say(struct talker *t, const char *text)
{
	ck_assert_int_eq(msrp_chat_send(t->chat, text, strlen(text), NULL, NULL), 0);
}
