/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes the header from the socket, and no octet after it, because that is for TLS to read.
 */
#include "net/connection/waiting_room.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "net/connection/connection_state.h"
#include "net/context_state.h"
#include "net/proxy/proxy_header.h"

struct net_waiter {
	struct net_waiting_room *room;
	struct net_conn *conn;
	TAILQ_ENTRY(net_waiter) in_room;
	struct buf early; /* of the incomplete header */
};

void net_waiting_room_init(struct net_waiting_room *room, const struct net_waiting_room_user *user,
			   void *arg)
{
	*room = (struct net_waiting_room){ .user = user, .arg = arg };
	TAILQ_INIT(&room->waiters);
}

/* Frees the waiter, but not its connection. */
static void leave_waiting_room(struct net_waiter *waiter)
{
	TAILQ_REMOVE(&waiter->room->waiters, waiter, in_room);
	waiter->room->n--;
	waiter->conn->waiter = NULL;
	buf_done(&waiter->early);
	free(waiter);
}

void net_waiting_room_done(struct net_waiting_room *room)
{
	struct net_waiter *waiter;

	while ((waiter = TAILQ_FIRST(&room->waiters))) {
		struct net_conn *conn = waiter->conn;

		leave_waiting_room(waiter);
		net_conn_abandon(conn);
	}
}

bool net_waiting_room_make_place(struct net_waiting_room *room)
{
	struct net_waiter *waiter;

	TAILQ_FOREACH (waiter, &room->waiters, in_room) {
		if (waiter->conn->ended)
			continue; /* its descriptor is about to be free */
		net_conn_end(waiter->conn, NET_PROXY_FAULT,
			     "too many connections without a PROXY header");
		return true;
	}
	return room->n > 0;
}

int net_waiting_room_add(struct net_waiting_room *room, struct net_conn *conn)
{
	struct net_waiter *waiter = calloc(1, sizeof(*waiter));

	if (!waiter)
		return -ENOMEM;
	if (room->n >= NET_WAITERS_MAX)
		net_waiting_room_make_place(room);
	waiter->room = room;
	waiter->conn = conn;
	conn->waiter = waiter;
	TAILQ_INSERT_TAIL(&room->waiters, waiter, in_room);
	room->n++;
	net_conn_start_timer(conn, NET_WAIT_MS);
	return 0;
}

/* Takes LEN octets that were peeked at from the socket. Returns 0 or a negative errno. */
static int take_header(int fd, uint8_t *out, size_t len)
{
	ssize_t n = recv(fd, out, len, 0);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EIO;
}

/* Parses the header so far, with LEN more octets at IN. */
static int parse(struct net_waiter *waiter, const uint8_t *in, size_t len,
		 struct net_proxy_header *header)
{
	buf_add(&waiter->early, in, len);
	if (buf_failed(&waiter->early))
		return -ENOMEM;
	return net_proxy_header_parse(buf_data(&waiter->early), waiter->early.len, header);
}

/* Returns 0 if the header has been read; otherwise a result of a transport. */
static int read_header(struct net_waiter *waiter, struct net_proxy_header *header)
{
	struct net_transport *t = waiter->conn->transport;
	uint8_t *in = t->context->in;
	size_t before = waiter->early.len;
	ssize_t n = recv(t->fd, in, NET_PROXY_HEADER_MAX - before, MSG_PEEK);
	int r, err;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? NET_WANT_READ : -errno;
	if (n == 0)
		return NET_EOF;
	r = parse(waiter, in, (size_t)n, header);
	if (r < 0)
		return r;
	if (r == NET_PROXY_BAD) {
		net_transport_explain(t, header->why);
		return NET_PROXY_FAULT;
	}
	err = take_header(t->fd, in, r == NET_PROXY_MORE ? (size_t)n : header->len - before);
	if (err)
		return err;
	return r == NET_PROXY_MORE ? NET_WANT_READ : 0;
}

/* A port check closes the connection again, without sending anything. */
static int on_eof(const struct net_waiter *waiter)
{
	bool silent = waiter->early.len == 0;

	net_transport_explain(waiter->conn->transport,
			      silent ? "the proxy closed the connection"
				     : "the proxy closed the connection in its header");
	return silent ? -ECONNRESET : NET_PROXY_FAULT;
}

static void let_in(struct net_waiter *waiter, const struct net_proxy_header *header)
{
	const struct net_waiting_room *room = waiter->room;
	struct net_conn *conn = waiter->conn;

	if (header->source.len > 0) {
		conn->peer.address = header->source;
		conn->proxied = true;
	}
	leave_waiting_room(waiter);
	net_conn_start_timer(conn, conn->handshake_ms);
	room->user->let_in(room->arg, conn);
}

int net_waiter_step(struct net_conn *conn)
{
	struct net_waiter *waiter = conn->waiter;
	struct net_proxy_header header;
	int r = read_header(waiter, &header);

	if (r == NET_EOF)
		r = on_eof(waiter);
	if (r == 0)
		let_in(waiter, &header);
	else if (r < 0)
		net_conn_fail(conn, r, "");
	return r < 0 ? 0 : r;
}

void net_waiter_end(struct net_conn *conn, int err, const char *why)
{
	struct net_waiter *waiter = conn->waiter;
	const struct net_waiting_room *room = waiter->room;

	leave_waiting_room(waiter);
	if (err == NET_PROXY_FAULT)
		room->user->refused(room->arg, &conn->peer.address, why);
}
