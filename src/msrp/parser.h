/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Turns the octets of one connection into messages, without holding any body: heads are gathered up
 * to their limit, bodies are passed on as they come.
 */
#ifndef MSRP_PARSER_H
#define MSRP_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "msrp/head.h"
#include "msrp/message.h"

/*
 * The parser's callbacks. head() opens a message, then come any number of body() and one end() with
 * the flag of the end-line: '$', '+' or '#'.
 *
 * A message whose head exceeds a limit is reported with the readable part, with m->problem and
 * without its body. If the paths are unreadable, so that nobody can be answered, only unreadable()
 * is called, with the reason; it may be NULL. In both cases everything up to the end-line is
 * skipped, because others share the connection.
 *
 * If a callback returns anything but 0, the parser stops with that value.
 */
struct msrp_parser_user {
	int (*head)(void *arg, const struct msrp_message *m);
	int (*body)(void *arg, const uint8_t *bytes, size_t len);
	int (*end)(void *arg, char flag);
	int (*unreadable)(void *arg, const char *problem);
};

enum {
	MSRP_END_LINE_MAX = 2 + 7 + MSRP_FRAME_ID_MAX + 2,
};

enum msrp_parser_state {
	MSRP_PARSER_HEAD, /* start line and headers are gathered */
	MSRP_PARSER_BODY, /* bytes pass through until the end-line */
	MSRP_PARSER_DEAD, /* the framing is lost; no more input is accepted */
};

/* The parts of the current message that are reported. */
enum msrp_parser_tells {
	MSRP_TELLS_ALL,
	MSRP_TELLS_END, /* all but the body */
	MSRP_TELLS_NOTHING,
};

struct msrp_split_head;

/*
 * Turns a stream of bytes into messages. It never holds a body: pieces of it are slices of the
 * input. A head that arrives in one piece is parsed in place; only a split one is gathered in a
 * buffer of its own.
 */
struct msrp_parser {
	const struct msrp_parser_user *user;
	void *arg;
	enum msrp_parser_state state;
	enum msrp_parser_tells tells;
	const char *problem; /* why it is dead, or a message unreadable; for the log */

	struct store *store;	       /* of what it gathers; NULL: there is none */
	struct msrp_split_head *split; /* the beginning of a head; NULL: none is pending */

	/* CRLF "-------" transaction-id, then flag and CR once they match. */
	char end_line[MSRP_END_LINE_MAX];
	size_t end_line_len; /* without flag and CR */
	size_t matched;	     /* how much of it the end of the input so far matches */
	size_t matched_skip; /* how much of that belongs to the head, not to the body */
};

/* USER and ARG must outlive the parser. */
void msrp_parser_init(struct msrp_parser *p, const struct msrp_parser_user *user, void *arg);
void msrp_parser_done(struct msrp_parser *p);

/*
 * Consumes all of IN. Returns 0; MSRP_BAD or MSRP_TOO_LONG if the framing is lost (p->problem says
 * why, and the connection has to be closed); -ENOMEM; or what a callback returned. Unless it
 * returns 0, the parser is dead.
 */
int msrp_parser_feed(struct msrp_parser *p, const uint8_t *in, size_t len);

/* True between messages: no part of a head or body is pending. */
bool msrp_parser_is_idle(const struct msrp_parser *p);

#endif
