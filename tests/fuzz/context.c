/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "context.h"

#include <stdlib.h>

uv_loop_t fuzz_loop;
struct msrp_context *fuzz_context;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void free_context(void)
{
	fuzz_context = msrp_context_free(fuzz_context);
	check(!fuzz_context);
	uv_run(&fuzz_loop, UV_RUN_DEFAULT);
	check(uv_loop_close(&fuzz_loop) == 0);
}

void fuzz_context_make(void)
{
	char error[256];

	check(uv_loop_init(&fuzz_loop) == 0);
	check(msrp_context_new(&fuzz_loop, NULL, error, sizeof(error), &fuzz_context) == 0);
	atexit(free_context);
}
