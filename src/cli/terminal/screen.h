/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The output of msrp chat, at a terminal or in a pipe. chat.c tells it who said what.
 */
#ifndef CLI_TERMINAL_SCREEN_H
#define CLI_TERMINAL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/terminal/line.h"

enum {
	CLI_MARK_WIDTH = 2, /* columns before each line: the mark, and a space */
};

/*
 * Shows a chat on standard output: lines that scroll, and on a terminal below them the line that is
 * being typed, which stays in place when others arrive. Each line has room for a mark in front,
 * which may change while the line is on the screen.
 */
struct cli_screen {
	bool is_terminal;
	const char *prompt;
	struct cli_line *line; /* being typed */
	size_t rows;	       /* that have scrolled since the start */
};

void cli_screen_init(struct cli_screen *screen, const char *prompt, struct cli_line *line);

/*
 * Shows TEXT, made harmless as cli/terminal/text.h says; WHO may be NULL. MARK is one character.
 * Returns its row, for cli_screen_mark().
 */
size_t cli_screen_show(struct cli_screen *screen, const char *mark, const char *who,
		       const char *text);

/* Changes the mark of a line. False if it has left the screen, or there is no terminal. */
bool cli_screen_mark(struct cli_screen *screen, size_t row, const char *mark);

/* Draws the line that is being typed. */
void cli_screen_draw(struct cli_screen *screen);

/* Removes it. */
void cli_screen_clear(struct cli_screen *screen);

#endif
