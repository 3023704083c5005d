/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command that prints the metrics, which monitor/metrics.c gathers from all workers.
 */
#include "daemon/admin/admin_request.h"
#include "daemon/serve/json.h"
#include "daemon/monitor/metrics.h"

/* Each line of the text becomes a line of the answer. */
static void on_admin_metrics(void *arg, struct buf *text)
{
	struct admin_request *request = arg;
	struct slice rest = buf_slice(text);

	if (buf_failed(text)) {
		admin_fail(request, "out of memory");
		return;
	}
	while (rest.len > 0) {
		size_t end = slice_find(rest, '\n');
		struct json json = json_begin(&request->out);

		json_raw_text(&json, "metric", slice_first(rest, end));
		json_end(&json);
		rest = slice_skip(rest, end + 1);
	}
	admin_end(request);
}

void admin_metrics(struct admin_request *request)
{
	if (metrics_gather(request->app, false, on_admin_metrics, request) != 0)
		admin_fail(request, "out of memory");
}
