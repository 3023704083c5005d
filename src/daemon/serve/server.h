/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small server on the main thread, for a few clients that send one request after the other: the
 * admin socket, and HTTP for metrics and health. It reads a request, hands it over, and reads no
 * further until it is answered. Number of clients, length of a request and time are limited.
 *
 * Coming first does not secure a seat. When all are taken, a newcomer displaces the client that has
 * shown least: a silent one, then one that has begun a request, then one that was answered, then
 * one that is being answered; among equals one from the address or user with most of them, and of
 * those the one that has waited longest.
 */
#ifndef DAEMON_SERVE_SERVER_H
#define DAEMON_SERVE_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/buf.h"
#include "base/slice.h"
#include "net/address/address.h"

struct server;
struct server_conn;

struct server_kind {
	size_t conns_max;   /* beyond this a newcomer displaces one */
	size_t request_max; /* bytes */
	uint64_t
	    patience_ms; /* for a whole request to arrive, and for an answer to make progress */

	/* The length of the request at the start of IN with its end; 0: it is incomplete. */
	size_t (*find_end)(struct slice in);
	/* May the client at the other end of FD ask? NULL: every client may. */
	bool (*admit)(void *arg, int fd);
	/*
	 * Called with a whole request, valid during the call. server_finish() must follow once, now
	 * or later, whatever happens to the connection meanwhile.
	 */
	void (*request)(void *arg, struct server_conn *conn, struct slice request);
	/* Called when the input cannot be a request; the same rules apply. */
	void (*too_long)(void *arg, struct server_conn *conn);
};

/* KIND and ARG must outlive the server. 0 or -ENOMEM. */
int server_new(uv_loop_t *loop, const struct server_kind *kind, void *arg,
	       struct server **ret_server);

/*
 * Listens at a path, with MODE for the permissions of the socket. Replaces a stale socket. Returns
 * 0 or a negative errno.
 */
int server_listen_path(struct server *server, const char *path, unsigned mode);

/* Checks that PATH is available, and leaves nothing there. Returns 0 or a negative errno. */
int server_try_path(const char *path);

/* Returns 0 or a negative errno. ADDRESS gets the port that the system chose. */
int server_listen_tcp(struct server *server, struct net_address *address);

/*
 * Stops listening and closes all connections; those with a pending request go when it is finished.
 * Handles are released when the loop runs next. NULL is fine; returns NULL.
 */
struct server *server_free(struct server *server);

/* The descriptor of the connection. Returns 0 or a negative errno. */
int server_conn_fd(const struct server_conn *conn, uv_os_fd_t *ret_fd);

/* The client has gone: anything written is dropped. */
bool server_is_gone(const struct server_conn *conn);

/* Takes all bytes of OUT and leaves it empty. */
void server_write(struct server_conn *conn, struct buf *out);

/* Called once when everything was written or the client has gone, perhaps at once. */
typedef void (*server_written_fn)(void *arg);
void server_when_written(struct server_conn *conn, server_written_fn fn, void *arg);

/* The request is answered. KEEP: more may follow; otherwise the connection is closed. */
void server_finish(struct server_conn *conn, bool keep);

#endif
