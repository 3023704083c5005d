/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A second parser, for the output. It is out of step when it is attached in the middle of a
 * message, and in step again once the conn has nothing left to send.
 */
#include "msrp/tap.h"

void msrp_tap_init(struct msrp_tap *tap, struct msrp_conn *conn,
		   const struct msrp_parser_user *user, void *arg)
{
	tap->conn = conn;
	tap->in_step = msrp_conn_is_drained(conn);
	msrp_parser_init(&tap->parser, user, arg);
}

void msrp_tap_done(struct msrp_tap *tap)
{
	msrp_parser_done(&tap->parser);
}

/* Pulled octets come again until they are sent. */
static void read_pulled(struct msrp_tap *tap, size_t len)
{
	struct msrp_parser *p = &tap->parser;
	const uint8_t *octets;
	size_t pulled = msrp_conn_pull(tap->conn, &octets);

	if (msrp_parser_feed(p, octets, len < pulled ? len : pulled) == 0)
		return;
	msrp_parser_done(p);
	msrp_parser_init(p, p->user, p->arg);
	tap->in_step = false;
}

void msrp_tap_sent(struct msrp_tap *tap, size_t len)
{
	if (tap->in_step)
		read_pulled(tap, len);
	msrp_conn_sent(tap->conn, len);
	if (!tap->in_step)
		tap->in_step = msrp_conn_is_drained(tap->conn);
}
