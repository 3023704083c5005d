/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The counters of all workers, added up one worker after the other, and finally written as text.
 */
#ifndef DAEMON_MONITOR_METRICS_SUM_H
#define DAEMON_MONITOR_METRICS_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "daemon/app/app.h"
#include "daemon/log/record.h"
#include "daemon/worker/worker.h"
#include "relay/relay.h"

/* The sum of the workers' counters. */
struct metrics_sum {
	struct relay_counters relay;
	struct worker_counters counters;
	uint64_t events[RECORD_TYPE_COUNT];
	struct {
		struct relay_totals totals;
		uint64_t answer_ns; /* how long it took to answer */
	} * worker;
	size_t n_workers;
};

/* Call on WORKER's thread, during its turn; SUM->worker has room for it. */
void metrics_sum_add(struct metrics_sum *sum, struct worker *worker, uint64_t answer_ns);

/*
 * Call on the main thread: writes everything, and what the process knows itself; see openmetrics.h.
 */
void metrics_sum_write(const struct metrics_sum *sum, struct app *app, bool plain, struct buf *out);

#endif
