/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decides where input goes: a request of the session goes to the session, or to the reader of
 * chunks; the one that binds stays here, and all others are answered with an error.
 */
#include "client/transport/transport.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/link/paths.h"
#include "msrp/report.h"
#include "msrp/writer.h"

void client_transport_fail(struct msrp_transport *t, int err, const char *why)
{
	if (t->state == CLIENT_TRANSPORT_CLOSED)
		return;
	t->state = CLIENT_TRANSPORT_CLOSED;
	client_timer_stop(t->context, &t->bind_timer);
	/* There is nothing left to keep alive for, in case the user does not free it. */
	t->auth = client_auth_free(t->auth);
	if (t->link && err == MSRP_ERROR_KEEP_ALIVE)
		client_link_abort(t->link);
	else if (t->link)
		client_link_close(t->link);
	t->closed_err = err;
	snprintf(t->closed_why, sizeof(t->closed_why), "%s", why);
	client_writes_fail(t);
	if (t->receiver)
		t->receiver->closed(t->receiver_arg, err, why);
	else if (t->user)
		t->user->failed(t->user_arg, t, err, why);
}

/* ---- answering ---- */

static bool begin_current(struct msrp_transport *t, const struct msrp_message *m)
{
	struct client_current *c = &t->current;

	buf_clear(&c->from_path);
	buf_clear(&c->to_uri);
	memcpy(c->id, m->id.p, m->id.len);
	c->id[m->id.len] = '\0';
	buf_add_slice(&c->from_path, m->from.text);
	buf_add_slice(&c->to_uri, msrp_path_first(&m->to)->text);
	c->first_len = msrp_path_first(&m->from)->text.len;
	c->failure_report = m->failure_report;
	c->hop_only = m->method == MSRP_SEND;
	c->answered = m->method == MSRP_REPORT;
	c->for_receiver = false;
	c->binds = false;
	return !buf_failed(&c->from_path) && !buf_failed(&c->to_uri);
}

/* RFC 4975 7.2 */
static bool wants_answer(const struct client_current *c, unsigned status)
{
	if (c->answered || c->failure_report == MSRP_FAILURE_NO)
		return false;
	return status != MSRP_OK || c->failure_report == MSRP_FAILURE_YES;
}

/* The current request binds the session: nothing of ours may overtake its answer. */
static void hold(struct msrp_transport *t)
{
	t->holding = true;
	t->link->conn.held = true;
}

static void release(struct msrp_transport *t)
{
	struct buf *out;
	size_t before;

	if (!t->holding)
		return;
	t->holding = false;
	if (!t->link)
		return;
	t->link->conn.held = false;
	out = msrp_conn_control(&t->link->conn);
	before = out->len;
	buf_add_slice(out, buf_slice(&t->held));
	buf_done(&t->held);
	/* Without memory there is no answer, and the sender runs into a time-out. */
	client_link_written(t->link, before);
}

void client_transport_answer(struct msrp_transport *t, unsigned status, const char *comment)
{
	struct client_current *c = &t->current;
	struct slice from = buf_slice(&c->from_path);
	struct client_answer answer = {
		.id = slice_from(c->id),
		.to_path = c->hop_only ? slice_first(from, c->first_len) : from,
		.from_path = buf_slice(&c->to_uri),
	};

	if (wants_answer(c, status) && t->link)
		client_link_respond(t->link, &answer, status, comment);
	c->answered = true;
	release(t);
}

struct buf *client_transport_requests(struct msrp_transport *t)
{
	return t->holding ? &t->held : msrp_conn_control(&t->link->conn);
}

int client_transport_requested(struct msrp_transport *t, size_t len)
{
	if (!t->holding)
		return client_link_written(t->link, len);
	if (!buf_failed(&t->held))
		return 0;
	buf_truncate(&t->held, len);
	return -ENOMEM;
}

struct slice client_transport_way_back(const struct msrp_transport *t)
{
	return buf_slice(&t->current.from_path);
}

int client_transport_report(struct msrp_transport *t, const struct msrp_report *report)
{
	struct msrp_report whole = *report;
	struct buf *out = client_transport_requests(t);
	size_t before = out->len;
	char id[MSRP_IDENT_LEN + 1];

	msrp_ident_make(&t->context->random, id);
	whole.id = slice_from(id);
	whole.from_path = slice_from(t->own_uri);
	msrp_report_write(&whole, out);
	return client_transport_requested(t, before);
}

/* ---- whose is it? ---- */

/* The way back without our own relays is the path of the sender, whoever that is. */
static bool adopt_remote(struct msrp_transport *t, const struct msrp_message *m)
{
	char *path;
	bool adopted;

	if (m->from.n <= t->n_use)
		return false;
	path = slice_dup(msrp_path_from(&m->from, t->n_use));
	adopted = path && client_transport_set_remote(t, path) == 0;
	free(path);
	return adopted;
}

bool client_transport_is_addressed(const struct msrp_transport *t,
				   const struct msrp_path_slices *to,
				   const struct msrp_path_slices *from)
{
	return client_paths_to_us(to, &t->own, t->use_sessmatch) &&
	       client_paths_from(from, &t->remote, t->use_sessmatch);
}

/* Does this SEND belong to our session, and does it bind it? */
static bool belongs_to_session(struct msrp_transport *t, const struct msrp_message *m)
{
	if (t->state != CLIENT_TRANSPORT_BINDING && t->state != CLIENT_TRANSPORT_BOUND)
		return false;
	if (t->remote_path)
		return client_transport_is_addressed(t, &m->to, &m->from);
	if (!client_paths_to_us(&m->to, &t->own, t->use_sessmatch))
		return false;
	return m->method == MSRP_SEND && !m->problem && adopt_remote(t, m);
}

/* ---- what the link tells ---- */

static void on_link_opened(void *arg)
{
	struct msrp_transport *t = arg;

	t->state = CLIENT_TRANSPORT_OPEN;
	t->user->opened(t->user_arg, t);
}

static void on_report(struct msrp_transport *t, const struct msrp_message *m)
{
	if (t->state != CLIENT_TRANSPORT_BINDING && t->state != CLIENT_TRANSPORT_BOUND)
		return;
	if (!client_paths_to_us(&m->to, &t->own, t->use_sessmatch))
		return;
	if (client_transport_is_bind_failure(t, m))
		client_transport_fail(t, MSRP_ERROR_BIND,
				      "the other end cannot be reached or refuses the session");
	else if (t->receiver)
		t->receiver->report(t->receiver_arg, m);
}

static void pass_on(struct msrp_transport *t, const struct msrp_message *m)
{
	t->current.for_receiver = true;
	t->receiver->head(t->receiver_arg, m);
}

/* The answer to the request has to wait for the user's decision, or for its end. */
static void bind_and_hold(struct msrp_transport *t)
{
	hold(t);
	client_transport_become_bound(t);
}

static void on_session_send(struct msrp_transport *t, const struct msrp_message *m)
{
	if (t->state == CLIENT_TRANSPORT_BINDING && !m->has_body) {
		t->current.binds = true;
		return;
	}
	if (t->state == CLIENT_TRANSPORT_BINDING)
		bind_and_hold(t);
	if (t->state != CLIENT_TRANSPORT_BOUND)
		return;
	if (t->receiver)
		pass_on(t, m);
	else if (m->has_body)
		client_transport_answer(t, MSRP_NO_SESSION, NULL);
}

static void on_other(struct msrp_transport *t, const struct msrp_message *m)
{
	if (!slice_equal(m->method_name, SLICE("NICKNAME"))) {
		client_transport_answer(t, MSRP_UNKNOWN_METHOD, NULL);
		return;
	}
	if (!belongs_to_session(t, m)) {
		client_transport_answer(t, MSRP_NO_SESSION, NULL);
		return;
	}
	/* It may overtake the answer to the SEND that binds. */
	if (t->state == CLIENT_TRANSPORT_BINDING)
		bind_and_hold(t);
	if (t->state != CLIENT_TRANSPORT_BOUND || !t->receiver)
		return;
	if (t->receiver->all)
		pass_on(t, m);
	else
		t->receiver->nickname(t->receiver_arg, m);
}

static void on_link_head(void *arg, const struct msrp_message *m)
{
	struct msrp_transport *t = arg;

	if (t->receiver && t->receiver->all && !client_transport_is_bind_failure(t, m)) {
		pass_on(t, m);
		return;
	}
	if (!begin_current(t, m)) {
		t->current.answered = true; /* it has no way back */
		client_transport_fail(t, -ENOMEM, "out of memory");
		return;
	}
	if (m->method == MSRP_REPORT)
		on_report(t, m);
	else if (m->method != MSRP_SEND)
		on_other(t, m);
	else if (!belongs_to_session(t, m))
		client_transport_answer(t, MSRP_NO_SESSION, NULL);
	else if (m->problem)
		client_transport_answer(t, MSRP_BAD_REQUEST, m->problem);
	else
		on_session_send(t, m);
}

static bool on_link_response(void *arg, const struct msrp_message *m)
{
	struct msrp_transport *t = arg;

	if (!t->receiver || !t->receiver->all)
		return false;
	pass_on(t, m);
	return true;
}

static void on_link_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct msrp_transport *t = arg;

	if (t->receiver && t->current.for_receiver)
		t->receiver->body(t->receiver_arg, bytes, len);
}

static void on_link_end(void *arg, char flag)
{
	struct msrp_transport *t = arg;
	bool binds = t->current.binds;

	t->current.binds = false;
	if (t->receiver && t->current.for_receiver)
		t->receiver->end(t->receiver_arg, flag);
	else
		client_transport_answer(t, MSRP_OK, NULL);
	t->current.for_receiver = false;
	if (binds && t->state == CLIENT_TRANSPORT_BINDING)
		client_transport_become_bound(t);
}

static void on_link_room(void *arg)
{
	struct msrp_transport *t = arg;

	if (t->receiver && !t->receiver->all)
		t->receiver->room(t->receiver_arg);
}

static void on_flushed(void *arg)
{
	client_writes_tell(arg);
}

static bool transport_wants_read(void *arg)
{
	struct msrp_transport *t = arg;

	if (t->receiver && t->receiver->all)
		return t->receiver->want_read(t->receiver_arg);
	if (client_link_is_behind(t->link))
		return false;
	return !t->receiver || t->receiver->want_read(t->receiver_arg);
}

static void on_link_closed(void *arg, int err, const char *why)
{
	client_transport_fail(arg, err, why);
}

static const struct client_link_user link_user = {
	.opened = on_link_opened,
	.head = on_link_head,
	.response = on_link_response,
	.body = on_link_body,
	.end = on_link_end,
	.room = on_link_room,
	.flushed = on_flushed,
	.want_read = transport_wants_read,
	.closed = on_link_closed,
};

static void on_auth(void *arg, int err, const char *why)
{
	if (err)
		client_transport_fail(arg, err, why);
}

/* ---- making and freeing ---- */

int client_transport_new(struct msrp_context *context, const struct client_transport_user *user,
			 void *arg, struct msrp_transport **ret_transport)
{
	struct msrp_transport *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->context = context;
	t->logger = context->options.logger;
	t->user = user;
	t->user_arg = arg;
	client_chunk_reader_init(&t->reading.chunks);
	TAILQ_INIT(&t->writes);
	context->n_live++;
	*ret_transport = t;
	return 0;
}

/* Sets up what a link needs from its transport. */
static int set_up(struct msrp_transport *t, int err)
{
	if (!err)
		client_link_use_logger(t->link, t->logger);
	return err;
}

int client_transport_connect(struct msrp_transport *t, const struct net_connect_options *options)
{
	t->state = CLIENT_TRANSPORT_OPENING;
	return set_up(t, client_link_connect(t->context, options, &link_user, t, &t->link));
}

int client_transport_attach(struct msrp_transport *t, struct net_handoff *handoff)
{
	t->state = CLIENT_TRANSPORT_OPENING;
	return set_up(t, client_link_attach(t->context, handoff, &link_user, t, &t->link));
}

static int count_uris(const char *path, size_t *ret_n)
{
	struct msrp_path_slices parsed;

	if (msrp_path_parse(slice_from(path), &parsed) != 0)
		return MSRP_ERROR_PATH;
	*ret_n = parsed.n;
	return 0;
}

int client_transport_set_local(struct msrp_transport *t, const char *own_uri, const char *use_path)
{
	int err = 0;

	assert(!t->own_uri);
	t->own_uri = strdup(own_uri);
	t->use_path = use_path ? strdup(use_path) : NULL;
	if (!t->own_uri || (use_path && !t->use_path))
		return -ENOMEM;
	if (msrp_uri_parse(slice_from(t->own_uri), &t->own) != 0)
		return MSRP_ERROR_PATH;
	if (use_path)
		err = count_uris(use_path, &t->n_use);
	return err ? err : client_local_path_make(t->use_path, t->own_uri, &t->local_path);
}

int client_transport_set_remote(struct msrp_transport *t, const char *remote_path)
{
	char *copy;
	int err;

	assert(!t->remote_path);
	if (!remote_path)
		return 0;
	copy = strdup(remote_path);
	if (!copy)
		return -ENOMEM;
	if (msrp_path_parse(slice_from(copy), &t->remote) != 0 ||
	    msrp_path_last(&t->remote)->session_id.len == 0 ||
	    t->remote.n + t->n_use > MSRP_PATH_MAX) {
		free(copy);
		return MSRP_ERROR_PATH;
	}
	err = client_path_join(t->use_path, copy, &t->to_path);
	if (err)
		free(copy);
	else
		t->remote_path = copy;
	return err;
}

void client_transport_set_auth(struct msrp_transport *t, struct client_auth *auth)
{
	t->auth = auth;
	client_auth_set_done(auth, on_auth, t);
}

static void free_discarded_transport(struct client_garbage *garbage)
{
	struct msrp_transport *t = CONTAINER_OF(garbage, struct msrp_transport, garbage);

	client_chunk_reader_clear(&t->reading.chunks);
	client_writes_free(t);
	buf_done(&t->current.from_path);
	buf_done(&t->current.to_uri);
	buf_done(&t->held);
	free(t->own_uri);
	free(t->local_path);
	free(t->use_path);
	free(t->remote_path);
	free(t->to_path);
	free(t);
}

struct msrp_transport *msrp_transport_free(struct msrp_transport *t)
{
	if (!t || t->gone)
		return NULL;
	t->gone = true;
	t->context->n_live--;
	t->state = CLIENT_TRANSPORT_CLOSED;
	t->user = NULL;
	t->receiver = NULL;
	client_timer_stop(t->context, &t->bind_timer);
	client_timer_stop(t->context, &t->reading.later);
	client_writes_forget(t);
	t->auth = client_auth_free(t->auth);
	t->link = client_link_free(t->link);
	client_discard(t->context, &t->garbage, free_discarded_transport);
	return NULL;
}

const char *msrp_transport_local_path(const struct msrp_transport *t)
{
	return t ? t->local_path : NULL;
}

const char *msrp_transport_remote_path(const struct msrp_transport *t)
{
	return t ? t->remote_path : NULL;
}
