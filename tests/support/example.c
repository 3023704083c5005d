/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/example.h"

#include <check.h>
#include <string.h>

#include "support/feed.h"
#include "support/trace.h"

struct run {
	const struct example *example;
	struct support_trace trace;
};

static void begin_run(void *arg)
{
	struct run *run = arg;

	support_trace_init(&run->trace);
}

static void feed_run(void *arg, const uint8_t *in, size_t len)
{
	struct run *run = arg;

	support_trace_feed(&run->trace, in, len);
}

static void end_run(void *arg)
{
	struct run *run = arg;
	const char *got = support_trace_finish(&run->trace);

	if (strcmp(got, run->example->want) != 0)
		ck_abort_msg("%s:\n%s-- wanted:\n%s", run->example->what, got, run->example->want);
	if (run->trace.result == 0 && msrp_parser_is_idle(&run->trace.parser))
		ck_assert_ptr_null(run->trace.parser.split);
	support_trace_done(&run->trace);
}

void example_check(const struct example *example)
{
	struct run run = { .example = example };

	support_feed_all(example->in.p, example->in.len, begin_run, feed_run, end_run, &run);
}
