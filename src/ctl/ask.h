/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrpctl's end of the admin socket. main.c asks the question, and answer.c reads the answer.
 */
#ifndef CTL_ASK_H
#define CTL_ASK_H

#include <stdbool.h>

/*
 * One question to the admin socket of msrpd. daemon/admin/admin.h describes the protocol: a line of
 * words separated by tabs, answered by lines of JSON.
 */
struct ctl_ask;

/* Sends WORD, which ends with NULL, to SOCKET. Returns 0 or a negative errno. */
int ctl_ask_new(const char *socket, const char *const *word, struct ctl_ask **ret_ask);

/*
 * The next line without its end, valid until the next call; NULL at the end of the stream, or if
 * the line is incomplete.
 */
const char *ctl_ask_line(struct ctl_ask *ask);

/* NULL is fine; returns NULL. */
struct ctl_ask *ctl_ask_free(struct ctl_ask *ask);

#endif
