/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line that is being typed in a chat. chat.c feeds it with input.c's bytes, and screen.c draws
 * it.
 */
#ifndef CLI_TERMINAL_LINE_H
#define CLI_TERMINAL_LINE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	CLI_LINE_MAX = 4096, /* bytes of a line; the rest is refused */
	CLI_ESCAPE_MAX = 16, /* bytes of an escape sequence */
};

/* The effect of a byte on the line. */
enum cli_line_event {
	CLI_LINE_NOTHING,
	CLI_LINE_CHANGED, /* draw it again */
	CLI_LINE_DONE,	  /* Enter: take cli_line_text(), then cli_line_clear() */
	CLI_LINE_FULL,	  /* there is no room for it */
	CLI_LINE_END,	  /* Ctrl-D in an empty line */
};

/*
 * A line that is being typed at a terminal: letters, and the usual keys to move and to delete. It
 * knows of no terminal: bytes go in, and the screen asks for the text. A zeroed struct is an empty
 * line.
 */
struct cli_line {
	char text[CLI_LINE_MAX + 1];
	size_t len;
	size_t cursor; /* bytes before the cursor */
	char escape[CLI_ESCAPE_MAX];
	size_t escape_len; /* of an unfinished sequence */
};

enum cli_line_event cli_line_feed(struct cli_line *line, char byte);

/* NUL-terminated. */
const char *cli_line_text(struct cli_line *line);
void cli_line_clear(struct cli_line *line);

#endif
