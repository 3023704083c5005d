/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The clients of a server, its seats, and which client loses its seat to another: see server.h. The
 * objects of a server as its files see them.
 */
#ifndef DAEMON_SERVE_SERVER_SEAT_H
#define DAEMON_SERVE_SERVER_SEAT_H

#include "base/list.h"
#include "daemon/serve/server.h"

enum {
	SERVER_READ_SIZE = 4096,
	SERVER_WHO_LEN = 16, /* bytes of a network's address or a user's number */
};

union stream {
	uv_handle_t handle;
	uv_stream_t stream;
	uv_pipe_t pipe;
	uv_tcp_t tcp;
};

struct server {
	uv_loop_t *loop;
	const struct server_kind *kind;
	void *arg;
	union stream listener;
	bool listening;
	uv_timer_t turn;   /* active from the first accept in a turn of the loop to the next turn */
	size_t n_accepted; /* in this turn */
	unsigned n_handles; /* open, of these two */
	bool over;	    /* freed by its owner; goes with its last handle */
	size_t n_conns;
	size_t n_seated;  /* of these, admitted and not gone */
	uint64_t n_shown; /* since the start; orders what they have shown */
	LIST_HEAD(, server_conn) conns;
	/*
	 * Accepts the next connection. libuv reports no others until that is accepted, which is
	 * what we want after many in one turn. Without memory there may be no spare until another
	 * connection is gone.
	 */
	struct server_conn *spare;
	bool one_waits;
};

/* The things that a client can show, in ascending order. */
enum server_shown {
	SHOWN_NOTHING,
	SHOWN_BYTES,   /* the beginning of its first request */
	SHOWN_REQUEST, /* a request, which was answered */
	SHOWN_BUSY,    /* a request that is being answered */
};

struct server_conn {
	LIST_ENTRY(server_conn) in_server;
	struct server *server;
	union stream stream;
	uv_timer_t timer;
	unsigned n_handles; /* open, of these two */
	bool gone;	    /* closing, or closed */
	bool seated;	    /* counted in n_seated */
	enum server_shown shown;
	uint64_t shown_at;	     /* the server's n_shown at that time */
	uint8_t who[SERVER_WHO_LEN]; /* its owner: a network or user */
	bool busy;		     /* with a request */
	bool closing;		     /* close when all is written */
	bool writing;
	struct buf in;
	struct buf sending; /* owned by the loop */
	struct buf waiting;
	uv_write_t write;
	server_written_fn written;
	void *written_arg;
	char room[SERVER_READ_SIZE];
};

/* Sets the owner of CONN, whose descriptor is FD. */
void server_seat_name(struct server_conn *conn, int fd);

/* Records that it has shown something. */
void server_seat_show(struct server_conn *conn, enum server_shown shown);

/* Admits it; if there is no seat left, another connection is closed. */
void server_seat_take(struct server_conn *conn);

/* Closes it, which may call back whoever is answering it. May be called again. */
void server_conn_close(struct server_conn *conn);

#endif
