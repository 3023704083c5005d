/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/worker/mailbox.h"

#include "support/run.h"

enum { SENDERS = 4, EACH = 1000 };

struct office {
	uv_loop_t loop;
	struct mailbox box;
	unsigned long next[SENDERS]; /* expected in each sender's next call */
	size_t n;
	size_t wanted; /* then the loop stops */
};

static void office_init(struct office *office, size_t wanted)
{
	*office = (struct office){ .wanted = wanted };
	ck_assert_int_eq(uv_loop_init(&office->loop), 0);
	ck_assert_int_eq(mailbox_init(&office->box, &office->loop, office), 0);
}

static void office_done(struct office *office)
{
	mailbox_close(&office->box);
	while (uv_run(&office->loop, UV_RUN_DEFAULT) != 0)
		;
	ck_assert_int_eq(uv_loop_close(&office->loop), 0);
}

static void count_one(struct office *office)
{
	if (++office->n == office->wanted)
		uv_stop(&office->loop);
}

/* ARG is the number of the sender and that of its call. */
static void on_numbered(void *owner, void *arg)
{
	struct office *office = owner;
	uintptr_t number = (uintptr_t)arg;

	ck_assert_uint_eq(number % EACH, office->next[number / EACH]++);
	count_one(office);
}

struct sender {
	struct office *office;
	uintptr_t first;
	struct mail mail[EACH];
	pthread_t thread;
};

static void *send_all(void *arg)
{
	struct sender *sender = arg;

	for (uintptr_t i = 0; i < EACH; i++) {
		struct mail *mail = &sender->mail[i];

		*mail = (struct mail){ .fn = on_numbered, .arg = (void *)(sender->first + i) };
		mailbox_send(&sender->office->box, mail);
	}
	return NULL;
}

START_TEST(calls_of_several_threads_are_made_once_and_in_their_order)
{
	static struct sender sender[SENDERS];
	struct office office;

	office_init(&office, SENDERS * EACH);
	for (size_t i = 0; i < SENDERS; i++) {
		sender[i].office = &office;
		sender[i].first = i * EACH;
		ck_assert_int_eq(pthread_create(&sender[i].thread, NULL, send_all, &sender[i]), 0);
	}
	uv_run(&office.loop, UV_RUN_DEFAULT);
	for (size_t i = 0; i < SENDERS; i++)
		pthread_join(sender[i].thread, NULL);
	ck_assert_uint_eq(office.n, SENDERS * EACH);
	ck_assert(!mailbox_run(&office.box));
	office_done(&office);
}
END_TEST

static void on_one(void *owner, void *arg)
{
	count_one(owner);
}

START_TEST(a_mail_that_waits_is_not_put_in_again)
{
	struct office office;
	struct mail mail = { .fn = on_one };

	office_init(&office, 2);
	mailbox_send(&office.box, &mail);
	mailbox_send(&office.box, &mail);
	ck_assert(mailbox_run(&office.box));
	ck_assert_uint_eq(office.n, 1);
	mailbox_send(&office.box, &mail);
	uv_run(&office.loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(office.n, 2);
	office_done(&office);
}
END_TEST

/* ARG is the mail of the call after this one. */
static void on_again(void *owner, void *arg)
{
	struct office *office = owner;

	count_one(office);
	mailbox_send(&office->box, arg);
}

START_TEST(what_a_call_sends_is_for_the_next_turn)
{
	struct mail last = { .fn = on_one };
	struct mail first = { .fn = on_again, .arg = &last };
	struct office office;

	office_init(&office, 0);
	mailbox_send(&office.box, &first);
	ck_assert(mailbox_run(&office.box));
	ck_assert_uint_eq(office.n, 1);
	ck_assert(mailbox_run(&office.box));
	ck_assert_uint_eq(office.n, 2);
	ck_assert(!mailbox_run(&office.box));
	office_done(&office);
}
END_TEST

/* Its loop has ended, and somebody else makes the remaining calls. */
START_TEST(nothing_is_lost_when_the_loop_has_ended)
{
	struct mail last = { .fn = on_one };
	struct mail first = { .fn = on_again, .arg = &last };
	struct office office;

	office_init(&office, 1);
	mailbox_send(&office.box, &first);
	uv_run(&office.loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(office.n, 1);
	while (mailbox_run(&office.box))
		;
	ck_assert_uint_eq(office.n, 2);
	office_done(&office);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mailbox");
	TCase *tcase = tcase_create("mailbox");

	tcase_add_test(tcase, calls_of_several_threads_are_made_once_and_in_their_order);
	tcase_add_test(tcase, a_mail_that_waits_is_not_put_in_again);
	tcase_add_test(tcase, what_a_call_sends_is_for_the_next_turn);
	tcase_add_test(tcase, nothing_is_lost_when_the_loop_has_ended);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
