/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Visits one worker after the other for its counters, then writes the sum as text, for /metrics
 * and "msrpctl metrics".
 */
#include "daemon/monitor/metrics.h"

#include <errno.h>
#include <stdlib.h>

#include "daemon/app/app_state.h"
#include "daemon/monitor/metrics_sum.h"

struct gathering {
	metrics_fn fn;
	void *arg;
	bool plain;
	uint64_t sent_ns; /* when the current worker was asked */
	struct metrics_sum sum;
};

static void at_worker(void *owner, void *arg)
{
	struct gathering *gathering = arg;
	uint64_t now_ns = uv_hrtime();

	metrics_sum_add(&gathering->sum, owner, now_ns - gathering->sent_ns);
	gathering->sent_ns = uv_hrtime();
}

static void gathered(void *owner, void *arg)
{
	struct gathering *gathering = arg;
	struct buf text = { 0 };

	metrics_sum_write(&gathering->sum, owner, gathering->plain, &text);
	gathering->fn(gathering->arg, &text);
	buf_done(&text);
	free(gathering->sum.worker);
	free(gathering);
}

int metrics_gather(struct app *app, bool plain, metrics_fn fn, void *arg)
{
	struct gathering *gathering = calloc(1, sizeof(*gathering));

	if (!gathering)
		return -ENOMEM;
	gathering->fn = fn;
	gathering->arg = arg;
	gathering->plain = plain;
	gathering->sum.worker = calloc(app->n_workers + 1, sizeof(*gathering->sum.worker));
	gathering->sent_ns = uv_hrtime();
	if (gathering->sum.worker && app_visit(app, at_worker, gathered, gathering) == 0)
		return 0;
	free(gathering->sum.worker);
	free(gathering);
	return -ENOMEM;
}
