/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands of the admin socket: a request is a line of words with a tab between each two.
 * admin.c has it parsed and calls what it finds.
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

/* A line taken apart. */
struct admin_words {
	char line[ADMIN_LINE_MAX];
	const char *word[ADMIN_WORDS + 1]; /* in line; NULL behind the last */
};

/* The length of the line at the start of IN, its end included; 0: it is not whole. */
size_t admin_command_find_end(struct slice in);

/*
 * LINE, with its end, is shorter than ADMIN_LINE_MAX or as long. NULL, with a command that has as
 * many words behind it as it may; or what is wrong.
 */
const char *admin_command_parse(struct slice line, struct admin_words *ret_words,
				enum admin_command *ret_command);

#endif
