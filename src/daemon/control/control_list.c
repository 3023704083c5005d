/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers requests that concern all calls: visits the workers, and adds up.
 */
#include "daemon/control/bencode.h"
#include "daemon/control/control_state.h"
#include "daemon/control/ng_answer.h"
#include "relay/anchor/anchor.h"
#include "relay/view.h"

enum {
	LIMIT = 32,		    /* call-ids, if a request sets no limit, as with rtpengine */
	LIST_BYTES_MAX = 60 * 1000, /* leaves room in the datagram for what follows */
};

static void add_calls(void *owner, void *arg)
{
	struct control_task *task = arg;
	struct relay_call_view view;
	struct relay_walk walk;

	relay_walk_start(&walk, worker_relay(owner));
	while (task->calls < task->limit && task->out.len < LIST_BYTES_MAX &&
	       relay_walk_call(&walk, worker_now_ms(owner), &view)) {
		bencode_put(&task->out, view.call_id);
		task->calls++;
	}
	relay_walk_stop(&walk);
}

static void on_listed(void *owner, void *arg)
{
	struct control_task *task = arg;

	bencode_close(&task->out);
	bencode_put(&task->out, SLICE("result"));
	bencode_put(&task->out, SLICE("ok"));
	bencode_close(&task->out);
	control_answer(task);
}

static void visit(struct control_task *task, mail_fn at, mail_fn done)
{
	app_visit_with(task->socket->control->app, &task->visit, at, done, task);
}

void control_list(struct control_task *task)
{
	task->limit = task->request.limit >= 0 ? (uint64_t)task->request.limit : LIMIT;
	bencode_open_dictionary(&task->out);
	bencode_put(&task->out, SLICE("calls"));
	bencode_open_list(&task->out);
	visit(task, add_calls, on_listed);
}

static void add_totals(void *owner, void *arg)
{
	struct control_task *task = arg;
	const struct relay_counters *counters = relay_counters(worker_relay(owner));
	struct relay_totals totals;

	relay_count(worker_relay(owner), &totals);
	task->calls += totals.calls;
	task->ever += counters->calls;
}

static void put_number(struct buf *out, const char *key, uint64_t number)
{
	bencode_put(out, slice_from(key));
	bencode_put_number(out, (int64_t)number);
}

static void on_counted(void *owner, void *arg)
{
	struct control_task *task = arg;
	struct app *app = owner;
	struct buf *out = &task->out;

	bencode_open_dictionary(out);
	bencode_put(out, SLICE("statistics"));
	bencode_open_dictionary(out);
	bencode_put(out, SLICE("currentstatistics"));
	bencode_open_dictionary(out);
	put_number(out, "sessionsown", task->calls);
	put_number(out, "sessionsforeign", 0);
	put_number(out, "sessionstotal", task->calls);
	bencode_close(out);
	bencode_put(out, SLICE("totalstatistics"));
	bencode_open_dictionary(out);
	put_number(out, "uptime", (uv_now(app->loop) - app->started_ms) / 1000);
	put_number(out, "managedsessions", task->ever - task->calls);
	bencode_close(out);
	bencode_close(out);
	bencode_put(out, SLICE("result"));
	bencode_put(out, SLICE("ok"));
	bencode_close(out);
	control_answer(task);
}

void control_statistics(struct control_task *task)
{
	visit(task, add_totals, on_counted);
}
