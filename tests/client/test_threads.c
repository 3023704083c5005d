/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <pthread.h>
#include <string.h>

#include "client/end.h"
#include "support/expect.h"
#include "support/run.h"

/* Two loops in two threads, each with a context of its own, have a session with each other. */

enum {
	N_MESSAGES = 1000,
	N_ROUNDS = 5, /* sessions, one after the other: contexts come and go */
};

/* What the two exchange besides. */
struct between {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	char path[2][128]; /* "" before it is known */
	bool failed;
};

struct worker {
	struct between *between;
	int which;
	struct end end;
};

static void tell_path(struct between *b, int which, const char *path)
{
	pthread_mutex_lock(&b->mutex);
	strcpy(b->path[which], path);
	b->failed |= path[0] == '\0';
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->mutex);
}

static void wait_for_path(struct between *b, int which, char path[128])
{
	pthread_mutex_lock(&b->mutex);
	while (!b->path[which][0] && !b->failed)
		pthread_cond_wait(&b->changed, &b->mutex);
	strcpy(path, b->path[which]);
	pthread_mutex_unlock(&b->mutex);
}

static void talk(struct worker *w)
{
	struct end *e = &w->end;
	char remote[128];

	end_prepare(e, w->which == 0);
	while (!e->path[0] && !e->err)
		uv_run(e->loop, UV_RUN_ONCE);
	tell_path(w->between, w->which, e->path);
	wait_for_path(w->between, !w->which, remote);
	if (e->err || !remote[0])
		return;
	end_complete(e, remote);
	while (!e->session && !e->err)
		uv_run(e->loop, UV_RUN_ONCE);
	for (int i = 0; i < N_MESSAGES && !e->err; i++)
		end_send(e);
	while (!e->err && !e->closed && (e->n_outcomes < N_MESSAGES || e->n_received < N_MESSAGES))
		uv_run(e->loop, UV_RUN_ONCE);
	if (e->session)
		msrp_session_shutdown(e->session);
	while (e->session && !e->closed)
		uv_run(e->loop, UV_RUN_ONCE);
}

static void *run(void *arg)
{
	struct worker *w = arg;
	uv_loop_t loop;

	uv_loop_init(&loop);
	if (end_init(&w->end, &loop, NULL) == 0)
		talk(w);
	end_done(&w->end);
	uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop) != 0 && !w->end.err)
		w->end.err = UV_EBUSY;
	return NULL;
}

static void assert_all_came(const struct end *e)
{
	ck_assert_int_eq(e->err, 0);
	ck_assert_uint_eq(e->n_answered, N_MESSAGES);
	ck_assert_uint_eq(e->n_received, N_MESSAGES);
	ck_assert_uint_eq(e->n_wrong + e->n_aborted, 0);
}

const char *__tsan_default_suppressions(void);

/* Newer ones (3.5) share by atomic operations, which ThreadSanitizer does not see in there. */
const char *__tsan_default_suppressions(void)
{
	return "called_from_lib:libcrypto.so";
}

START_TEST(two_threads_share_nothing)
{
	struct between between = { 0 };
	struct worker workers[2] = { { .between = &between, .which = 0 },
				     { .between = &between, .which = 1 } };
	pthread_t threads[2];

	pthread_mutex_init(&between.mutex, NULL);
	pthread_cond_init(&between.changed, NULL);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, run, &workers[i]), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < 2; i++)
		assert_all_came(&workers[i].end);
	pthread_cond_destroy(&between.changed);
	pthread_mutex_destroy(&between.mutex);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/threads");
	TCase *tcase = tcase_create("threads");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, two_threads_share_nothing, 0, N_ROUNDS);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
