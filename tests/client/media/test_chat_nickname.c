/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <string.h>

#include "client/talk.h"
#include "support/expect.h"
#include "support/run.h"

static void on_nickname_answer(void *arg, const char *message_id, int status, const char *comment)
{
	struct talker *t = arg;

	t->nickname_status = status;
}

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

int main(void)
{
	Suite *suite = suite_create("client/chat_nickname");
	TCase *tcase = tcase_create("chat");

	tcase_add_loop_test(tcase, nicknames_are_asked_for, 0, SUPPORT_COUNT(nicknames));
	tcase_add_test(tcase, nicknames_have_limits);
	tcase_add_test(tcase, nickname_that_is_not_answered_is_told_at_the_end);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
