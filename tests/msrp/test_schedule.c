/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>

#include "support/run.h"
#include "support/schedule.h"

enum { SEEDS = 50, ROUNDS = 20, SCRIPT_MAX = 400 };

static uint8_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return (uint8_t)(*seed >> 24);
}

START_TEST(any_schedule_delivers_what_was_written)
{
	uint8_t script[SCRIPT_MAX];
	uint32_t seed = (uint32_t)_i;

	for (unsigned round = 0; round < ROUNDS; round++) {
		size_t len = 40 + next_random(&seed) * (SCRIPT_MAX - 40) / 255;

		for (size_t i = 0; i < len; i++)
			script[i] = next_random(&seed);
		support_schedule_run(script, len);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("schedule");
	TCase *tcase = tcase_create("schedule");

	tcase_add_loop_test(tcase, any_schedule_delivers_what_was_written, 0, SEEDS);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
