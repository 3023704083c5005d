/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection whose session is not known yet: its first head decides, or its silence.
 */
#include "client/connect/server.h"

#include <errno.h>
#include <stdlib.h>

#include "client/link/logger.h"
#include "client/link/paths.h"
#include "msrp/report.h"
#include "msrp/result.h"
#include "msrp/writer.h"

static void free_discarded_guest(struct client_garbage *garbage)
{
	struct server_guest *g = CONTAINER_OF(garbage, struct server_guest, garbage);

	msrp_peek_done(&g->peek);
	buf_done(&g->out);
	free(g->from_path);
	free(g);
}

void client_guest_free(struct server_guest *g)
{
	TAILQ_REMOVE(&g->server->guests, g, in_server);
	g->server->n_guests--;
	client_timer_stop(g->server->context, &g->timer);
	if (g->conn)
		net_conn_abandon(g->conn);
	net_handoff_free(g->handoff);
	client_discard(g->server->context, &g->garbage, free_discarded_guest);
}

/* If acceptors share a server, nobody knows which one the guest was for. */
static void on_silence(void *arg)
{
	struct server_guest *g = arg;
	struct server_acceptor *sole = g->server->sole;

	client_guest_free(g);
	if (sole)
		client_acceptor_met_silence(sole);
}

/* Once open, it has the usual time to bind; but only from when somebody waits for it. */
static void start_time(struct server_guest *g)
{
	const struct msrp_server *server = g->server;

	if (!server->sole || server->sole->waiting)
		client_timer_start(server->context, &g->timer,
				   server->context->options.bind_timeout_ms, on_silence, g);
}

void client_guests_start_time(struct msrp_server *server)
{
	struct server_guest *g;

	TAILQ_FOREACH (g, &server->guests, in_server)
		if (g->opened)
			start_time(g);
}

/* ---- the first head ---- */

static struct server_acceptor *find_acceptor(struct msrp_server *server,
					     const struct msrp_message *m)
{
	struct slice id = msrp_path_first(&m->to)->session_id;
	struct server_acceptor *a;

	HASH_FIND_SEEDED(server->context->seed, server->expected, id.p, id.len, a);
	return a && client_paths_to_us(&m->to, &a->own, a->base.use_sessmatch) ? a : NULL;
}

/* Sends an error response, and closes when that is sent. */
static void refuse_guest(struct server_guest *g, const struct msrp_message *m, unsigned status)
{
	const struct msrp_logger *logger = g->server->logger;
	char peer[NET_ADDRESS_TEXT_MAX];
	struct buf *out = &g->out;

	net_address_format(&net_conn_peer(g->conn)->address, peer);
	client_log(logger, logger->warn, &(struct msrp_log_source){ .local = "", .peer = peer },
		   "a connection is refused with %u: %s", status, msrp_status_comment(status));
	if (m->method != MSRP_REPORT && m->failure_report != MSRP_FAILURE_NO) {
		msrp_write_response(out, m->id, status, slice_from(msrp_status_comment(status)));
		msrp_write_header(out, MSRP_H_TO_PATH, msrp_path_first(&m->from)->text);
		msrp_write_header(out, MSRP_H_FROM_PATH, msrp_path_first(&m->to)->text);
		msrp_write_end(out, m->id, '$', false);
		if (buf_failed(out))
			buf_reset(out, 0);
	}
	net_conn_close(g->conn);
}

static void on_detached(void *arg, struct net_handoff *handoff)
{
	struct server_guest *g = arg;
	struct msrp_context *context = g->server->context;

	g->conn = NULL;
	g->handoff = handoff;
	client_enter(context);
	if (g->wanted)
		client_acceptor_receive(g->wanted);
	else
		client_guest_free(g); /* the session was given up meanwhile */
	client_leave(context);
}

static void admit_guest(struct server_guest *g, const struct msrp_message *m,
			struct server_acceptor *a)
{
	g->from_path = slice_dup(m->from.text);
	if (!g->from_path || net_conn_detach(g->conn, (const uint8_t *)g->peek.all.p,
					     g->peek.all.len, on_detached) != 0) {
		net_conn_abort(g->conn);
		return;
	}
	g->wanted = a;
}

static void judge_guest(struct server_guest *g, const struct msrp_message *m)
{
	struct server_acceptor *a;

	if (!m->is_request || m->method == MSRP_REPORT) {
		net_conn_abort(g->conn);
		return;
	}
	a = find_acceptor(g->server, m);
	if (!a && m->method != MSRP_SEND)
		refuse_guest(g, m, MSRP_UNKNOWN_METHOD);
	else if (a && a->bound)
		refuse_guest(g, m, MSRP_SESSION_IN_USE);
	else if (!a || !client_acceptor_awaits(a, &m->from))
		refuse_guest(g, m, MSRP_NO_SESSION);
	else
		admit_guest(g, m, a);
}

/* ---- what the connection tells ---- */

static void on_guest_opened(void *arg)
{
	struct server_guest *g = arg;

	g->opened = true;
	start_time(g);
}

/* Closes on unreadable input: it is bound to no session yet, and nobody shares its connection. */
static int on_recv(void *arg, const uint8_t *in, size_t len)
{
	struct server_guest *g = arg;
	struct msrp_message head;
	int err = msrp_peek_head(&g->peek, in, len, &head);

	if (err == MSRP_MORE)
		return 0;
	if (err < 0)
		return err;
	if (err)
		net_conn_abort(g->conn);
	else
		judge_guest(g, &head);
	msrp_peek_done(&g->peek);
	return 0;
}

static void on_guest_eof(void *arg)
{
	struct server_guest *g = arg;

	net_conn_close(g->conn);
}

static size_t on_pull(void *arg, const uint8_t **ret_out)
{
	struct server_guest *g = arg;

	*ret_out = buf_data(&g->out);
	return g->out.len;
}

static void on_guest_sent(void *arg, size_t len)
{
	struct server_guest *g = arg;

	buf_consume(&g->out, len);
}

static bool guest_wants_read(void *arg)
{
	struct server_guest *g = arg;

	return !g->wanted;
}

static void on_guest_closed(void *arg, int err, const char *why)
{
	struct server_guest *g = arg;

	struct server_acceptor *a = g->server->sole ? g->server->sole : g->wanted;

	g->conn = NULL;
	client_guest_free(g);
	if (a)
		client_acceptor_lost(a);
}

static const struct net_conn_user conn_user = {
	.opened = on_guest_opened,
	.recv = on_recv,
	.eof = on_guest_eof,
	.pull = on_pull,
	.sent = on_guest_sent,
	.want_read = guest_wants_read,
	.closed = on_guest_closed,
};

static void make_room_for_guest(struct msrp_server *server)
{
	struct server_guest *g;

	TAILQ_FOREACH (g, &server->guests, in_server) {
		if (!g->wanted) {
			client_guest_free(g);
			return;
		}
	}
}

void client_guest_new(struct msrp_server *server, struct net_conn *conn)
{
	size_t max = server->sole ? SERVER_SOLE_GUESTS_MAX : SERVER_GUESTS_MAX;
	struct server_guest *g = calloc(1, sizeof(*g));

	if (g && server->n_guests >= max)
		make_room_for_guest(server);
	if (!g || server->n_guests >= max) {
		net_conn_abandon(conn);
		free(g);
		return;
	}
	g->server = server;
	g->conn = conn;
	TAILQ_INSERT_TAIL(&server->guests, g, in_server);
	server->n_guests++;
	net_conn_set_user(conn, &conn_user, g);
}

struct server_guest *client_guest_of(struct server_acceptor *acceptor)
{
	struct server_guest *g;

	TAILQ_FOREACH (g, &acceptor->server->guests, in_server)
		if (g->wanted == acceptor && g->handoff)
			return g;
	return NULL;
}
