/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FUZZ_WIRE_H
#define FUZZ_WIRE_H

#include "base/buf.h"
#include "net/connection/connection.h"
#include "net/connection/handoff.h"

/*
 * A connection of net without a socket: put its input into IN, and find its output in OUT. The
 * linker puts it in the place of net's own, see WIRE_CALLS in meson.build; it keeps the promises of
 * net/connection/connection.h.
 */
struct net_conn {
	const struct net_conn_user *user; /* NULL: abandoned, or closed */
	void *arg;
	struct net_peer_info peer;
	struct buf in, out;
	size_t read_size; /* bytes of one read, at most */
	bool stalled;	  /* takes nothing */
	bool eof, eof_told;
	bool closing, aborted;
	bool opens, opened;	  /* opened() is to be called, or was called */
	net_detached_fn detached; /* it is about to leave its context, and is itself the handoff */
};

/* Supplies the connection for a dial, which the caller opens; NULL: none does. */
extern struct net_conn *(*wire_dial)(void);

void wire_init(struct net_conn *conn);
void wire_done(struct net_conn *conn);

/* It is open, which is reported as soon as bytes are moved. */
void wire_open(struct net_conn *conn);

/* Breaks. */
void wire_break(struct net_conn *conn);

/* Moves bytes until it would block. False: nothing has moved. */
bool wire_move(struct net_conn *conn);

#endif
