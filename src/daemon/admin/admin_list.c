/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands that list sessions and connections. Each worker writes a page at a time, so that
 * a long list neither blocks the worker nor fills memory.
 */
#include <stdlib.h>

#include "daemon/admin/admin_item.h"
#include "daemon/admin/admin_request.h"

/*
 * A list is read from one worker after the other, a page at a time. The worker does its other work
 * between two pages, and no page is read before the client has taken the previous one. So a hundred
 * thousand sessions neither stop the relay nor pile up here.
 */
enum { PAGE = 64 };

struct list_walk {
	struct admin_request *request;
	/* Writes the next item to the request's buffer. False: there is no more. */
	bool (*add)(struct list_walk *walk, struct worker *worker);
	size_t worker; /* the one being read */
	struct relay_walk walk;
	bool walking;  /* WALK is registered with that worker */
	bool over;     /* that worker has no more items */
	bool unwanted; /* the client has gone */
	struct mail mail;
};

static void read_list_page(struct list_walk *walk, struct worker *worker)
{
	if (!walk->walking)
		relay_walk_start(&walk->walk, worker_relay(worker));
	walk->walking = true;
	walk->over = walk->unwanted;
	for (unsigned i = 0; i < PAGE && !walk->over; i++)
		walk->over = !walk->add(walk, worker);
	if (walk->over)
		relay_walk_stop(&walk->walk);
	walk->walking = !walk->over;
}

static void next_list_page(void *arg);

static void on_page(void *owner, void *arg)
{
	struct list_walk *walk = arg;

	server_write(walk->request->conn, &walk->request->out);
	server_when_written(walk->request->conn, next_list_page, walk);
}

/* Runs on the worker's thread. */
static void on_list_turn(void *owner, void *arg)
{
	struct list_walk *walk = arg;

	read_list_page(walk, owner);
	walk->mail.fn = on_page;
	mailbox_send(&walk->request->app->mailbox, &walk->mail);
}

/* Without workers the daemon is ending, and nobody listens any more. */
static void next_list_page(void *arg)
{
	struct list_walk *walk = arg;
	struct admin_request *request = walk->request;
	struct app *app = request->app;

	walk->unwanted = server_is_gone(request->conn);
	walk->worker += walk->over;
	walk->over = false;
	if (walk->worker < app->n_workers && (walk->walking || !walk->unwanted)) {
		walk->mail.fn = on_list_turn;
		worker_send(app->worker[walk->worker], &walk->mail);
		return;
	}
	free(walk);
	admin_end(request);
}

static void start_list(struct admin_request *request,
		       bool (*add)(struct list_walk *, struct worker *))
{
	struct list_walk *walk = calloc(1, sizeof(*walk));

	if (!walk) {
		admin_fail(request, "out of memory");
		return;
	}
	walk->request = request;
	walk->add = add;
	walk->mail.arg = walk;
	next_list_page(walk);
}

static bool is_wanted(const struct admin_request *request, const struct relay_session_view *view)
{
	const char *user = request->words.word[2];

	return !user || slice_equal(view->user, slice_from(user));
}

static bool add_session(struct list_walk *walk, struct worker *worker)
{
	struct admin_request *request = walk->request;
	struct relay_session_view view;
	struct json json;

	if (!relay_walk_session(&walk->walk, worker_now_ms(worker), &view))
		return false;
	if (!is_wanted(request, &view))
		return true;
	json = admin_item_session(&request->out, worker, &view);
	json_end(&json);
	return true;
}

static bool add_connection(struct list_walk *walk, struct worker *worker)
{
	struct relay_peer_view view;

	if (!relay_walk_peer(&walk->walk, &view))
		return false;
	admin_item_connection(&walk->request->out, worker, &view);
	return true;
}

static bool add_call(struct list_walk *walk, struct worker *worker)
{
	struct relay_call_view view;

	if (!relay_walk_call(&walk->walk, worker_now_ms(worker), &view))
		return false;
	admin_item_call(&walk->request->out, worker, &view);
	return true;
}

void admin_list_sessions(struct admin_request *request)
{
	start_list(request, add_session);
}

void admin_list_connections(struct admin_request *request)
{
	start_list(request, add_connection);
}

void admin_list_calls(struct admin_request *request)
{
	start_list(request, add_call);
}
