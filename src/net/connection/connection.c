/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life of a connection: opening, the work of each turn of the loop, lingering, closing.
 * stream.c reads and writes.
 */
#include "net/connection/connection.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "net/connection/connect.h"
#include "net/connection/connection_state.h"
#include "net/connection/handoff.h"
#include "net/connection/waiting_room.h"
#include "net/context_state.h"
#include "net/proxy/proxy_header.h"

static void ignore(void *arg)
{
}

static int ignore_recv(void *arg, const uint8_t *in, size_t len)
{
	return 0;
}

static size_t pull_nothing(void *arg, const uint8_t **ret_out)
{
	return 0;
}

static void ignore_sent(void *arg, size_t len)
{
}

static bool read_nothing(void *arg)
{
	return false;
}

static void ignore_closed(void *arg, int err, const char *why)
{
}

/* The user of a connection before it has one, and after it was abandoned. */
static const struct net_conn_user nobody = {
	.opened = ignore,
	.recv = ignore_recv,
	.eof = ignore,
	.pull = pull_nothing,
	.sent = ignore_sent,
	.want_read = read_nothing,
	.closed = ignore_closed,
};

void net_conn_mark(struct net_conn *conn)
{
	if (conn->state != NET_CONN_CLOSED)
		net_context_mark(conn->context, conn);
}

void net_conn_end(struct net_conn *conn, int err, const char *why)
{
	if (conn->ended)
		return;
	conn->ended = true;
	conn->err = err;
	/* Without memory for the reason, the text of the error has to do. */
	conn->why = why ? strdup(why) : NULL;
	net_conn_mark(conn);
}

void net_conn_fail(struct net_conn *conn, int err, const char *prefix)
{
	char why[2 * NET_WHY_MAX];
	const char *text = conn->transport->why;

	snprintf(why, sizeof(why), "%s%s", prefix, text ? text : uv_strerror(err));
	net_conn_end(conn, err, why);
}

/* Waiting is worthwhile while the other side still takes bytes. */
static void on_linger_timeout(struct net_conn *conn)
{
	int unacked = 0;

	ioctl(conn->transport->fd, SIOCOUTQ, &unacked);
	if (unacked > 0 && (conn->unacked == 0 || unacked < conn->unacked) &&
	    ++conn->n_lingers < NET_CONN_LINGERS_MAX) {
		conn->unacked = unacked;
		net_conn_start_timer(conn, NET_CONN_CLOSE_MS);
	} else {
		net_conn_end(conn, 0, NULL);
	}
}

/* A silent one may be an MSRP client that takes its time. */
static void on_handshake_timeout(struct net_conn *conn)
{
	struct net_websocket *ws = conn->websocket;

	if (conn->waiter)
		net_conn_end(conn, NET_PROXY_FAULT, "time-out before a PROXY header");
	else if (ws && net_websocket_waive(ws))
		net_conn_mark(conn);
	else
		net_conn_end(conn, UV_ETIMEDOUT,
			     ws && ws->under_done ? "time-out before a WebSocket was opened"
						  : "time-out in the TLS handshake");
}

/* While it is not read, its answer cannot be seen. */
static void on_ping_timeout(struct net_conn *conn)
{
	struct net_websocket *ws = conn->websocket;

	if (!net_websocket_look(ws, net_conn_wants_read(conn) && !conn->more_in)) {
		net_conn_end(conn, UV_ETIMEDOUT, "a ping was not answered");
		return;
	}
	net_conn_start_timer(conn, ws->ping_ms);
	net_conn_mark(conn);
}

void net_conn_timed_out(struct net_conn *conn)
{
	switch (conn->state) {
	case NET_CONN_CONNECTING:
		net_conn_end(conn, UV_ETIMEDOUT, net_connector_timeout_text(conn->connector));
		break;
	case NET_CONN_HANDSHAKE:
		on_handshake_timeout(conn);
		break;
	case NET_CONN_OPEN:
		if (!conn->closing)
			on_ping_timeout(conn);
		else
			net_conn_end(conn, UV_ETIMEDOUT, "time-out while sending the rest");
		break;
	case NET_CONN_LINGER:
		on_linger_timeout(conn);
		break;
	case NET_CONN_CLOSED:
		break;
	}
}

void net_conn_start_timer(struct net_conn *conn, unsigned ms)
{
	int err = net_context_start_timeout(conn->context, conn, ms);

	if (err)
		net_conn_end(conn, err, NULL);
}

int net_conn_new(struct net_context *context, struct net_conn **ret_conn)
{
	struct net_conn *conn = calloc(1, sizeof(*conn));

	if (!conn)
		return -ENOMEM;
	conn->context = context;
	conn->user = &nobody;
	conn->state = NET_CONN_CONNECTING;
	conn->handshake_ms = NET_CONN_TIMEOUT_MS;
	net_context_add_conn(context, conn);
	*ret_conn = conn;
	return 0;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct net_conn *conn = CONTAINER_OF(poll, struct net_conn, poll);

	/* The call that runs into a socket's error reports it best; libuv has stopped polling. */
	if (status < 0) {
		events = conn->events;
		conn->events = 0;
	}
	if (events & UV_READABLE) {
		conn->transport->drained = false;
		if (conn->state == NET_CONN_OPEN && !conn->ended)
			net_conn_read(conn);
		else
			conn->more_in = true;
	}
	if (events & UV_WRITABLE) {
		conn->write_blocked = false;
		if (conn->read_waits_for_write)
			conn->more_in = true;
		conn->read_waits_for_write = false;
	}
	net_conn_mark(conn);
}

void net_conn_set_transport(struct net_conn *conn, struct net_transport *transport,
			    const struct net_address *peer)
{
	struct net_address local = { .len = sizeof(local.v6) };
	int err;

	conn->transport = transport;
	conn->state = NET_CONN_HANDSHAKE;
	conn->peer.address = *peer;
	if (getsockname(transport->fd, &local.any, &local.len) == 0)
		conn->local = local;
	err = uv_poll_init(conn->context->loop, &conn->poll, transport->fd);
	if (err)
		net_conn_end(conn, err, NULL);
	else
		conn->has_poll = true;
	net_conn_mark(conn);
}

static enum net_web web_of(const struct net_protocol *protocol)
{
	if (!protocol->websocket)
		return NET_WEB_NEVER;
	return protocol->either ? NET_WEB_MAYBE : NET_WEB_ALWAYS;
}

static int new_for(struct net_context *context, const struct net_protocol *protocol,
		   struct net_conn **ret_conn)
{
	struct net_websocket *websocket = NULL;
	int err = -ENOMEM;

	if (protocol->websocket) {
		websocket = net_websocket_new(protocol->websocket, protocol->either);
		if (!websocket)
			return err;
	}
	err = net_conn_new(context, ret_conn);
	if (err)
		net_websocket_free(websocket);
	else
		(*ret_conn)->websocket = websocket;
	return err;
}

int net_conn_new_accepted(struct net_context *context, int fd, const struct net_address *peer,
			  const struct net_protocol *protocol, struct net_conn **ret_conn)
{
	struct net_transport *transport;
	struct net_conn *conn;
	int err;

	if (protocol->tls)
		err = net_tls_accept_new(context, fd, protocol->tls, web_of(protocol),
					 protocol->clients, &transport);
	else
		err = net_tcp_new(context, fd, &transport);
	if (err)
		return err;
	err = new_for(context, protocol, &conn);
	if (err) {
		transport->ops->free(transport);
		return err;
	}
	transport->watched = true;
	net_conn_start_timer(conn, conn->handshake_ms);
	net_conn_set_transport(conn, transport, peer);
	*ret_conn = conn;
	return 0;
}

static void conn_free(struct net_conn *conn)
{
	net_context_unref(conn->context);
	net_websocket_free(conn->websocket);
	buf_done(&conn->early);
	free(conn->why);
	free(conn);
}

static void on_conn_poll_close(uv_handle_t *handle)
{
	conn_free(CONTAINER_OF(handle, struct net_conn, poll));
}

void net_conn_give_back(struct net_conn *conn)
{
	net_context_unmark(conn->context, conn);
	net_context_stop_timeout(conn->context, conn);
	conn->state = NET_CONN_CLOSED;
	net_context_remove_conn(conn->context, conn);
	if (conn->has_poll)
		uv_close((uv_handle_t *)&conn->poll, on_conn_poll_close);
	else
		conn_free(conn);
}

static void finish_conn(struct net_conn *conn)
{
	struct net_transport *transport = conn->transport;
	const char *why = conn->why;

	if (conn->state == NET_CONN_CLOSED)
		return; /* a callback freed the whole context */
	if (conn->refused)
		conn->err = -EPROTO;
	/* A transport may also know why it was closed in good order. */
	if (!why && transport)
		why = transport->why;
	if (!why)
		why = conn->err ? uv_strerror(conn->err) : "closed";
	net_context_unmark(conn->context, conn);
	conn->state = NET_CONN_CLOSED;
	conn->connector = net_connector_free(conn->connector);
	conn->handoff = net_handoff_free(conn->handoff);
	if (conn->waiter)
		net_waiter_end(conn, conn->err, why);
	conn->user->closed(conn->arg, conn->err, why);
	conn->transport = NULL;
	net_conn_give_back(conn);
	/* Only now, because libuv must release the descriptor before its number is reused. */
	if (transport)
		transport->ops->free(transport);
}

/* Every change is a system call or two, so do nothing if nothing changes. */
static void update_poll(struct net_conn *conn)
{
	int events = conn->write_blocked ? UV_WRITABLE : 0;

	if (conn->state == NET_CONN_HANDSHAKE)
		events = conn->handshake_wants == NET_WANT_WRITE ? UV_WRITABLE : UV_READABLE;
	else if (conn->state == NET_CONN_LINGER)
		events = UV_READABLE;
	else if (net_conn_wants_read(conn))
		events |= UV_READABLE;
	if (events == conn->events)
		return;
	conn->events = events;
	if (events)
		uv_poll_start(&conn->poll, events, on_poll);
	else
		uv_poll_stop(&conn->poll);
}

static void work_open(struct net_conn *conn)
{
	if (conn->more_in && !conn->read_waits_for_write)
		net_conn_read(conn);
	net_conn_send(conn);
}

/* Closing before it is connected: continue only if there is something to send. */
static void work_unopened(struct net_conn *conn)
{
	const uint8_t *out;

	if (conn->closing && conn->user->pull(conn->arg, &out) == 0)
		net_conn_end(conn, 0, NULL);
	else if (conn->state == NET_CONN_HANDSHAKE)
		net_conn_handshake(conn);
}

void net_conn_send(struct net_conn *conn)
{
	if (conn->state == NET_CONN_OPEN && !conn->ended && !conn->write_blocked)
		net_conn_write(conn);
}

void net_conn_work(struct net_conn *conn)
{
	if (conn->state == NET_CONN_CLOSED)
		return;
	if (!conn->ended) {
		if (conn->state == NET_CONN_OPEN)
			work_open(conn);
		else if (conn->state == NET_CONN_LINGER)
			net_conn_discard(conn);
		else
			work_unopened(conn);
	}
	if (conn->ended)
		finish_conn(conn);
	else if (conn->handoff && !conn->closing)
		net_conn_hand_over(conn);
	else if (conn->transport)
		update_poll(conn);
}

void net_conn_set_user(struct net_conn *conn, const struct net_conn_user *user, void *arg)
{
	conn->user = user;
	conn->arg = arg;
	net_conn_mark(conn);
}

void net_conn_kick(struct net_conn *conn)
{
	net_conn_mark(conn);
}

void net_conn_close(struct net_conn *conn)
{
	if (conn->closing || conn->ended)
		return;
	conn->closing = true;
	if (conn->state == NET_CONN_OPEN)
		net_conn_start_timer(conn, NET_CONN_CLOSE_MS);
	net_conn_mark(conn);
}

void net_conn_go_away(struct net_conn *conn)
{
	if (conn->websocket)
		net_websocket_set_code(conn->websocket, NET_WEBSOCKET_GOING_AWAY);
}

void net_conn_abort(struct net_conn *conn)
{
	net_conn_end(conn, 0, NULL);
}

void net_conn_abandon(struct net_conn *conn)
{
	conn->user = &nobody;
	conn->arg = NULL;
	net_conn_end(conn, 0, NULL);
}

const struct net_peer_info *net_conn_peer(const struct net_conn *conn)
{
	return &conn->peer;
}

bool net_conn_peer_is(const struct net_conn *conn, const char *host)
{
	struct net_transport *t = conn->transport;

	return conn->peer.verified && t && t->ops->peer_is(t, host);
}

bool net_conn_has_others(const struct net_conn *conn)
{
	return conn->has_others;
}

const struct net_address *net_conn_local(const struct net_conn *conn)
{
	return &conn->local;
}

void net_conn_set_handshake_timeout(struct net_conn *conn, unsigned ms)
{
	conn->handshake_ms = ms;
	if (conn->state == NET_CONN_HANDSHAKE)
		net_conn_start_timer(conn, ms);
}
