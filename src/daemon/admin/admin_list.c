/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "daemon/admin/admin_item.h"
#include "daemon/admin/admin_request.h"

/*
 * A list is read from one worker after the other, a page at a time: between two
 * pages the worker goes about its work, and no page is read before the client
 * has taken the one before. So a hundred thousand sessions neither stop the relay
 * nor pile up here.
 */
enum { PAGE = 64 };

struct listing {
	struct admin_request *request;
	/* Writes the next item to the request's buffer. False: there is none. */
	bool (*add)(struct listing *listing, struct worker *worker);
	size_t worker; /* whose turn it is */
	struct relay_walk walk;
	bool walking;  /* there */
	bool over;     /* for that worker */
	bool unwanted; /* the one who asked has gone */
	struct mail mail;
};

static void read_page(struct listing *listing, struct worker *worker)
{
	if (!listing->walking)
		relay_walk_start(&listing->walk, worker_relay(worker));
	listing->walking = true;
	listing->over = listing->unwanted;
	for (unsigned i = 0; i < PAGE && !listing->over; i++)
		listing->over = !listing->add(listing, worker);
	if (listing->over)
		relay_walk_stop(&listing->walk);
	listing->walking = !listing->over;
}

static void next_page(void *arg);

static void on_page(void *owner, void *arg)
{
	struct listing *listing = arg;

	server_write(listing->request->conn, &listing->request->out);
	server_when_written(listing->request->conn, next_page, listing);
}

/* On the worker's thread. */
static void on_turn(void *owner, void *arg)
{
	struct listing *listing = arg;

	read_page(listing, owner);
	listing->mail.fn = on_page;
	mailbox_send(&listing->request->app->mailbox, &listing->mail);
}

/* Without workers the daemon is at its end, and nobody listens any more. */
static void next_page(void *arg)
{
	struct listing *listing = arg;
	struct admin_request *request = listing->request;
	struct app *app = request->app;

	listing->unwanted = server_is_gone(request->conn);
	listing->worker += listing->over;
	listing->over = false;
	if (listing->worker < app->n_workers && (listing->walking || !listing->unwanted)) {
		listing->mail.fn = on_turn;
		worker_send(app->worker[listing->worker], &listing->mail);
		return;
	}
	free(listing);
	admin_end(request);
}

static void start(struct admin_request *request, bool (*add)(struct listing *, struct worker *))
{
	struct listing *listing = calloc(1, sizeof(*listing));

	if (!listing) {
		admin_fail(request, "out of memory");
		return;
	}
	listing->request = request;
	listing->add = add;
	listing->mail.arg = listing;
	next_page(listing);
}

static bool is_wanted(const struct admin_request *request, const struct relay_session_view *view)
{
	const char *user = request->words.word[2];

	return !user || slice_equal(view->user, slice_from(user));
}

static bool add_session(struct listing *listing, struct worker *worker)
{
	struct admin_request *request = listing->request;
	struct relay_session_view view;
	struct json json;

	if (!relay_walk_session(&listing->walk, worker_now_ms(worker), &view))
		return false;
	if (!is_wanted(request, &view))
		return true;
	json = admin_item_session(&request->out, worker, &view);
	json_end(&json);
	return true;
}

static bool add_connection(struct listing *listing, struct worker *worker)
{
	struct relay_peer_view view;

	if (!relay_walk_peer(&listing->walk, &view))
		return false;
	admin_item_connection(&listing->request->out, worker, &view);
	return true;
}

static bool add_call(struct listing *listing, struct worker *worker)
{
	struct relay_call_view view;

	if (!relay_walk_call(&listing->walk, worker_now_ms(worker), &view))
		return false;
	admin_item_call(&listing->request->out, worker, &view);
	return true;
}

void admin_list_sessions(struct admin_request *request)
{
	start(request, add_session);
}

void admin_list_connections(struct admin_request *request)
{
	start(request, add_connection);
}

void admin_list_calls(struct admin_request *request)
{
	start(request, add_call);
}
