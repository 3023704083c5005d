/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands of the admin socket: a request is a line of words separated by tabs. admin.c parses
 * it here and calls the command.
 */
#ifndef DAEMON_ADMIN_ADMIN_COMMAND_H
#define DAEMON_ADMIN_ADMIN_COMMAND_H

#include <stddef.h>

#include "base/slice.h"

enum admin_command {
	ADMIN_STATUS,
	ADMIN_SESSIONS_LIST,
	ADMIN_SESSIONS_SHOW,
	ADMIN_SESSIONS_CLOSE,
	ADMIN_CALLS_LIST,
	ADMIN_CALLS_SHOW,
	ADMIN_CALLS_END,
	ADMIN_CONNECTIONS,
	ADMIN_LIMITS_LIFT,
	ADMIN_LIMITS,
	ADMIN_LOG_LEVEL,
	ADMIN_METRICS,
	ADMIN_DRAIN,
	ADMIN_RELOAD,
	ADMIN_TRACE_USER,
	ADMIN_TRACE_SESSION,
	ADMIN_TRACE_CALL,
	ADMIN_TRACE_LIST,
	ADMIN_TRACE_OFF,
	ADMIN_COMMANDS,
};

enum {
	ADMIN_LINE_MAX = 1024, /* bytes; a user's name and a realm are at most 255 each */
	ADMIN_WORDS = 5,
};

/* A line split into words. */
struct admin_words {
	char line[ADMIN_LINE_MAX];
	const char *word[ADMIN_WORDS + 1]; /* point into line; NULL after the last */
};

/* The length of the line at the start of IN with its end; 0: it is incomplete. */
size_t admin_command_find_end(struct slice in);

/*
 * LINE, with its end, has at most ADMIN_LINE_MAX bytes. Returns NULL, with a command and a
 * permitted number of arguments; or what is wrong.
 */
const char *admin_command_parse(struct slice line, struct admin_words *ret_words,
				enum admin_command *ret_command);

#endif
