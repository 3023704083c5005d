/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decides which client must leave when all seats of a server are taken, so that idle ones do not
 * lock out others.
 */
#include "daemon/serve/server_seat.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "net/address/address.h"

void server_seat_show(struct server_conn *conn, enum server_shown shown)
{
	conn->shown = shown;
	conn->shown_at = ++conn->server->n_shown;
}

void server_seat_name(struct server_conn *conn, int fd)
{
	struct net_address address = { .len = sizeof(address.v6) };
	uint8_t bytes[SERVER_WHO_LEN];
	struct ucred user;
	socklen_t len = sizeof(user);

	if (conn->stream.handle.type == UV_NAMED_PIPE) {
		if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &user, &len) == 0)
			memcpy(conn->who, &user.uid, sizeof(user.uid));
	} else if (getpeername(fd, &address.any, &address.len) == 0) {
		net_address_bytes(&address, bytes);
		net_address_mask(bytes, conn->who);
	}
}

/* The number of clients like CONN, including itself. */
static size_t count_like(const struct server_conn *conn)
{
	const struct server_conn *other;
	size_t n = 0;

	LIST_FOREACH (other, &conn->server->conns, in_server)
		n += other->seated && !other->gone && other->shown == conn->shown &&
		     memcmp(other->who, conn->who, SERVER_WHO_LEN) == 0;
	return n;
}

/* Does A leave before B? */
static bool goes_first(const struct server_conn *a, const struct server_conn *b)
{
	size_t n_a, n_b;

	if (a->shown != b->shown)
		return a->shown < b->shown;
	n_a = count_like(a);
	n_b = count_like(b);
	return n_a == n_b ? a->shown_at < b->shown_at : n_a > n_b;
}

static struct server_conn *find_least(const struct server *server)
{
	struct server_conn *conn, *least = NULL;

	LIST_FOREACH (conn, &server->conns, in_server)
		if (conn->seated && !conn->gone && (!least || goes_first(conn, least)))
			least = conn;
	return least;
}

/* Is it silent only because the loop has not read it yet? */
static bool is_unheard(const struct server_conn *conn)
{
	uv_os_fd_t fd;
	int n = 0;

	return conn->shown == SHOWN_NOTHING && server_conn_fd(conn, &fd) == 0 &&
	       ioctl(fd, FIONREAD, &n) == 0 && n > 0;
}

static void free_a_seat(struct server *server)
{
	struct server_conn *least = find_least(server);

	while (is_unheard(least)) {
		server_seat_show(least, SHOWN_BYTES);
		least = find_least(server);
	}
	server_conn_close(least);
}

void server_seat_take(struct server_conn *conn)
{
	struct server *server = conn->server;

	if (server->n_seated >= server->kind->conns_max)
		free_a_seat(server);
	conn->seated = true;
	server->n_seated++;
	server_seat_show(conn, SHOWN_NOTHING);
}
