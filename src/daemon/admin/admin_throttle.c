/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands that list the origins whose authentication is paused, and that lift a pause. The
 * table itself is in worker/throttle.c.
 */
#include <string.h>

#include "daemon/admin/admin_request.h"
#include "daemon/serve/json.h"

enum { SHOWN_MAX = 256 }; /* more pauses than anybody reads; all are counted */

static void add_pause(const struct relay_throttle_view *view, void *arg)
{
	struct admin_request *request = arg;
	struct json json = json_begin(&request->out);

	json_text(&json, "paused", slice_from(view->name));
	json_number(&json, "ends", (view->ends_ms + 999) / 1000);
	json_number(&json, "refused", view->refused);
	json_end(&json);
}

void admin_add_throttle(struct admin_request *request)
{
	struct throttle *throttle = &request->app->throttle;
	struct relay_throttle_counts counts;
	struct json json = json_begin(&request->out);
	uint64_t most;

	throttle_count(throttle, &most, &counts);
	json_text(&json, "limit", SLICE("auth.throttle.failures"));
	json_number(&json, "most", most);
	json_number(&json, "used", counts.paused);
	json_number(&json, "refused", counts.refused);
	json_end(&json);
	throttle_list(throttle, SHOWN_MAX, add_pause, request);
}

void admin_lift(struct admin_request *request)
{
	const char *name = request->words.word[2];
	bool all = strcmp(name, "all") == 0;

	if (!throttle_lift(&request->app->throttle, slice_from(all ? NULL : name))) {
		admin_fail(request, "authentication is not paused for %s", name);
		return;
	}
	admin_log(request);
	admin_end(request);
}
