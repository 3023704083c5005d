/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdint.h>

#include "client/end.h"
#include "support/certificate.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

/*
 * A whole session, while one allocation after the other fails. In every case the session ends,
 * every message has one outcome, and nothing leaks.
 */

enum {
	N_MESSAGES = 2,
	WAIT_MS = 50, /* for messages lost with their memory */
};

struct world {
	struct msrp_context_options options;
	uv_loop_t loop;
	struct end caller, callee;
};

static bool has_failed(const struct world *w)
{
	return w->caller.err || w->callee.err;
}

static void connect_ends(struct world *w)
{
	end_prepare(&w->callee, false);
	if (!has_failed(w))
		end_prepare(&w->caller, true);
	while (!has_failed(w) && (!w->caller.path[0] || !w->callee.path[0]))
		uv_run(&w->loop, UV_RUN_ONCE);
	if (!has_failed(w))
		end_complete(&w->callee, w->caller.path);
	if (!has_failed(w))
		end_complete(&w->caller, w->callee.path);
	while (!has_failed(w) && (!w->caller.session || !w->callee.session))
		uv_run(&w->loop, UV_RUN_ONCE);
}

static bool is_over(const struct end *e)
{
	return !e->session || e->closed;
}

static void talk(struct world *w)
{
	for (int i = 0; i < N_MESSAGES; i++) {
		if (w->caller.session)
			end_send(&w->caller);
		if (w->callee.session)
			end_send(&w->callee);
	}
	if (w->caller.session)
		msrp_session_shutdown(w->caller.session);
	/* The other end may not have got that far, and then nobody closes it. */
	if (!w->caller.session && w->callee.session)
		msrp_session_shutdown(w->callee.session);
	while (!is_over(&w->caller) || !is_over(&w->callee))
		uv_run(&w->loop, UV_RUN_ONCE);
}

static void run(struct world *w)
{
	end_init(&w->caller, &w->loop, &w->options);
	end_init(&w->callee, &w->loop, &w->options);
	if (!has_failed(w)) {
		connect_ends(w);
		talk(w);
	}
	end_done(&w->caller);
	end_done(&w->callee);
	uv_run(&w->loop, UV_RUN_DEFAULT);
}

START_TEST(session_without_memory_comes_to_its_end)
{
	struct support_ca *ca = support_ca_new();
	bool struck = true;

	for (size_t n = 0; struck; n++) {
		struct world w = {
			/* Reading all certificates of the system would take long. */
			.options.ca_file = support_ca_file(ca),
			.options.connect_timeout_ms = WAIT_MS,
			.options.incoming_timeout_ms = WAIT_MS,
			.options.bind_timeout_ms = WAIT_MS,
			.options.response_timeout_ms = WAIT_MS,
		};
		size_t left;

		ck_assert_int_eq(uv_loop_init(&w.loop), 0);
		support_oom_start(n, _i);
		run(&w);
		struck = support_oom_struck();
		left = support_oom_stop();
		ck_assert_msg(left == 0, "%zu blocks are left after number %zu", left, n);
		ck_assert_uint_eq(w.caller.n_outcomes, w.caller.n_sent);
		ck_assert_uint_eq(w.callee.n_outcomes, w.callee.n_sent);
		if (!struck) {
			ck_assert_int_eq(w.caller.err, 0);
			ck_assert_uint_eq(w.caller.n_answered, N_MESSAGES);
			ck_assert_uint_eq(w.callee.n_received, N_MESSAGES);
			ck_assert_uint_eq(w.callee.n_wrong, 0);
			ck_assert_uint_gt(n, 20);
		}
		ck_assert_int_eq(uv_loop_close(&w.loop), 0);
	}
	support_ca_free(ca);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/shortage");
	TCase *tcase = tcase_create("shortage");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, session_without_memory_comes_to_its_end, 0, 2);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
