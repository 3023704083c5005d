/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void __wrap_net_conn_set_user(struct net_conn *conn, const struct net_conn_user *user, void *arg);
void __wrap_net_conn_kick(struct net_conn *conn);
void __wrap_net_conn_close(struct net_conn *conn);
void __wrap_net_conn_go_away(struct net_conn *conn);
void __wrap_net_conn_abort(struct net_conn *conn);
void __wrap_net_conn_abandon(struct net_conn *conn);
const struct net_peer_info *__wrap_net_conn_peer(const struct net_conn *conn);
const struct net_address *__wrap_net_conn_local(const struct net_conn *conn);
bool __wrap_net_conn_peer_is(const struct net_conn *conn, const char *host);
struct net_certificate *__wrap_net_conn_certificate(const struct net_conn *conn);
int __wrap_net_conn_connect(struct net_context *context, const struct net_connect_options *options,
			    const struct net_conn_user *user, void *arg,
			    struct net_conn **ret_conn);
int __wrap_net_conn_detach(struct net_conn *conn, const uint8_t *in, size_t len,
			   net_detached_fn detached);
int __wrap_net_conn_attach(struct net_context *context, struct net_handoff *handoff,
			   const struct net_conn_user *user, void *arg, struct net_conn **ret_conn);
struct net_handoff *__wrap_net_handoff_free(struct net_handoff *handoff);

struct net_conn *(*wire_dial)(void);

void __wrap_net_conn_set_user(struct net_conn *conn, const struct net_conn_user *user, void *arg)
{
	conn->user = user;
	conn->arg = arg;
}

/* The client checks it when it comes back, anyway. */
void __wrap_net_conn_kick(struct net_conn *conn)
{
	if (!conn->user)
		abort();
}

void __wrap_net_conn_close(struct net_conn *conn)
{
	if (!conn->user)
		abort();
	conn->closing = true;
}

void __wrap_net_conn_go_away(struct net_conn *conn)
{
}

void __wrap_net_conn_abort(struct net_conn *conn)
{
	if (!conn->user)
		abort();
	conn->aborted = true;
}

/* Also for a connection that was accepted and has no user. */
void __wrap_net_conn_abandon(struct net_conn *conn)
{
	conn->user = NULL;
	conn->detached = NULL;
}

const struct net_peer_info *__wrap_net_conn_peer(const struct net_conn *conn)
{
	return &conn->peer;
}

const struct net_address *__wrap_net_conn_local(const struct net_conn *conn)
{
	return &conn->peer.address;
}

/* Nobody has a certificate. */
bool __wrap_net_conn_peer_is(const struct net_conn *conn, const char *host)
{
	return false;
}

struct net_certificate *__wrap_net_conn_certificate(const struct net_conn *conn)
{
	return NULL;
}

int __wrap_net_conn_connect(struct net_context *context, const struct net_connect_options *options,
			    const struct net_conn_user *user, void *arg, struct net_conn **ret_conn)
{
	struct net_conn *conn = wire_dial ? wire_dial() : NULL;

	if (!conn)
		return -ENOMEM;
	conn->user = user;
	conn->arg = arg;
	*ret_conn = conn;
	return 0;
}

/* Unused input comes again, before everything else. */
int __wrap_net_conn_detach(struct net_conn *conn, const uint8_t *in, size_t len,
			   net_detached_fn detached)
{
	struct buf all = { 0 };

	if (conn->detached)
		abort();
	buf_add(&all, in, len);
	buf_add_slice(&all, buf_slice(&conn->in));
	if (buf_failed(&all))
		abort();
	buf_done(&conn->in);
	conn->in = all;
	conn->detached = detached;
	return 0;
}

int __wrap_net_conn_attach(struct net_context *context, struct net_handoff *handoff,
			   const struct net_conn_user *user, void *arg, struct net_conn **ret_conn)
{
	struct net_conn *conn = (struct net_conn *)handoff;

	if (conn->user)
		abort();
	conn->user = user;
	conn->arg = arg;
	conn->opens = true;
	*ret_conn = conn;
	return 0;
}

struct net_handoff *__wrap_net_handoff_free(struct net_handoff *handoff)
{
	if (handoff && ((struct net_conn *)handoff)->user)
		abort();
	return NULL;
}

void wire_init(struct net_conn *conn)
{
	*conn = (struct net_conn){ .read_size = SIZE_MAX };
	if (net_address_parse("192.0.2.1", 2855, &conn->peer.address) != 0)
		abort();
}

void wire_done(struct net_conn *conn)
{
	buf_done(&conn->in);
	buf_done(&conn->out);
}

void wire_open(struct net_conn *conn)
{
	conn->opens = true;
}

static void end(struct net_conn *conn, int err, const char *why)
{
	const struct net_conn_user *user = conn->user;

	conn->user = NULL;
	conn->detached = NULL;
	user->closed(conn->arg, err, why);
}

void wire_break(struct net_conn *conn)
{
	if (conn->user)
		end(conn, -ECONNRESET, "connection reset by peer");
}

/* False: there is nothing to be sent. */
static bool send_some(struct net_conn *conn)
{
	const uint8_t *bytes;
	size_t len;

	if (!conn->user || conn->aborted || conn->stalled || conn->detached)
		return false;
	len = conn->user->pull(conn->arg, &bytes);
	if (len == 0 || !conn->user)
		return false;
	buf_add(&conn->out, bytes, len);
	conn->user->sent(conn->arg, len);
	return true;
}

/* In a block of its own, so that the sanitizer sees its end. */
static void give(struct net_conn *conn, size_t len)
{
	uint8_t *copy = malloc(len);
	int err;

	if (!copy)
		abort();
	memcpy(copy, buf_data(&conn->in), len);
	buf_consume(&conn->in, len);
	err = conn->user->recv(conn->arg, copy, len);
	free(copy);
	if (err && conn->user)
		end(conn, err, "the input was refused");
}

static bool receive_some(struct net_conn *conn)
{
	if (!conn->user || conn->closing || conn->aborted || conn->detached ||
	    !conn->user->want_read(conn->arg))
		return false;
	if (conn->in.len > 0) {
		give(conn, conn->in.len < conn->read_size ? conn->in.len : conn->read_size);
		return true;
	}
	if (!conn->eof || conn->eof_told)
		return false;
	conn->eof_told = true;
	conn->user->eof(conn->arg);
	return true;
}

static bool tell_opened(struct net_conn *conn)
{
	if (!conn->user || !conn->opens)
		return false;
	conn->opens = false;
	conn->opened = true;
	conn->user->opened(conn->arg);
	return true;
}

/* Leaves for another context, unless it was closed meanwhile. */
static bool leave(struct net_conn *conn)
{
	net_detached_fn detached = conn->detached;

	if (!conn->user || !detached)
		return false;
	conn->user = NULL;
	conn->detached = NULL;
	detached(conn->arg, (struct net_handoff *)conn);
	return true;
}

bool wire_move(struct net_conn *conn)
{
	bool moved = tell_opened(conn);

	while (send_some(conn) || receive_some(conn))
		moved = true;
	if (conn->user && (conn->aborted || (conn->closing && !conn->stalled))) {
		end(conn, 0, "closed");
		moved = true;
	}
	return leave(conn) || moved;
}
