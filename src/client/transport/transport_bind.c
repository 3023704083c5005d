/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first SEND (RFC 4975 5.4): that of the active side, without a body, and the meaning of its
 * answer.
 */
#include <assert.h>
#include <stdio.h>

#include "client/transport/transport.h"
#include "msrp/report.h"
#include "msrp/writer.h"

/* How a session is bound to a connection. */

void client_transport_become_bound(struct msrp_transport *t)
{
	const struct client_transport_user *user = t->user;

	t->user = NULL; /* the connector may be gone before the transport */
	t->state = CLIENT_TRANSPORT_BOUND;
	client_timer_stop(t->context, &t->bind_timer);
	client_link_forget(t->link, &t->bind_request);
	client_log(t->logger, t->logger->debug, &t->link->source, "bound");
	user->bound(t->user_arg, t);
}

static void on_bind_timeout(void *arg)
{
	client_transport_fail(arg, MSRP_ERROR_BIND_TIMEOUT,
			      "the other side does not bind the session");
}

static void on_bind_answered(struct client_request *request, const struct msrp_message *m)
{
	struct msrp_transport *t = CONTAINER_OF(request, struct msrp_transport, bind_request);
	char why[CLIENT_WHY_MAX];

	if (t->state != CLIENT_TRANSPORT_BINDING || !m)
		return;
	if (m->status == MSRP_OK) {
		client_transport_become_bound(t);
		return;
	}
	snprintf(why, sizeof(why), "the session is refused with %u %" SLICE_FMT, m->status,
		 SLICE_ARG(m->comment));
	client_transport_fail(t, MSRP_ERROR_BIND, why);
}

int client_transport_send_empty(struct msrp_transport *t, struct client_request *request,
				const char *message_id, struct slice lines)
{
	struct buf *out = client_transport_requests(t);
	size_t before = out->len;
	char id[MSRP_IDENT_LEN + 1];
	int err;

	msrp_ident_make(&t->context->random, id);
	client_link_await(t->link, request, id);
	msrp_write_request(out, slice_from(id), SLICE("SEND"));
	msrp_write_header(out, MSRP_H_TO_PATH, slice_from(t->to_path));
	msrp_write_header(out, MSRP_H_FROM_PATH, slice_from(t->own_uri));
	msrp_write_header(out, MSRP_H_MESSAGE_ID, slice_from(message_id));
	msrp_write_range(out, &(struct msrp_range){ 1, 0, 0 });
	buf_add_slice(out, lines);
	msrp_write_end(out, slice_from(id), '$', false);
	err = client_transport_requested(t, before);
	if (err)
		client_link_forget(t->link, request);
	return err;
}

/* RFC 4975 5.4: an empty SEND tells which session this connection is for. */
static int send_bind(struct msrp_transport *t)
{
	msrp_ident_make(&t->context->random, t->bind_id);
	t->bind_request.answered = on_bind_answered;
	return client_transport_send_empty(t, &t->bind_request, t->bind_id, SLICE(""));
}

void client_transport_bind(struct msrp_transport *t, enum msrp_mode mode)
{
	int err = 0;

	assert(t->state == CLIENT_TRANSPORT_OPEN);
	t->state = CLIENT_TRANSPORT_BINDING;
	client_timer_start(t->context, &t->bind_timer, t->context->options.bind_timeout_ms,
			   on_bind_timeout, t);
	if (mode == MSRP_MODE_ACTIVE)
		err = send_bind(t);
	if (err)
		client_transport_fail(t, err, "out of memory");
	else
		client_link_kick(t->link);
}

bool client_transport_is_bind_failure(const struct msrp_transport *t, const struct msrp_message *m)
{
	struct msrp_status_value status;

	return t->bind_id[0] && m->method == MSRP_REPORT &&
	       slice_equal(m->message_id, slice_from(t->bind_id)) &&
	       msrp_status_of(m, &status) == 0 && status.code != MSRP_OK;
}
