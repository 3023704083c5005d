/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands that start, list and stop traces (relay/trace/trace.h). A trace of a user runs on
 * every worker, one of a session only on the worker that has it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/admin/admin_request.h"
#include "daemon/serve/json.h"
#include "relay/anchor/anchor.h"
#include "relay/trace/mask.h"
#include "relay/trace/trace.h"
#include "relay/view.h"

enum {
	HEADS_DEFAULT = 200,
	HEADS_MAX = 100000, /* some ten lines each */
};

/* A trace that is being started on all workers, at most one of which has the session. */
struct start {
	struct admin_request *request;
	enum relay_trace_kind kind;
	uint64_t heads;
	unsigned n_started;
	int err;
};

static const char *const names[] = {
	[RELAY_TRACE_USER] = "user",
	[RELAY_TRACE_SESSION] = "session",
	[RELAY_TRACE_CALL] = "call",
};

static int start_session(struct start *start, struct worker *worker)
{
	struct slice handle = slice_from(start->request->words.word[2]);
	struct relay_session_view view;
	struct relay_session *session;

	switch (relay_session_lookup(worker_relay(worker), handle, &session)) {
	case RELAY_HANDLE_FOUND:
		break;
	case RELAY_HANDLE_UNKNOWN:
		return 0;
	case RELAY_HANDLE_AMBIGUOUS:
		return -ENOTUNIQ;
	}
	relay_session_view(session, worker_now_ms(worker), &view);
	start->n_started++;
	return relay_trace_start(worker_relay(worker), start->kind, view.id, start->heads);
}

/* A call that does not exist yet will be on the worker that its call-id selects. */
static int start_call(struct start *start, struct worker *worker)
{
	const struct app *app = start->request->app;
	struct slice id = slice_from(start->request->words.word[2]);

	if (relay_anchor_worker(app->seed, id, (unsigned)app->n_workers) != worker_index(worker))
		return 0;
	start->n_started++;
	return relay_trace_start(worker_relay(worker), start->kind, id, start->heads);
}

static void start_there(void *owner, void *arg)
{
	struct start *start = arg;
	struct worker *worker = owner;

	if (start->err)
		return;
	if (start->kind == RELAY_TRACE_SESSION) {
		start->err = start_session(start, worker);
		return;
	}
	if (start->kind == RELAY_TRACE_CALL) {
		start->err = start_call(start, worker);
		return;
	}
	start->n_started++;
	start->err = relay_trace_start(worker_relay(worker), start->kind,
				       slice_from(start->request->words.word[2]), start->heads);
}

static const char *reason_of(int err)
{
	switch (err) {
	case -ENOSPC:
		return "eight traces are already running: msrpctl trace off";
	case -ENOTUNIQ:
		return "several sessions start with it";
	default:
		return "out of memory";
	}
}

static void started(void *owner, void *arg)
{
	struct start start = *(struct start *)arg;

	free(arg);
	if (start.err)
		admin_fail(start.request, "%s", reason_of(start.err));
	else if (start.n_started == 0)
		admin_fail(start.request, "no session %s", start.request->words.word[2]);
	else
		admin_end(start.request);
}

static bool parse_heads(const char *text, uint64_t *ret_heads)
{
	*ret_heads = HEADS_DEFAULT;
	if (!text)
		return true;
	return slice_to_u64(slice_from(text), ret_heads) && *ret_heads > 0 &&
	       *ret_heads <= HEADS_MAX;
}

static void start_trace(struct admin_request *request, enum relay_trace_kind kind)
{
	struct start *start;
	uint64_t heads;

	if (!*request->words.word[2] || !parse_heads(request->words.word[3], &heads)) {
		admin_fail(request, "expected a name, and optionally 1 to %d heads", HEADS_MAX);
		return;
	}
	start = calloc(1, sizeof(*start));
	if (!start) {
		admin_fail(request, "out of memory");
		return;
	}
	*start = (struct start){ .request = request, .kind = kind, .heads = heads };
	admin_log(request);
	if (app_visit(request->app, start_there, started, start) == 0)
		return;
	free(start);
	admin_fail(request, "out of memory");
}

void admin_trace_user(struct admin_request *request)
{
	start_trace(request, RELAY_TRACE_USER);
}

void admin_trace_session(struct admin_request *request)
{
	start_trace(request, RELAY_TRACE_SESSION);
}

void admin_trace_call(struct admin_request *request)
{
	start_trace(request, RELAY_TRACE_CALL);
}

static void on_trace_visited(void *owner, void *arg)
{
	admin_end(arg);
}

static void visit_workers(struct admin_request *request, mail_fn at)
{
	if (app_visit(request->app, at, on_trace_visited, request) != 0)
		admin_fail(request, "out of memory");
}

static void stop_there(void *owner, void *arg)
{
	relay_trace_stop(worker_relay(owner));
}

void admin_trace_off(struct admin_request *request)
{
	admin_log(request);
	visit_workers(request, stop_there);
}

static void list_there(void *owner, void *arg)
{
	struct admin_request *request = arg;
	struct relay_trace_view view;

	for (size_t i = 0; relay_trace_view(worker_relay(owner), i, &view); i++) {
		struct json json = json_begin(&request->out);
		struct slice name = view.name;

		if (view.kind == RELAY_TRACE_SESSION)
			name = relay_mask_session(name);
		json_text(&json, "trace", slice_from(names[view.kind]));
		json_text(&json, "name", name);
		json_number(&json, "worker", worker_index(owner));
		json_number(&json, "heads", view.heads);
		json_end(&json);
	}
}

void admin_trace_list(struct admin_request *request)
{
	visit_workers(request, list_there);
}
