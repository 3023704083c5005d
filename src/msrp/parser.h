/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Octets of one connection to messages, without holding any body: heads are gathered up to their
 * limit, bodies are passed on as they come.
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
 * What the parser tells. head() opens a message, then come any number of
 * body() and one end() with the flag of the end-line: '$', '+' or '#'.
 *
 * A message whose head is beyond a limit is told with what could be read of it,
 * with m->problem and without its body. Of one whose paths cannot be read, so that
 * nobody can be answered, nothing is told but why, by unreadable(), which may be NULL.
 * Both are passed over up to their end-line: others share the connection.
 *
 * A callback that returns anything but 0 ends the parser's run with that value.
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
	MSRP_PARSER_DEAD, /* the framing is lost; nothing more is accepted */
};

/* What is told of the message whose body is coming. */
enum msrp_parser_tells {
	MSRP_TELLS_ALL,
	MSRP_TELLS_END, /* the body is left out */
	MSRP_TELLS_NOTHING,
};

struct msrp_split_head;

/*
 * Turns a stream of bytes into messages. It never holds a body: pieces of it
 * are slices of the input. A head that arrives in one piece is parsed where
 * it stands; only one that is split is gathered in a buffer of its own.
 */
struct msrp_parser {
	const struct msrp_parser_user *user;
	void *arg;
	enum msrp_parser_state state;
	enum msrp_parser_tells tells;
	const char *problem; /* why it is dead, or a message unreadable; for the log */

	struct msrp_split_head *split; /* the beginning of a head; NULL: none is pending */

	/* CRLF "-------" transaction-id, then flag and CR as they match. */
	char end_line[MSRP_END_LINE_MAX];
	size_t end_line_len; /* without flag and CR */
	size_t matched;	     /* how much of it the end of the input so far matches */
	size_t matched_skip; /* how much of that belongs to the head, not to the body */
};

/* USER and ARG must outlive the parser. */
void msrp_parser_init(struct msrp_parser *p, const struct msrp_parser_user *user, void *arg);
void msrp_parser_done(struct msrp_parser *p);

/*
 * Eats all of IN. 0; MSRP_BAD or MSRP_TOO_LONG when the framing is lost
 * (p->problem says why, and the connection has to be closed); -ENOMEM; or
 * what a callback returned. After any of these the parser is dead.
 */
int msrp_parser_feed(struct msrp_parser *p, const uint8_t *in, size_t len);

/* True between messages: nothing of a head or body is pending. */
bool msrp_parser_is_idle(const struct msrp_parser *p);

#endif
