/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrpctl's end of the admin socket. main.c asks the question,
 * and answer.c reads what comes back.
 */
#ifndef CTL_ASK_H
#define CTL_ASK_H

#include <stdbool.h>

/*
 * One question to the admin socket of msrpd, whose protocol is told in
 * daemon/admin.h of the server's side: a line of words with tabs between them,
 * and lines of JSON that come back.
 */
struct ctl_ask;

/* Asks WORD, which ends with NULL, at SOCKET. 0 or a negative errno. */
int ctl_ask_new(const char *socket, const char *const *word, struct ctl_ask **ret_ask);

/*
 * The next line without its end, which lives until the next call; NULL at the
 * end of the stream, or when the line is no end to.
 */
const char *ctl_ask_line(struct ctl_ask *ask);

/* NULL is fine; returns NULL. */
struct ctl_ask *ctl_ask_free(struct ctl_ask *ask);

#endif
