/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tap on a conn: tells of the messages that it sends, for a log. They are read again from the
 * octets as the transport takes them, because only there they are in the order in which they go,
 * whoever has written them.
 */
#ifndef MSRP_TAP_H
#define MSRP_TAP_H

#include "msrp/conn.h"
#include "msrp/parser.h"

struct msrp_tap {
	struct msrp_conn *conn;
	bool in_step; /* the parser stands where the octets do; else it waits for a pause of theirs
		       */
	struct msrp_parser parser;
};

/* On CONN, perhaps while it sends a message: that one is not told. As msrp_parser_init(). */
void msrp_tap_init(struct msrp_tap *tap, struct msrp_conn *conn,
		   const struct msrp_parser_user *user, void *arg);
void msrp_tap_done(struct msrp_tap *tap);

/*
 * To be called instead of msrp_conn_sent(). What is no MSRP is not told, nor is the rest of what
 * waits with it; nor what there is no memory for.
 */
void msrp_tap_sent(struct msrp_tap *tap, size_t len);

#endif
