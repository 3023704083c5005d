/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/end.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { HEARTBEAT_MS = 5 };

static int note(struct end *e, int err)
{
	if (err && !e->err)
		e->err = err;
	return err;
}

static void write_text(char text[32], size_t number)
{
	snprintf(text, 32, "message %zu", number);
}

/* ---- what comes ---- */

static int on_begin(void *arg, struct msrp_incoming *message)
{
	struct end *e = arg;

	e->len = 0;
	return 0;
}

static int on_data(void *arg, struct msrp_incoming *message, uint64_t offset, const uint8_t *bytes,
		   size_t len)
{
	struct end *e = arg;

	if (offset != e->len || len >= sizeof(e->text) - e->len)
		return 413;
	memcpy(e->text + e->len, bytes, len);
	e->len += len;
	return 0;
}

static int on_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct end *e = arg;
	char want[sizeof(e->text)];

	e->n_aborted += flag == '#';
	if (!message->complete)
		return 0;
	e->text[e->len] = '\0';
	write_text(want, e->n_received++);
	e->n_wrong += strcmp(e->text, want) != 0;
	return 0;
}

static void on_closed(void *arg, int err, const char *why)
{
	struct end *e = arg;

	e->closed = true;
	e->session = msrp_session_free(e->session); /* closes the connection, should it be open */
}

/* ---- the way to a session ---- */

static void on_heartbeat(uv_timer_t *timer)
{
}

int end_init(struct end *e, uv_loop_t *loop, const struct msrp_context_options *options)
{
	char error[200];

	*e = (struct end){ .loop = loop };
	uv_timer_init(loop, &e->heartbeat);
	uv_timer_start(&e->heartbeat, on_heartbeat, HEARTBEAT_MS, HEARTBEAT_MS);
	return note(e, msrp_context_new(loop, options, error, sizeof(error), &e->context));
}

static void on_prepared(void *arg, int err, const char *why, const char *local_path)
{
	struct end *e = arg;

	if (!note(e, err))
		snprintf(e->path, sizeof(e->path), "%s", local_path);
}

int end_prepare(struct end *e, bool is_caller)
{
	static const struct msrp_local_uri local = { .host = "127.0.0.1" };
	int err = is_caller ? msrp_connector_direct_new(e->context, &e->connector)
			    : msrp_acceptor_direct_new(e->context, &e->connector);

	if (!err)
		err = msrp_connector_prepare(e->connector, &local, on_prepared, e);
	return note(e, err);
}

static void on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	static const struct msrp_session_callbacks callbacks = {
		.begin = on_begin,
		.data = on_data,
		.end = on_end,
		.closed = on_closed,
	};
	struct end *e = arg;

	if (!note(e, err))
		note(e, msrp_session_new(transport, NULL, &callbacks, e, &e->session));
}

int end_complete(struct end *e, const char *remote_path)
{
	return note(e, msrp_connector_complete(e->connector, remote_path, on_completed, e));
}

/* ---- what goes ---- */

static void on_response(void *arg, const char *message_id, int status, const char *comment)
{
	struct end *e = arg;

	e->n_outcomes++;
	e->n_answered += status == 200;
}

int end_send(struct end *e)
{
	struct msrp_send_options options = { .response = on_response, .arg = e };
	char text[sizeof(e->text)];
	int err;

	write_text(text, e->n_sent);
	err = msrp_session_send(e->session, text, strlen(text), &options, NULL);
	e->n_sent += !err;
	return note(e, err);
}

void end_done(struct end *e)
{
	e->session = msrp_session_free(e->session);
	e->connector = msrp_connector_cleanup(e->connector);
	e->context = msrp_context_free(e->context);
	uv_close((uv_handle_t *)&e->heartbeat, NULL);
}
