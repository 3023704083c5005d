/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Input goes from net through the parser to the user of the link, or to the request that it
 * answers; output is pulled from lanes. Both may pause.
 */
#include "client/link/link.h"

#include <errno.h>
#include <stdlib.h>

#include "msrp/report.h"
#include "msrp/writer.h"

/* ---- what msrp tells ---- */

static void on_parsed_response(struct client_link *link, const struct msrp_message *m)
{
	struct msrp_transaction *t = msrp_transactions_find(&link->transactions, m->id);
	struct client_request *request;

	link->in_response = t || !link->user->response(link->arg, m);
	if (!t)
		return;
	request = CONTAINER_OF(t, struct client_request, transaction);
	client_link_forget(link, request);
	request->answered(request, m);
}

static int on_parsed_head(void *arg, const struct msrp_message *m)
{
	struct client_link *link = arg;

	if (!link->user)
		return -ECANCELED;
	client_trace_head(&link->received, m);
	link->in_response = false;
	if (m->is_request)
		link->user->head(link->arg, m);
	else
		on_parsed_response(link, m);
	return link->user ? 0 : -ECANCELED;
}

static int on_parsed_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct client_link *link = arg;

	if (link->user)
		client_trace_body(&link->received, bytes, len);
	if (link->user && !link->in_response)
		link->user->body(link->arg, bytes, len);
	return link->user ? 0 : -ECANCELED;
}

static int on_parsed_end(void *arg, char flag)
{
	struct client_link *link = arg;

	if (link->user)
		client_trace_end(&link->received, flag);
	if (link->user && !link->in_response)
		link->user->end(link->arg, flag);
	return link->user ? 0 : -ECANCELED;
}

static void on_lanes_room(void *arg)
{
	struct client_link *link = arg;

	if (!link->user)
		return;
	link->user->room(link->arg);
	client_link_kick(link);
}

static const struct msrp_parser_user parser_user = {
	.head = on_parsed_head,
	.body = on_parsed_body,
	.end = on_parsed_end,
};

/* ---- what net tells ---- */

static void on_conn_opened(void *arg)
{
	struct client_link *link = arg;
	struct msrp_context *context = link->context;

	link->is_open = true;
	net_address_format(&net_conn_peer(link->net)->address, link->peer);
	net_address_format(net_conn_local(link->net), link->local);
	client_log(link->logger, link->logger->info, &link->source, "connected%s",
		   net_conn_peer(link->net)->secure ? " with TLS" : "");
	client_enter(context);
	link->user->opened(link->arg);
	client_leave(context);
}

static int take_in(struct client_link *link, const uint8_t *in, size_t len)
{
	int err = 0;

	while (!err && len > 0 && link->user && !link->paused && link->early.len == 0) {
		size_t n = link->careful ? 1 : len;

		err = msrp_conn_recv(&link->conn, in, n);
		in += n;
		len -= n;
	}
	if (err || len == 0 || !link->user)
		return err;
	buf_add(&link->early, in, len);
	return buf_failed(&link->early) ? -ENOMEM : 0;
}

static void take_early(void *arg)
{
	struct client_link *link = arg;
	struct buf early = link->early;

	link->early = (struct buf){ 0 };
	link->early_err = take_in(link, buf_data(&early), early.len);
	buf_done(&early);
	if (link->early_err && link->net)
		net_conn_abort(link->net);
}

void client_link_pause(struct client_link *link)
{
	link->paused = true;
}

void client_link_resume(struct client_link *link)
{
	link->careful = false;
	link->paused = false;
	if (link->early.len > 0)
		client_timer_start(link->context, &link->early_timer, 0, take_early, link);
	client_link_kick(link);
}

static int on_recv(void *arg, const uint8_t *in, size_t len)
{
	struct client_link *link = arg;
	struct msrp_context *context = link->context;
	int err;

	link->n_received += len;
	client_enter(context);
	err = take_in(link, in, len);
	client_leave(context);
	return err;
}

static void on_conn_eof(void *arg)
{
	struct client_link *link = arg;

	link->eof = true;
	net_conn_close(link->net);
}

static size_t on_pull(void *arg, const uint8_t **ret_out)
{
	struct client_link *link = arg;
	size_t len = msrp_conn_pull(&link->conn, ret_out);

	if (msrp_conn_failed(&link->conn))
		net_conn_abort(link->net);
	return len;
}

static void on_conn_sent(void *arg, size_t len)
{
	struct client_link *link = arg;

	if (link->sent)
		client_sent_trace_sent(link->sent, len);
	else
		msrp_conn_sent(&link->conn, len);
	if (link->behind && !client_link_is_behind(link))
		client_link_kick(link);
}

static void on_flushed(void *arg)
{
	struct client_link *link = arg;

	if (link->user)
		link->user->flushed(link->arg);
}

static bool link_wants_read(void *arg)
{
	struct client_link *link = arg;

	return !link->paused && link->user->want_read(link->arg);
}

static int closing_error(const struct client_link *link, int err, const char **why)
{
	if (msrp_conn_failed(&link->conn)) {
		*why = "out of memory";
		return -ENOMEM;
	}
	if (err == 0 && link->eof) {
		*why = "the other side closed the connection";
		return MSRP_ERROR_CLOSED;
	}
	if (err > 0) {
		if (link->conn.parser.problem)
			*why = link->conn.parser.problem;
		return MSRP_ERROR_PROTOCOL;
	}
	if (err == UV_ETIMEDOUT && !link->is_open)
		return MSRP_ERROR_CONNECT_TIMEOUT;
	/* net reports failed handshakes and certificates this way. */
	if (err == -EPROTO && !link->is_open)
		return MSRP_ERROR_TLS;
	return err;
}

/*
 * The level depends on how bad it is: nothing, the network's or other side's doing, or a failure
 * that will recur.
 */
static void log_end(const struct client_link *link, int err, const char *why)
{
	const struct msrp_logger *logger = link->logger;
	msrp_log_message_fn function = logger->error;

	if (err == 0 || err == MSRP_ERROR_CLOSED)
		function = logger->info;
	else if (err == -ENOMEM)
		function = logger->fatal;
	client_log(logger, function, &link->source, "closed: %s", why);
}

static void on_conn_closed(void *arg, int err, const char *why)
{
	struct client_link *link = arg;
	struct msrp_context *context = link->context;

	link->net = NULL;
	if (!err)
		err = link->early_err;
	err = closing_error(link, err, &why);
	log_end(link, err, why);
	client_timer_stop(link->context, &link->timer);
	client_enter(context);
	link->user->closed(link->arg, err, why);
	client_leave(context);
}

static const struct net_conn_user conn_user = {
	.opened = on_conn_opened,
	.recv = on_recv,
	.eof = on_conn_eof,
	.pull = on_pull,
	.sent = on_conn_sent,
	.flushed = on_flushed,
	.want_read = link_wants_read,
	.closed = on_conn_closed,
};

/* ---- making and closing ---- */

static struct client_link *link_new(struct msrp_context *context,
				    const struct client_link_user *user, void *arg)
{
	struct client_link *link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
	link->context = context;
	link->user = user;
	link->arg = arg;
	link->careful = true;
	link->source = (struct msrp_log_source){ .local = link->local, .peer = link->peer };
	client_link_use_logger(link, client_logger_or_none(NULL)); /* the transport sets one */
	msrp_conn_init(&link->conn, &parser_user, on_lanes_room, link, &context->random);
	msrp_transactions_init(&link->transactions, context->seed);
	return link;
}

int client_link_connect(struct msrp_context *context, const struct net_connect_options *options,
			const struct client_link_user *user, void *arg,
			struct client_link **ret_link)
{
	struct client_link *link = link_new(context, user, arg);
	int err;

	if (!link)
		return -ENOMEM;
	err = net_conn_connect(context->net, options, &conn_user, link, &link->net);
	if (err)
		client_link_free(link);
	else
		*ret_link = link;
	return err;
}

int client_link_attach(struct msrp_context *context, struct net_handoff *handoff,
		       const struct client_link_user *user, void *arg,
		       struct client_link **ret_link)
{
	struct client_link *link = link_new(context, user, arg);
	int err;

	if (!link) {
		net_handoff_free(handoff);
		return -ENOMEM;
	}
	err = net_conn_attach(context->net, handoff, &conn_user, link, &link->net);
	if (err)
		client_link_free(link);
	else
		*ret_link = link;
	return err;
}

void client_link_use_logger(struct client_link *link, const struct msrp_logger *logger)
{
	struct client_trace sent;

	link->logger = logger;
	client_trace_init_received(&link->received, logger, &link->source);
	client_trace_init_sent(&sent, logger, &link->source);
	client_sent_trace_free(link->sent);
	link->sent = client_trace_is_open(&sent) ? client_sent_trace_new(&sent, &link->conn) : NULL;
}

static void free_discarded_link(struct client_garbage *garbage)
{
	struct client_link *link = CONTAINER_OF(garbage, struct client_link, garbage);

	client_sent_trace_free(link->sent);
	buf_done(&link->early);
	msrp_conn_done(&link->conn);
	free(link);
}

struct client_link *client_link_free(struct client_link *link)
{
	struct msrp_transaction *t;

	if (!link)
		return NULL;
	if (link->net)
		net_conn_abandon(link->net);
	link->net = NULL;
	link->user = NULL;
	client_timer_stop(link->context, &link->timer);
	client_timer_stop(link->context, &link->early_timer);
	while ((t = msrp_transactions_any(&link->transactions)))
		client_link_forget(link, CONTAINER_OF(t, struct client_request, transaction));
	client_discard(link->context, &link->garbage, free_discarded_link);
	return NULL;
}

void client_link_close(struct client_link *link)
{
	if (link->net)
		net_conn_close(link->net);
}

void client_link_abort(struct client_link *link)
{
	if (link->net)
		net_conn_abort(link->net);
}

void client_link_kick(struct client_link *link)
{
	if (link->net)
		net_conn_kick(link->net);
}

bool client_link_is_behind(struct client_link *link)
{
	/* Bodies never fill the frame that far. */
	link->behind = link->conn.control.len + link->conn.frame.len >= MSRP_QUEUE_HIGH;
	return link->behind;
}

/* ---- transactions ---- */

static void set_timer(struct client_link *link);

static void on_link_timer(void *arg)
{
	struct client_link *link = arg;
	struct msrp_transaction *t;

	while (link->user &&
	       (t = msrp_transactions_overdue(&link->transactions, client_now(link->context)))) {
		struct client_request *request =
		    CONTAINER_OF(t, struct client_request, transaction);

		client_link_forget(link, request);
		client_log(link->logger, link->logger->warn, &link->source,
			   "no answer in time to the request %s", t->id);
		request->answered(request, NULL);
	}
	if (link->user)
		set_timer(link);
}

static void set_timer(struct client_link *link)
{
	uint64_t due = msrp_transactions_deadline(&link->transactions);
	uint64_t now = client_now(link->context);

	if (due == UINT64_MAX || !link->net)
		return;
	client_timer_start(link->context, &link->timer, due > now ? due - now : 0, on_link_timer,
			   link);
}

void client_link_await(struct client_link *link, struct client_request *request, const char *id)
{
	struct msrp_transaction *t = &request->transaction;

	*t = (struct msrp_transaction){ .id_len = strlen(id) };
	memcpy(t->id, id, t->id_len + 1);
	msrp_transactions_add(&link->transactions, t);
	request->awaited = true;
}

void client_link_request_sent(struct client_link *link, struct client_request *request)
{
	/* The table adds the time of RFC 4975, so subtract the difference to ours first. */
	uint64_t now = client_now(link->context) + link->context->options.response_timeout_ms -
		       MSRP_TRANSACTION_MS;

	if (!request->awaited)
		return;
	msrp_transactions_start(&link->transactions, &request->transaction, now);
	if (!link->timer.running)
		set_timer(link);
}

void client_link_forget(struct client_link *link, struct client_request *request)
{
	if (request->awaited)
		msrp_transactions_remove(&link->transactions, &request->transaction);
	request->awaited = false;
}

/* ---- writing ---- */

int client_link_written(struct client_link *link, size_t len)
{
	struct buf *out = msrp_conn_control(&link->conn);

	if (buf_failed(out)) {
		buf_truncate(out, len);
		return -ENOMEM;
	}
	client_link_kick(link);
	return 0;
}

void client_answer_write(const struct client_answer *answer, unsigned status, const char *comment,
			 struct buf *out)
{
	if (!comment)
		comment = msrp_status_comment(status);
	msrp_write_response(out, answer->id, status, slice_from(comment));
	msrp_write_header(out, MSRP_H_TO_PATH, answer->to_path);
	msrp_write_header(out, MSRP_H_FROM_PATH, answer->from_path);
	msrp_write_end(out, answer->id, '$', false);
}

void client_link_respond(struct client_link *link, const struct client_answer *answer,
			 unsigned status, const char *comment)
{
	struct buf *out = msrp_conn_control(&link->conn);
	size_t before = out->len;

	client_answer_write(answer, status, comment, out);
	/*
	 * Without memory for a response the sender runs into a time-out; there is nothing better.
	 */
	client_link_written(link, before);
}
