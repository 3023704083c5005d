/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Octets in and out of an open connection, driven by the poll events of connection.c. Input goes to
 * the user, output is pulled from it.
 */
#include <errno.h>
#include <sys/socket.h>

#include "net/connection/connection_state.h"
#include "net/connection/waiting_room.h"
#include "net/context_state.h"

enum {
	/* A connection that always has more must not starve the others. */
	READS_PER_TURN = 4, /* of NET_INPUT_SIZE each */
	WRITE_PER_TURN = 256 * 1024,
};

/* It is MSRP without a WebSocket: the octets already read come first. */
static void take_early(struct net_conn *conn)
{
	struct net_websocket *ws = conn->websocket;

	if (!ws || ws->phase != NET_WEBSOCKET_NONE)
		return;
	conn->early = ws->early;
	ws->early = (struct buf){ 0 };
	conn->websocket = net_websocket_free(ws);
}

/*
 * The port of a client behind an HTTP proxy is unknown; the proxy's port tells connections apart. A
 * PROXY header is never overruled: its sender may well let the client write the HTTP header that
 * names the address.
 */
static void take_address(struct net_conn *conn)
{
	in_port_t port = conn->peer.address.v4.sin_port; /* IPv6 has it at the same offset */

	if (!conn->websocket || conn->websocket->address.len == 0 || conn->proxied)
		return;
	conn->peer.address = conn->websocket->address;
	conn->peer.address.v4.sin_port = port;
}

static void on_open(struct net_conn *conn)
{
	struct net_transport *t = conn->transport;

	conn->state = NET_CONN_OPEN;
	take_early(conn);
	conn->peer.secure = t->secure;
	conn->peer.websocket = conn->websocket != NULL;
	take_address(conn);
	conn->peer.verified = t->ops->peer_verified(t);
	/* TLS may have read beyond the handshake. */
	conn->more_in = true;
	net_context_stop_timeout(conn->context, conn);
	if (conn->websocket && conn->websocket->ping_ms > 0)
		net_conn_start_timer(conn, conn->websocket->ping_ms);
	if (conn->closing)
		net_conn_start_timer(conn, NET_CONN_CLOSE_MS);
	else
		conn->user->opened(conn->arg);
	net_conn_mark(conn);
}

static void finish_output(struct net_conn *conn);

/* They have their answer, which only has to arrive. The user never learns of this connection. */
static void on_refused(struct net_conn *conn)
{
	conn->state = NET_CONN_OPEN;
	conn->refused = true;
	conn->closing = true;
	net_conn_start_timer(conn, NET_CONN_CLOSE_MS);
	finish_output(conn);
}

void net_conn_handshake(struct net_conn *conn)
{
	struct net_transport *t = conn->transport;
	struct net_websocket *ws = conn->websocket;
	int r = conn->waiter ? net_waiter_step(conn) : 0;

	if (r == 0 && !conn->ended)
		r = ws ? net_websocket_handshake(ws, t) : t->ops->handshake(t);
	if (conn->ended)
		return;
	if (r == 0)
		on_open(conn);
	else if (r < 0)
		net_conn_fail(conn, r, ws && ws->under_done ? "" : "TLS handshake: ");
	else if (r == NET_REFUSED)
		on_refused(conn);
	else if (r == NET_NEXT_TURN)
		net_conn_mark(conn);
	else
		conn->handshake_wants = r;
}

bool net_conn_wants_read(struct net_conn *conn)
{
	return !conn->in_eof && !conn->ended &&
	       (conn->closing || (!conn->handoff && conn->user->want_read(conn->arg)));
}

/*
 * While closing, input is read and discarded: a peer that reads only after it has got rid of its
 * own output would otherwise never get our last bytes.
 */
static void deliver_input(struct net_conn *conn, const uint8_t *in, size_t len)
{
	int err;

	if (conn->closing)
		return;
	err = conn->user->recv(conn->arg, in, len);
	if (err > 0 && conn->websocket)
		net_conn_break(conn, NET_WEBSOCKET_UNSUPPORTED);
	else if (err)
		net_conn_end(conn, err, err > 0 ? "the input was refused" : NULL);
}

/* After an error there may be more input, which is discarded. */
static void on_stream_eof(struct net_conn *conn)
{
	conn->in_eof = !conn->websocket || conn->websocket->phase != NET_WEBSOCKET_IS_BROKEN;
	if (conn->websocket)
		conn->websocket->end_told = true;
	if (!conn->closing)
		conn->user->eof(conn->arg);
}

/* A browser is told why its WebSocket ends, by a Close that must arrive. */
void net_conn_break(struct net_conn *conn, enum net_websocket_code code)
{
	net_transport_explain(conn->transport, "the input was refused");
	net_websocket_break(conn->websocket, code);
	on_stream_eof(conn);
}

/* Delivers what was read before the connection came to this context. */
static void deliver_early(struct net_conn *conn)
{
	struct buf early = conn->early;

	conn->early = (struct buf){ 0 };
	deliver_input(conn, buf_data(&early), early.len);
	buf_done(&early);
}

/* One read. False if there is no more for now. */
static bool read_once(struct net_conn *conn)
{
	struct net_transport *t = conn->transport;
	uint8_t *in = conn->context->in;
	size_t len;
	int r = conn->websocket ? net_websocket_read(conn->websocket, t, in, NET_INPUT_SIZE, &len)
				: t->ops->read(t, in, NET_INPUT_SIZE, &len);

	if (r == 0) {
		deliver_input(conn, in, len);
		net_context_count_read(conn->context, len);
		return true;
	}
	conn->more_in = r == NET_NEXT_TURN;
	if (r == NET_NEXT_TURN) {
		net_conn_mark(conn);
	} else if (r == NET_EOF) {
		on_stream_eof(conn);
	} else if (r == NET_WANT_WRITE) {
		conn->read_waits_for_write = true;
		conn->write_blocked = true;
	} else if (r < 0) {
		net_conn_fail(conn, r, "");
	}
	return false;
}

void net_conn_read(struct net_conn *conn)
{
	conn->more_in = true;
	if (conn->early.len > 0 && net_conn_wants_read(conn))
		deliver_early(conn);
	for (int n = 0; n < READS_PER_TURN; n++) {
		if (!net_conn_wants_read(conn) || !read_once(conn))
			return;
	}
	net_conn_mark(conn);
}

/*
 * The peer may have sent a last word before it went away; a failed write must not keep it from the
 * user.
 */
static void on_write_failed(struct net_conn *conn, int err)
{
	conn->transport->drained = false;
	net_conn_read(conn);
	net_conn_fail(conn, err, "");
}

/* A message is begun as a whole, because it is short; otherwise ROOM limits how much may go. */
static int write_some(struct net_conn *conn, const uint8_t *out, size_t len, size_t room,
		      size_t *ret_taken)
{
	struct net_transport *t = conn->transport;

	if (conn->websocket)
		return net_websocket_write(conn->websocket, t, out, len, ret_taken);
	return t->ops->write(t, out, len < room ? len : room, ret_taken);
}

/* Pulls until there is no more or the socket is full. Adds the number of taken bytes to *SENT. */
static int pull_and_write(struct net_conn *conn, size_t *sent)
{
	const uint8_t *out;
	size_t len, taken;
	int r = 0;

	if (conn->websocket)
		r = net_websocket_write_control(conn->websocket, conn->transport);
	while (r == 0 && *sent < WRITE_PER_TURN) {
		len = conn->user->pull(conn->arg, &out);
		if (len == 0 || conn->ended)
			break;
		r = write_some(conn, out, len, WRITE_PER_TURN - *sent, &taken);
		*sent += taken;
		if (taken > 0)
			conn->user->sent(conn->arg, taken);
		if (conn->ended)
			break;
	}
	return r;
}

/* Everything is sent: says so, and waits for the other side to say the same. */
static void finish_output(struct net_conn *conn)
{
	struct net_transport *t = conn->transport;
	int r;

	if (!conn->end_said && conn->websocket)
		net_websocket_say_end(conn->websocket, t);
	if (!conn->end_said)
		t->ops->say_end(t);
	conn->end_said = true;
	r = net_output_flush(&t->output);
	if (r == NET_WANT_WRITE) {
		conn->write_blocked = true;
	} else if (r < 0 || conn->in_eof) {
		net_conn_end(conn, r, NULL);
	} else {
		shutdown(t->fd, SHUT_WR);
		conn->state = NET_CONN_LINGER;
		conn->more_in = true;
		conn->unacked = 0;
		net_conn_start_timer(conn, NET_CONN_CLOSE_MS);
		net_conn_mark(conn);
	}
}

void net_conn_write(struct net_conn *conn)
{
	size_t sent = 0;
	int r = conn->refused ? 0 : pull_and_write(conn, &sent);
	int flushed;

	if (conn->ended) {
		/* The gathered bytes are lost; the next connection must not find them. */
		conn->context->out.len = 0;
		return;
	}
	flushed = net_output_flush(&conn->transport->output);
	if (r >= 0 && flushed != 0)
		r = flushed;
	conn->write_blocked = r == NET_WANT_WRITE;
	if (r >= 0 && flushed == 0 && conn->user->flushed)
		conn->user->flushed(conn->arg);
	if (conn->ended)
		return;
	if (sent > 0 && conn->closing)
		net_conn_start_timer(conn, NET_CONN_CLOSE_MS);
	if (r < 0)
		on_write_failed(conn, r);
	else if (sent >= WRITE_PER_TURN && !conn->write_blocked)
		net_conn_mark(conn);
	else if (conn->closing && !conn->write_blocked)
		finish_output(conn);
}

/* Unread input would turn our close() into a reset, which may destroy our last bytes. */
void net_conn_discard(struct net_conn *conn)
{
	size_t len;
	int r = 0;

	for (int n = 0; n < READS_PER_TURN && r == 0; n++)
		r = net_transport_recv(conn->transport, conn->context->in, NET_INPUT_SIZE, &len);
	if (r == 0)
		net_conn_mark(conn);
	else if (r != NET_WANT_READ)
		net_conn_end(conn, 0, NULL);
}
