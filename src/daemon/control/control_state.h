/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control sockets, and a request on its way, as the files of this folder see them. */
#ifndef DAEMON_CONTROL_CONTROL_STATE_H
#define DAEMON_CONTROL_CONTROL_STATE_H

#include "base/buf.h"
#include "daemon/app/app_state.h"
#include "daemon/control/control.h"
#include "daemon/control/ng_cookies.h"
#include "daemon/control/ng_request.h"

enum {
	CONTROL_DATAGRAM_MAX = 65535, /* the largest payload of UDP */
};

struct control_socket {
	struct control *control;
	uv_udp_t handle;
	struct net_address address;
};

/* It is freed when the last of its sockets is closed. */
struct control {
	struct app *app;
	struct control_counters counters;
	struct ng_cookies cookies;
	struct control_socket socket[CONFIG_CONTROL_LISTEN_MAX];
	size_t n_sockets;
	size_t n_open; /* of these, whose handles the loop holds */
	char datagram[CONTROL_DATAGRAM_MAX];
};

/* A request from datagram to answer; one thread has it at a time. */
struct control_task {
	struct control_socket *socket;
	struct net_address from;
	struct ng_cookie *cookie;
	struct snapshot *snapshot; /* the configuration while it is worked on */
	struct ng_request request;
	const char *wrong;  /* why it was refused, for the log; NULL: it was not */
	bool bad;	    /* malformed; REQUEST is not filled in */
	struct buf out;	    /* the answer's datagram */
	struct mail mail;   /* to the worker of its call, */
	struct visit visit; /* or to all workers */
	uint64_t limit;	    /* of a list */
	uint64_t calls;	    /* listed, or current */
	uint64_t ever;	    /* since the start */
	char text[];	    /* the request's datagram */
};

/* Called with each datagram. */
void control_take(struct control_socket *socket, const struct sockaddr *from,
		  struct slice datagram);

/* Begins to work on TASK; control_answer() ends it, now or later. */
void control_work(struct control_task *task);
void control_list(struct control_task *task);
void control_statistics(struct control_task *task);

/* Sends the contents of OUT, remembers them, and frees TASK. */
void control_answer(struct control_task *task);

/* Sends DATAGRAM; if that fails, the proxy repeats its request. */
void control_send(struct control_socket *socket, const struct net_address *to,
		  struct slice datagram);

#endif
