/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "users/asker.h"

#include <check.h>
#include <string.h>

struct asking {
	struct asker_answer answer;
	unsigned calls;
};

static void copy(struct slice text, char *out, size_t size)
{
	ck_assert_uint_lt(text.len, size);
	snprintf(out, size, "%" SLICE_FMT, SLICE_ARG(text));
}

static void take_answer(void *arg, const struct msrp_ha1_answer *answer)
{
	struct asking *asking = arg;
	struct asker_answer *ours = &asking->answer;

	asking->calls++;
	ours->result = answer->result;
	ours->n_ha1 = answer->n_ha1;
	ours->valid_s = answer->valid_s;
	ck_assert_uint_le(answer->n_ha1, ASKER_HA1_MAX);
	for (size_t i = 0; i < answer->n_ha1; i++)
		copy(answer->ha1[i], ours->ha1[i], sizeof(ours->ha1[i]));
	copy(answer->account, ours->account, sizeof(ours->account));
}

struct asker_answer asker_ask(struct users *users, struct slice user, struct slice realm,
			      enum msrp_digest_algorithm algorithm)
{
	const struct users_question question = { user, realm, algorithm, .renewal = false };
	struct asking asking = { 0 };
	uv_loop_t loop;

	ck_assert_int_eq(uv_loop_init(&loop), 0);
	users_find(users, &loop, &question, take_answer, &asking);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	ck_assert_uint_eq(asking.calls, 1);
	return asking.answer;
}

void asker_hear(void *arg, const char *text)
{
	struct asker_said *said = arg;
	size_t len = strlen(said->text);

	said->n++;
	snprintf(said->text + len, sizeof(said->text) - len, "%s\n", text);
}
