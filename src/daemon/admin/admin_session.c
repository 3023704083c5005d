/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands about one session, given by the beginning of its session-id: every worker is
 * searched, and the one that has it shows or closes it.
 */
#include <stdlib.h>

#include "daemon/admin/admin_item.h"
#include "daemon/admin/admin_request.h"
#include "msrp/report.h"
#include "msrp/uri.h"

/* One session, named by the beginning of its id, on whichever worker has it. */
struct search {
	struct admin_request *request;
	unsigned n_found; /* more than one: do nothing */
};

static struct search *search_new(struct admin_request *request)
{
	struct search *search = calloc(1, sizeof(*search));

	if (search)
		search->request = request;
	else
		admin_fail(request, "out of memory");
	return search;
}

static struct relay_session *find_session(struct search *search, struct worker *worker)
{
	struct relay_session *session = NULL;
	struct slice handle = slice_from(search->request->words.word[2]);
	enum relay_handle found = relay_session_lookup(worker_relay(worker), handle, &session);

	search->n_found += found == RELAY_HANDLE_AMBIGUOUS ? 2 : found == RELAY_HANDLE_FOUND;
	return session;
}

/* Adds those that exchange messages with the owner: the connection, and the host of the URI. */
static void add_strangers(struct json *json, const struct relay_session *session)
{
	const struct relay_peer *peer;
	struct slice text;

	json_begin_list(json, "stranger_peers");
	for (size_t i = 0; relay_session_stranger(session, i, &peer, &text); i++)
		json_item(json, slice_from(worker_peer_name(peer)));
	json_end_list(json);
	json_begin_list(json, "stranger_hosts");
	for (size_t i = 0; relay_session_stranger(session, i, &peer, &text); i++) {
		struct msrp_uri_slices uri;

		if (msrp_uri_parse(text, &uri) == 0)
			json_item(json, uri.host);
	}
	json_end_list(json);
}

static void show_there(void *owner, void *arg)
{
	struct search *search = arg;
	struct worker *worker = owner;
	const struct relay_session *session = find_session(search, worker);
	struct relay_session_view view;
	struct json json;

	if (!session)
		return;
	relay_session_view(session, worker_now_ms(worker), &view);
	json = admin_item_session(&search->request->out, worker, &view);
	add_strangers(&json, session);
	json_end(&json);
}

/* False, with the request answered, unless there is exactly one match. */
static bool is_found(struct search *search)
{
	struct admin_request *request = search->request;
	unsigned n = search->n_found;

	if (n == 1)
		return true;
	free(search);
	if (n == 0)
		admin_fail(request, "no session %s", request->words.word[2]);
	else
		admin_fail(request, "several session-ids start with %s", request->words.word[2]);
	return false;
}

static void end_search(struct search *search)
{
	struct admin_request *request = search->request;

	free(search);
	admin_end(request);
}

static void on_session_shown(void *owner, void *arg)
{
	if (is_found(arg))
		end_search(arg);
}

void admin_show_session(struct admin_request *request)
{
	struct search *search = search_new(request);

	if (!search || app_visit(request->app, show_there, on_session_shown, search) == 0)
		return;
	free(search);
	admin_fail(request, "out of memory");
}

static void look_there(void *owner, void *arg)
{
	find_session(arg, owner);
}

/* The session may have ended since it was found; no later one can have the same id. */
static void close_there(void *owner, void *arg)
{
	struct search *search = arg;
	struct worker *worker = owner;
	struct relay_session *session = find_session(search, worker);

	if (session && search->n_found == 1)
		relay_session_cut(session, worker_now_ms(worker), MSRP_NO_SESSION,
				  "closed by the operator");
}

static void on_session_closed(void *owner, void *arg)
{
	if (is_found(arg))
		end_search(arg);
}

static void on_session_found(void *owner, void *arg)
{
	struct search *search = arg;
	struct admin_request *request = search->request;

	if (!is_found(search))
		return;
	admin_log(request);
	search->n_found = 0;
	if (app_visit(owner, close_there, on_session_closed, search) == 0)
		return;
	free(search);
	admin_fail(request, "out of memory");
}

void admin_close_session(struct admin_request *request)
{
	struct search *search = search_new(request);

	if (!search || app_visit(request->app, look_there, on_session_found, search) == 0)
		return;
	free(search);
	admin_fail(request, "out of memory");
}
