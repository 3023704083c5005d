/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joins a transport to incoming (incoming*.c) and outgoing messages (outgoing*.c), and ends both.
 */
#include "client/session/session.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/reserved.h"
#include "client/session/outgoing_file.h"

/* ---- what the transport tells ---- */

static void on_transport_head(void *arg, const struct msrp_message *m)
{
	client_incoming_head(arg, m);
}

static void on_transport_body(void *arg, const uint8_t *bytes, size_t len)
{
	client_incoming_body(arg, bytes, len);
}

static void on_transport_end(void *arg, char flag)
{
	client_incoming_end(arg, flag);
}

/* One with MESSAGE_ID that has not seen the current report. */
static struct client_outgoing *find_outgoing(struct client_outgoing_list *list,
					     const struct msrp_session *s, struct slice message_id)
{
	struct client_outgoing *out;

	TAILQ_FOREACH (out, list, in_session)
		if (out->n_reports != s->n_reports &&
		    slice_equal(slice_from(out->message_id), message_id))
			return out;
	return NULL;
}

/*
 * A program may pass the parts of a message to the session one by one, and a report may concern any
 * of them (RFC 4975 7.1.3). Reports about unknown messages are ignored (7.1.2).
 */
static void on_report(void *arg, const struct msrp_message *m)
{
	struct msrp_session *s = arg;
	struct client_outgoing *out;

	if (client_keep_alive_report(s, m))
		return;
	s->n_reports++;
	while (!s->gone) {
		out = find_outgoing(&s->queue, s, m->message_id);
		if (!out)
			out = find_outgoing(&s->awaiting, s, m->message_id);
		if (!out)
			return;
		out->n_reports = s->n_reports;
		client_outgoing_report(out, m);
	}
}

static void on_transport_nickname(void *arg, const struct msrp_message *m)
{
	client_nickname_requested(arg, m);
}

static void on_transport_room(void *arg)
{
	client_session_settle_soon(arg);
}

static bool session_wants_read(void *arg)
{
	struct msrp_session *s = arg;

	return s->reading;
}

static void fail_all(struct msrp_session *s, struct client_outgoing_list *list, const char *why)
{
	struct client_outgoing *out;

	while (!s->gone && (out = TAILQ_FIRST(list)))
		client_outgoing_fail(out, -ECANCELED, why);
}

static void on_transport_closed(void *arg, int err, const char *why)
{
	struct msrp_session *s = arg;
	/* Both sides may shut down at the same time. */
	bool wanted = s->shutting && TAILQ_EMPTY(&s->queue);

	s->over = true;
	client_timer_stop(s->context, &s->settle);
	client_keep_alive_stop(s);
	fail_all(s, &s->queue, why);
	fail_all(s, &s->awaiting, why);
	if (!s->gone)
		client_nickname_fail(s, why);
	client_incoming_abort_all(s);
	if (!s->gone)
		s->callbacks.closed(s->arg, wanted ? 0 : err, why);
}

static const struct client_receiver receiver = {
	.head = on_transport_head,
	.body = on_transport_body,
	.end = on_transport_end,
	.report = on_report,
	.nickname = on_transport_nickname,
	.room = on_transport_room,
	.want_read = session_wants_read,
	.closed = on_transport_closed,
};

/* ---- making and freeing ---- */

static void free_types(char **types)
{
	for (char **type = types; type && *type; type++)
		free(*type);
	free(types);
}

static int copy_types(const char *const *types, char ***ret_copy)
{
	size_t n = 0;
	char **copy;

	if (!types)
		return 0;
	while (types[n])
		n++;
	copy = calloc(n + 1, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		copy[i] = strdup(types[i]);
		if (!copy[i]) {
			free_types(copy);
			return -ENOMEM;
		}
	}
	*ret_copy = copy;
	return 0;
}

static int begin_nothing(void *arg, struct msrp_incoming *message)
{
	return 0;
}

static int take_nothing(void *arg, struct msrp_incoming *message, uint64_t offset,
			const uint8_t *bytes, size_t len)
{
	return 0;
}

static int end_nothing(void *arg, struct msrp_incoming *message, char flag)
{
	return 0;
}

static void close_nothing(void *arg, int err, const char *why)
{
}

/* Replaces missing callbacks of the user's by ones that do nothing. */
static struct msrp_session_callbacks complete_callbacks(
    const struct msrp_session_callbacks *callbacks)
{
	struct msrp_session_callbacks c = *callbacks;

	c.begin = c.begin ? c.begin : begin_nothing;
	c.data = c.data ? c.data : take_nothing;
	c.end = c.end ? c.end : end_nothing;
	c.closed = c.closed ? c.closed : close_nothing;
	return c;
}

int msrp_session_new(struct msrp_transport *transport, const char *const *accept_types,
		     const struct msrp_session_callbacks *callbacks, void *arg,
		     struct msrp_session **ret_session)
{
	struct msrp_session *s;

	if (!transport || transport->gone || !callbacks || !ret_session || IS_NEWER(callbacks))
		return -EINVAL;
	if (transport->receiver)
		return -EALREADY;
	if (transport->state == CLIENT_TRANSPORT_CLOSED)
		return -EPIPE;
	s = calloc(1, sizeof(*s));
	if (!s) {
		msrp_transport_free(transport);
		return -ENOMEM;
	}
	s->context = transport->context;
	s->transport = transport;
	s->callbacks = complete_callbacks(callbacks);
	s->arg = arg;
	s->reading = true;
	TAILQ_INIT(&s->incoming);
	TAILQ_INIT(&s->owed);
	TAILQ_INIT(&s->queue);
	TAILQ_INIT(&s->awaiting);
	TAILQ_INIT(&s->ended);
	s->messages = msrp_lane_new(&transport->link->conn);
	s->files = msrp_lane_new(&transport->link->conn);
	if (!s->messages || !s->files || copy_types(accept_types, &s->accept_types) != 0) {
		msrp_session_free(s);
		return -ENOMEM;
	}
	transport->receiver = &receiver;
	transport->receiver_arg = s;
	client_link_resume(transport->link);
	*ret_session = s;
	return 0;
}

static void free_outgoing(struct client_outgoing_list *list)
{
	struct client_outgoing *out;

	while ((out = TAILQ_FIRST(list))) {
		TAILQ_REMOVE(list, out, in_session);
		client_outgoing_free(out);
	}
}

/* The link went first: the connection no longer knows lanes, chunks and pieces. */
static void free_discarded_session(struct client_garbage *garbage)
{
	struct msrp_session *s = CONTAINER_OF(garbage, struct msrp_session, garbage);

	msrp_lane_release(s->messages);
	msrp_lane_release(s->files);
	client_incoming_free_all(s);
	free_outgoing(&s->queue);
	free_outgoing(&s->awaiting);
	free_outgoing(&s->ended);
	free_types(s->accept_types);
	free(s->scratch);
	free(s);
}

/* Reports the outcome of everything under way. The last callback may free the session. */
static void tell_all_that_it_ends(struct msrp_session *s)
{
	fail_all(s, &s->queue, "the session was ended");
	fail_all(s, &s->awaiting, "the session was ended");
	if (!s->gone)
		client_nickname_fail(s, "the session was ended");
}

struct msrp_session *msrp_session_free(struct msrp_session *s)
{
	struct msrp_context *context;

	if (!s || s->gone)
		return NULL;
	context = s->context;
	s->over = true;
	s->shutting = true;
	client_timer_stop(context, &s->settle);
	client_keep_alive_stop(s);
	client_enter(context);
	tell_all_that_it_ends(s);
	client_leave(context);
	if (s->gone)
		return NULL;
	s->gone = true;
	s->transport = msrp_transport_free(s->transport);
	client_discard(context, &s->garbage, free_discarded_session);
	return NULL;
}

/* Starts over after each report: the callback may have removed any of them. */
static bool tell_one(struct msrp_session *s)
{
	struct client_outgoing *out;

	TAILQ_FOREACH (out, &s->queue, in_session)
		if (client_outgoing_check(out))
			return true;
	return false;
}

static void settle_session(void *arg)
{
	struct msrp_session *s = arg;

	while (!s->over && tell_one(s))
		;
	if (s->over)
		return;
	if (s->pump)
		s->pump(s->pump_arg);
	else
		client_files_pump(s);
}

void client_session_settle_soon(struct msrp_session *s)
{
	if (!s->over && !s->settle.running)
		client_timer_start(s->context, &s->settle, 0, settle_session, s);
}

void client_session_check(struct msrp_session *s)
{
	if (s->over)
		return;
	if (s->shutting && TAILQ_EMPTY(&s->queue))
		client_link_close(s->transport->link);
	else
		client_session_settle_soon(s);
}

void msrp_session_shutdown(struct msrp_session *s)
{
	if (!s || s->gone)
		return;
	s->shutting = true;
	client_session_check(s);
}

void msrp_session_set_reading(struct msrp_session *s, bool reading)
{
	if (!s)
		return;
	s->reading = reading;
	if (!reading)
		s->keep_alive.doubtful = true;
	if (!s->over)
		client_link_kick(s->transport->link);
}

const char *msrp_session_local_path(const struct msrp_session *s)
{
	return s ? msrp_transport_local_path(s->transport) : NULL;
}

const char *msrp_session_remote_path(const struct msrp_session *s)
{
	return s ? msrp_transport_remote_path(s->transport) : NULL;
}

/* ---- messages ---- */

int client_session_queue(struct msrp_session *s, struct client_outgoing *out, const void *bytes)
{
	size_t len = (size_t)(out->end - out->fed);
	int err;

	if (s->shutting || s->over)
		return -EPIPE;
	if (s->transport->link->conn.queued > CLIENT_QUEUED_MAX)
		return -ENOBUFS;
	out->session = s;
	out->n_reports = s->n_reports;
	err = client_outgoing_open_chunk(out, s->messages, len, len);
	if (err)
		return err;
	TAILQ_INSERT_TAIL(&s->queue, out, in_session);
	out->listed = true;
	err = client_outgoing_feed(out, bytes, len);
	assert(!err);
	client_link_kick(s->transport->link);
	return err;
}

int client_session_send(struct msrp_session *s, const void *bytes, size_t len,
			const struct msrp_send_options *options, struct client_outgoing **ret_out)
{
	static const struct msrp_send_options defaults;
	struct client_outgoing *out;
	int err;

	if (!s || !ret_out || (len > 0 && !bytes) || (options && IS_NEWER(options)))
		return -EINVAL;
	if (s->shutting || s->over)
		return -EPIPE;
	out = calloc(1, sizeof(*out));
	if (!out)
		return -ENOMEM;
	err = client_outgoing_init(out, s->context, options ? options : &defaults, "text/plain");
	if (!err)
		err = client_outgoing_set_range(out, 0, len, len);
	if (!err)
		err = client_session_queue(s, out, bytes);
	if (err)
		client_outgoing_free(out);
	else
		*ret_out = out;
	return err;
}

int msrp_session_send(struct msrp_session *s, const void *bytes, size_t len,
		      const struct msrp_send_options *options, char ret_id[MSRP_MESSAGE_ID_SIZE])
{
	struct client_outgoing *out;
	int err = client_session_send(s, bytes, len, options, &out);

	if (!err && ret_id)
		memcpy(ret_id, out->message_id, sizeof(out->message_id));
	return err;
}
