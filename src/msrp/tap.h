/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tap on a conn: reports the messages that it sends, for a log. It parses the octets again as the
 * transport takes them, because only then are they in the order of sending, whoever has written
 * them.
 */
#ifndef MSRP_TAP_H
#define MSRP_TAP_H

#include "msrp/conn.h"
#include "msrp/parser.h"

struct msrp_tap {
	struct msrp_conn *conn;
	bool in_step; /* the parser is where the octets are; otherwise it waits for a pause */
	struct msrp_parser parser;
};

/*
 * Attaches it to CONN, perhaps in the middle of a message, which is not reported. Arguments as for
 * msrp_parser_init().
 */
void msrp_tap_init(struct msrp_tap *tap, struct msrp_conn *conn,
		   const struct msrp_parser_user *user, void *arg);
void msrp_tap_done(struct msrp_tap *tap);

/*
 * Call instead of msrp_conn_sent(). Does not report octets that are not MSRP, nor the rest of what
 * waits with them; nor anything when memory is lacking.
 */
void msrp_tap_sent(struct msrp_tap *tap, size_t len);

#endif
