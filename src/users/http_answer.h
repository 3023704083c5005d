/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The question to a web service, and its answer, both in JSON. No I/O.
 */
#ifndef USERS_HTTP_ANSWER_H
#define USERS_HTTP_ANSWER_H

#include <stddef.h>

#include "users/remote_driver.h"

enum {
	/* Bytes of an answer's body; leaves room for members meant for other programs. */
	HTTP_ANSWER_MAX = 16 * 1024,
};

/* Returns the body of the request for QUESTION, for free(), or NULL without memory. */
char *http_question_write(const struct remote_question *question);

/*
 * Reads the answer to QUESTION, which came with this HTTP status. Returns 0 or a remote_result,
 * with the value or the error in ANSWER. The answer is not trusted: its types and sizes are
 * checked, and it must be about the user that was asked for.
 */
int http_answer_read(unsigned status, const char *body, size_t len,
		     const struct remote_question *question, struct remote_answer *answer);

#endif
