/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way of a request: is the address allowed, is it a repetition? If it concerns a call, it goes
 * to the call's worker by mail, and the same mail brings the answer back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/control/control_state.h"
#include "daemon/control/ng_answer.h"
#include "daemon/control/ng_call.h"
#include "relay/anchor/anchor.h"

static void take_address(const struct sockaddr *from, struct net_address *ret_address)
{
	*ret_address = (struct net_address){ 0 };
	if (from->sa_family == AF_INET6) {
		ret_address->len = sizeof(ret_address->v6);
		memcpy(&ret_address->v6, from, sizeof(ret_address->v6));
	} else {
		ret_address->len = sizeof(ret_address->v4);
		memcpy(&ret_address->v4, from, sizeof(ret_address->v4));
	}
}

static void take_origin(const struct net_address *from, uint8_t ret_origin[NG_ORIGIN_LEN])
{
	uint16_t port = net_address_port(from);

	net_address_bytes(from, ret_origin);
	ret_origin[16] = (uint8_t)(port >> 8);
	ret_origin[17] = (uint8_t)port;
}

/* Logs it, unless that address has caused enough of these already. */
static void log_datagram(struct control *control, enum record_type type,
			 const struct net_address *from, const char *what)
{
	struct app *app = control->app;
	char name[NET_ADDRESS_TEXT_MAX], network[NET_ADDRESS_TEXT_MAX];

	net_address_format(from, name);
	net_address_network(name, network);
	if (tally_add(&app->tally, type, slice_from(network), uv_now(app->loop)))
		log_say(app->log, type, "%s: %s", name, what);
}

static bool may_ask(struct control *control, const struct net_address *from,
		    const uint8_t origin[NG_ORIGIN_LEN])
{
	if (relay_policy_check(control->app->snapshot->control_policy, origin,
			       net_address_port(from)))
		return true;
	control->counters.strange++;
	log_datagram(control, RECORD_CONTROL_STRANGER, from, "is not in anchor.control.allow");
	return false;
}

static struct control_task *task_new(struct control_socket *socket, const struct net_address *from,
				     struct slice datagram)
{
	struct control_task *task = calloc(1, sizeof(*task) + datagram.len);

	if (!task)
		return NULL;
	memcpy(task->text, datagram.p, datagram.len);
	task->socket = socket;
	task->from = *from;
	task->snapshot = snapshot_ref(socket->control->app->snapshot);
	return task;
}

static void task_free(struct control_task *task)
{
	snapshot_unref(task->snapshot);
	buf_done(&task->out);
	free(task);
}

static void say_refused(struct control *control, const struct control_task *task)
{
	const struct ng_request *request = &task->request;
	char what[RECORD_VALUE_MAX];

	if (task->bad)
		snprintf(what, sizeof(what), "%s", task->wrong);
	else
		snprintf(what, sizeof(what), "%s of call %" SLICE_FMT ": %s",
			 ng_request_name(request->command), SLICE_ARG(request->call_id),
			 task->wrong);
	log_datagram(control, RECORD_CONTROL_REFUSED, &task->from, what);
}

static void count_task(struct control *control, const struct control_task *task)
{
	struct control_counters *counters = &control->counters;

	if (task->bad)
		counters->bad++;
	else if (task->wrong)
		counters->refused[task->request.command]++;
	else
		counters->done[task->request.command]++;
}

void control_answer(struct control_task *task)
{
	struct control *control = task->socket->control;
	struct slice answer = buf_slice(&task->out);
	bool failed = buf_failed(&task->out) || answer.len > CONTROL_DATAGRAM_MAX;

	count_task(control, task);
	if (task->wrong)
		say_refused(control, task);
	ng_cookies_finish(&control->cookies, task->cookie, failed ? (struct slice){ 0 } : answer,
			  uv_now(control->app->loop));
	if (failed)
		control->counters.dropped++;
	else
		control_send(task->socket, &task->from, answer);
	task_free(task);
}

static void on_worked(void *owner, void *arg)
{
	control_answer(arg);
}

/* Runs on the worker's thread. */
static void on_turn(void *owner, void *arg)
{
	struct control_task *task = arg;
	struct ng_settings settings;

	ng_settings_init(&settings, task->snapshot);
	task->wrong = ng_call_work(worker_relay(owner), worker_now_ms(owner), (uint64_t)time(NULL),
				   &settings, &task->request, &task->out);
	task->mail.fn = on_worked;
	mailbox_send(&task->socket->control->app->mailbox, &task->mail);
}

void control_work(struct control_task *task)
{
	struct app *app = task->socket->control->app;
	unsigned worker =
	    relay_anchor_worker(app->seed, task->request.call_id, (unsigned)app->n_workers);

	task->mail = (struct mail){ .fn = on_turn, .arg = task };
	worker_send(app->worker[worker], &task->mail);
}

static void begin_task(struct control_task *task)
{
	switch (task->request.command) {
	case NG_PING:
		ng_answer_pong(&task->out);
		control_answer(task);
		break;
	case NG_LIST:
		control_list(task);
		break;
	case NG_STATISTICS:
		control_statistics(task);
		break;
	default:
		control_work(task);
	}
}

/* DATAGRAM has a cookie, and is no repetition. */
static void start_task(struct control_socket *socket, const struct net_address *from,
		       struct ng_cookie *cookie, struct slice datagram)
{
	struct control *control = socket->control;
	struct control_task *task = task_new(socket, from, datagram);
	struct slice cookie_text, body;

	if (!task) {
		ng_cookies_finish(&control->cookies, cookie, (struct slice){ 0 },
				  uv_now(control->app->loop));
		control->counters.dropped++;
		return;
	}
	task->cookie = cookie;
	ng_request_split(slice_make(task->text, datagram.len), &cookie_text, &body);
	buf_add_slice(&task->out, cookie_text);
	buf_add_char(&task->out, ' ');
	task->wrong = ng_request_parse(body, &task->request);
	task->bad = task->wrong != NULL;
	if (task->bad) {
		ng_answer_error(&task->out, task->wrong);
		control_answer(task);
	} else {
		begin_task(task);
	}
}

void control_take(struct control_socket *socket, const struct sockaddr *sender,
		  struct slice datagram)
{
	struct control *control = socket->control;
	uint8_t origin[NG_ORIGIN_LEN];
	struct slice cookie_text, body, answer;
	struct ng_cookie *cookie;
	struct net_address from;

	take_address(sender, &from);
	take_origin(&from, origin);
	if (!may_ask(control, &from, origin))
		return;
	if (!ng_request_split(datagram, &cookie_text, &body)) {
		control->counters.strange++;
		return;
	}
	switch (ng_cookies_begin(&control->cookies, origin, cookie_text, uv_now(control->app->loop),
				 &cookie, &answer)) {
	case 0:
		start_task(socket, &from, cookie, datagram);
		break;
	case NG_COOKIES_ANSWERED:
		control_send(socket, &from, answer);
		control->counters.repeated++;
		break;
	case NG_COOKIES_BUSY:
		control->counters.repeated++;
		break;
	default:
		control->counters.dropped++;
	}
}
