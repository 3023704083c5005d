/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small server on the main thread, for a few clients who ask one thing after
 * the other: the admin socket, and HTTP for metrics and health. It reads a
 * request, hands it over, and reads no further until that was answered. Number
 * of clients, length of a request and time are limited.
 *
 * Nobody keeps a seat by having come first. When all are taken and one more comes,
 * one goes that has shown least: of those that are silent, then of those that have begun
 * a request, then of those that were answered, then of those that still are; of equals
 * one of the address, or user, with the most of them, and there the longest waiting.
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
	size_t conns_max;   /* for one more one of these goes */
	size_t request_max; /* bytes */
	uint64_t
	    patience_ms; /* for a whole request to arrive, and for an answer to make progress */

	/* The length of the request at the start of IN, its end included; 0: it is not whole. */
	size_t (*find_end)(struct slice in);
	/* May the one on the other side of FD ask? NULL: anybody may. */
	bool (*admit)(void *arg, int fd);
	/*
	 * A whole request, which lives during the call. server_finish() must follow once,
	 * now or later, whatever becomes of the connection meanwhile.
	 */
	void (*request)(void *arg, struct server_conn *conn, struct slice request);
	/* What came cannot be a request; the same rules. */
	void (*too_long)(void *arg, struct server_conn *conn);
};

/* KIND and ARG must outlive the server. 0 or -ENOMEM. */
int server_new(uv_loop_t *loop, const struct server_kind *kind, void *arg,
	       struct server **ret_server);

/*
 * Listens at a path, with MODE for the permissions of the socket. One that was
 * left behind by somebody who is gone is replaced. 0 or a negative errno.
 */
int server_listen_path(struct server *server, const char *path, unsigned mode);

/* Could one listen at PATH? Nothing is left there. 0 or a negative errno. */
int server_try_path(const char *path);

/*
 * 0 or a negative errno. ADDRESS becomes what it is in the end, with the port that the system
 * chose.
 */
int server_listen_tcp(struct server *server, struct net_address *address);

/*
 * Stops listening and closes all connections; those whose request was not
 * finished go when it is. Handles are given back when the loop runs next. NULL
 * is fine; returns NULL.
 */
struct server *server_free(struct server *server);

/* The process on the other side of a path. 0 or a negative errno. */
int server_conn_fd(const struct server_conn *conn, uv_os_fd_t *ret_fd);

/* The client is gone: whatever is written is dropped. */
bool server_is_gone(const struct server_conn *conn);

/* Takes all bytes of OUT, which is empty thereafter. */
void server_write(struct server_conn *conn, struct buf *out);

/* FN is called once when all was written or the client is gone, which may be at once. */
typedef void (*server_written_fn)(void *arg);
void server_when_written(struct server_conn *conn, server_written_fn fn, void *arg);

/* The request is answered. KEEP: more may follow; else the connection is closed. */
void server_finish(struct server_conn *conn, bool keep);

#endif
