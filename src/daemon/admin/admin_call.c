/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands of the admin socket about one of the anchor's calls: show it with its legs, or end
 * it.
 */
#include <stdlib.h>

#include "daemon/admin/admin_item.h"
#include "daemon/admin/admin_request.h"
#include "relay/anchor/anchor.h"

/* One call, named by its call-id, on whichever worker has it. */
struct search {
	struct admin_request *request;
	bool found;
};

static struct slice call_id(const struct search *search)
{
	return slice_from(search->request->words.word[2]);
}

static void show_legs(struct search *search, struct worker *worker)
{
	struct relay_leg_view leg;

	for (size_t i = 0; relay_anchor_leg(worker_relay(worker), call_id(search), i, &leg); i++)
		admin_item_leg(&search->request->out, &leg);
}

static void show_there(void *owner, void *arg)
{
	struct search *search = arg;
	struct worker *worker = owner;
	struct relay_call_view view;

	if (!relay_anchor_query(worker_relay(worker), worker_now_ms(worker), call_id(search),
				&view))
		return;
	search->found = true;
	admin_item_call(&search->request->out, worker, &view);
	show_legs(search, worker);
}

static void end_there(void *owner, void *arg)
{
	struct search *search = arg;
	struct worker *worker = owner;

	search->found |= relay_anchor_end(worker_relay(worker), worker_now_ms(worker),
					  call_id(search), "ended by the operator") == 0;
}

static void done(void *owner, void *arg)
{
	struct search *search = arg;
	struct admin_request *request = search->request;
	bool found = search->found;

	free(search);
	if (found)
		admin_end(request);
	else
		admin_fail(request, "there is no call %s", request->words.word[2]);
}

static void start_call_command(struct admin_request *request, mail_fn at)
{
	struct search *search = calloc(1, sizeof(*search));

	if (search) {
		search->request = request;
		if (app_visit(request->app, at, done, search) == 0)
			return;
		free(search);
	}
	admin_fail(request, "out of memory");
}

void admin_show_call(struct admin_request *request)
{
	start_call_command(request, show_there);
}

void admin_end_call(struct admin_request *request)
{
	admin_log(request);
	start_call_command(request, end_there);
}
