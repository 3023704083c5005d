/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of commands of the admin socket, and the parser that splits a request into words and
 * finds its command there.
 */
#include "daemon/admin/admin_command.h"

#include <assert.h>
#include <string.h>

static const struct {
	const char *word[2]; /* the second may be NULL */
	unsigned least;	     /* number of arguments, at least and at most */
	unsigned most;
} commands[ADMIN_COMMANDS] = {
	[ADMIN_STATUS] = { { "status", NULL }, 0, 0 },
	[ADMIN_SESSIONS_LIST] = { { "sessions", "list" }, 0, 1 },
	[ADMIN_SESSIONS_SHOW] = { { "sessions", "show" }, 1, 1 },
	[ADMIN_SESSIONS_CLOSE] = { { "sessions", "close" }, 1, 1 },
	[ADMIN_CALLS_LIST] = { { "calls", "list" }, 0, 0 },
	[ADMIN_CALLS_SHOW] = { { "calls", "show" }, 1, 1 },
	[ADMIN_CALLS_END] = { { "calls", "end" }, 1, 1 },
	[ADMIN_CONNECTIONS] = { { "connections", NULL }, 0, 0 },
	/* Before the command that is only its first word. */
	[ADMIN_LIMITS_LIFT] = { { "limits", "lift" }, 1, 1 },
	[ADMIN_LIMITS] = { { "limits", NULL }, 0, 0 },
	[ADMIN_LOG_LEVEL] = { { "log", "level" }, 0, 1 },
	[ADMIN_METRICS] = { { "metrics", NULL }, 0, 0 },
	[ADMIN_DRAIN] = { { "drain", NULL }, 1, 1 },
	[ADMIN_RELOAD] = { { "reload", NULL }, 0, 0 },
	[ADMIN_TRACE_USER] = { { "trace", "user" }, 1, 2 },
	[ADMIN_TRACE_SESSION] = { { "trace", "session" }, 1, 2 },
	[ADMIN_TRACE_CALL] = { { "trace", "call" }, 1, 2 },
	[ADMIN_TRACE_LIST] = { { "trace", "list" }, 0, 0 },
	[ADMIN_TRACE_OFF] = { { "trace", "off" }, 0, 0 },
};

size_t admin_command_find_end(struct slice in)
{
	size_t at = slice_find(in, '\n');

	return at < in.len ? at + 1 : 0;
}

/* Returns the number of words, or more than the maximum. */
static unsigned split_words(struct admin_words *words)
{
	char *rest = words->line;
	unsigned n = 0;

	while (rest && n < ADMIN_WORDS)
		words->word[n++] = strsep(&rest, "\t");
	return rest ? ADMIN_WORDS + 1 : n;
}

static unsigned own_words(size_t command)
{
	return commands[command].word[1] ? 2 : 1;
}

static bool names(const struct admin_words *words, unsigned n, size_t command)
{
	unsigned own = own_words(command);

	if (n < own || strcmp(words->word[0], commands[command].word[0]) != 0)
		return false;
	return own == 1 || strcmp(words->word[1], commands[command].word[1]) == 0;
}

const char *admin_command_parse(struct slice line, struct admin_words *ret_words,
				enum admin_command *ret_command)
{
	unsigned n;

	*ret_words = (struct admin_words){ 0 };
	assert(line.len > 0 && line.len <= ADMIN_LINE_MAX);
	line.len--; /* drop the line end */
	if (line.len > 0)
		memcpy(ret_words->line, line.p, line.len);
	if (strlen(ret_words->line) < line.len)
		return "no such command"; /* it contains a NUL */
	n = split_words(ret_words);
	for (size_t i = 0; i < ADMIN_COMMANDS; i++) {
		if (!names(ret_words, n, i))
			continue;
		*ret_command = (enum admin_command)i;
		if (n - own_words(i) < commands[i].least || n - own_words(i) > commands[i].most)
			return "wrong number of arguments";
		return NULL;
	}
	return "no such command";
}
