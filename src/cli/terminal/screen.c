/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws a chat: lines that scroll up, each with a mark that may still change, above the line that
 * is being typed.
 */
#include "cli/terminal/screen.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <msrp.h>

#include "cli/terminal/columns.h"

enum {
	COLUMNS_DEFAULT = 80,
	ROWS_DEFAULT = 24,
};

static struct winsize size_of_terminal(void)
{
	struct winsize size = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
		size = (struct winsize){ .ws_col = COLUMNS_DEFAULT, .ws_row = ROWS_DEFAULT };
	return size;
}

void cli_screen_init(struct cli_screen *screen, const char *prompt, struct cli_line *line)
{
	*screen = (struct cli_screen){
		.is_terminal = isatty(STDOUT_FILENO) && isatty(STDIN_FILENO),
		.prompt = prompt,
		.line = line,
	};
}

void cli_screen_clear(struct cli_screen *screen)
{
	if (screen->is_terminal)
		fputs("\r\033[K", stdout);
	fflush(stdout);
}

/* Of a line that is too long, shows the part left of the cursor that fits. */
void cli_screen_draw(struct cli_screen *screen)
{
	const struct cli_line *line = screen->line;
	size_t width, from = 0, to, prompt = cli_columns(screen->prompt, strlen(screen->prompt));

	if (!screen->is_terminal)
		return;
	width = size_of_terminal().ws_col;
	width = width > prompt + 2 ? width - prompt - 1 : 1;
	while (cli_columns(line->text + from, line->cursor - from) > width)
		from++;
	to = line->len;
	while (cli_columns(line->text + from, to - from) > width)
		to--;
	printf("\r\033[K%s%.*s", screen->prompt, (int)(to - from), line->text + from);
	if (to > line->cursor)
		printf("\033[%zuD", cli_columns(line->text + line->cursor, to - line->cursor));
	fflush(stdout);
}

static void draw_text(const char *text, size_t len)
{
	bool harmless;

	for (size_t at = 0, n; at < len; at += n) {
		n = msrp_text_character(text + at, len - at, &harmless);
		if (harmless)
			fwrite(text + at, 1, n, stdout);
		else
			putchar(text[at] == '\t' ? ' ' : '?');
	}
}

/* Writes one line; further lines of a text go below it, indented equally. */
static void put_line(struct cli_screen *screen, const char *mark, const char *who, const char *text,
		     size_t len)
{
	size_t columns = cli_columns(text, len) + CLI_MARK_WIDTH;
	size_t width = size_of_terminal().ws_col;

	if (screen->is_terminal)
		printf("%s ", mark);
	if (who) {
		draw_text(who, strlen(who));
		fputs(": ", stdout);
		columns += cli_columns(who, strlen(who)) + 2;
	}
	draw_text(text, len);
	putchar('\n');
	screen->rows += columns > 0 ? (columns + width - 1) / width : 1;
}

size_t cli_screen_show(struct cli_screen *screen, const char *mark, const char *who,
		       const char *text)
{
	size_t row = screen->rows;

	cli_screen_clear(screen);
	for (;;) {
		size_t len = strcspn(text, "\n");
		size_t shown = len > 0 && text[len - 1] == '\r' ? len - 1 : len;

		put_line(screen, mark, who, text, shown);
		if (!text[len] || !text[len + 1])
			break;
		text += len + 1;
		mark = " ";
	}
	cli_screen_draw(screen);
	fflush(stdout);
	return row;
}

bool cli_screen_mark(struct cli_screen *screen, size_t row, const char *mark)
{
	size_t up = screen->rows - row;

	if (!screen->is_terminal || up >= size_of_terminal().ws_row)
		return false;
	printf("\r\033[%zuA%s\r\033[%zuB", up, mark, up);
	cli_screen_draw(screen);
	return true;
}
