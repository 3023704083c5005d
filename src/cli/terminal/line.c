/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Editing of one line: the effect of each byte from the terminal, escape sequences included, on the
 * text and the cursor.
 */
#include "cli/terminal/line.h"

#include <string.h>

enum {
	CTRL_A = 1,
	CTRL_C = 3,
	CTRL_D = 4,
	CTRL_E = 5,
	CTRL_H = 8,
	CTRL_K = 11,
	CTRL_L = 12,
	CTRL_U = 21,
	CTRL_W = 23,
	ESCAPE = 27,
	DELETE = 127,
};

/* True for bytes that continue a UTF-8 character. */
static bool continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t before(const struct cli_line *line, size_t at)
{
	while (at > 0 && continues(line->text[--at]))
		;
	return at;
}

static size_t behind(const struct cli_line *line, size_t at)
{
	if (at < line->len)
		at++;
	while (at < line->len && continues(line->text[at]))
		at++;
	return at;
}

static void cut_text(struct cli_line *line, size_t from, size_t to)
{
	memmove(line->text + from, line->text + to, line->len - to);
	line->len -= to - from;
	line->cursor = from;
}

static enum cli_line_event insert_byte(struct cli_line *line, char byte)
{
	if (line->len == CLI_LINE_MAX)
		return CLI_LINE_FULL;
	memmove(line->text + line->cursor + 1, line->text + line->cursor, line->len - line->cursor);
	line->text[line->cursor++] = byte;
	line->len++;
	return CLI_LINE_CHANGED;
}

static size_t word_start(const struct cli_line *line)
{
	size_t at = line->cursor;

	while (at > 0 && line->text[at - 1] == ' ')
		at--;
	while (at > 0 && line->text[at - 1] != ' ')
		at--;
	return at;
}

/* Obeys the last byte of "ESC [ ..." or "ESC O .": arrows, Home, End and Delete. */
static void obey_escape(struct cli_line *line)
{
	char last = line->escape[line->escape_len - 1];
	char first = line->escape_len > 2 ? line->escape[2] : 0;

	if (last == 'D')
		line->cursor = before(line, line->cursor);
	else if (last == 'C')
		line->cursor = behind(line, line->cursor);
	else if (last == 'H' || (last == '~' && (first == '1' || first == '7')))
		line->cursor = 0;
	else if (last == 'F' || (last == '~' && (first == '4' || first == '8')))
		line->cursor = line->len;
	else if (last == '~' && first == '3')
		cut_text(line, line->cursor, behind(line, line->cursor));
}

static enum cli_line_event feed_escape(struct cli_line *line, char byte)
{
	bool ends;

	line->escape[line->escape_len++] = byte;
	if (line->escape_len == 2 && (byte == '[' || byte == 'O'))
		return CLI_LINE_NOTHING;
	ends = line->escape_len == 2 || (byte >= 0x40 && byte <= 0x7e) ||
	       line->escape_len == CLI_ESCAPE_MAX;
	if (!ends)
		return CLI_LINE_NOTHING;
	if (line->escape_len > 2)
		obey_escape(line);
	line->escape_len = 0;
	return CLI_LINE_CHANGED;
}

static enum cli_line_event obey_key(struct cli_line *line, char byte)
{
	switch (byte) {
	case CTRL_A:
		line->cursor = 0;
		break;
	case CTRL_E:
		line->cursor = line->len;
		break;
	case CTRL_H:
	case DELETE:
		cut_text(line, before(line, line->cursor), line->cursor);
		break;
	case CTRL_K:
		line->len = line->cursor;
		break;
	case CTRL_C:
	case CTRL_U:
		cli_line_clear(line);
		break;
	case CTRL_W:
		cut_text(line, word_start(line), line->cursor);
		break;
	case CTRL_L:
		break;
	default:
		return CLI_LINE_NOTHING;
	}
	return CLI_LINE_CHANGED;
}

enum cli_line_event cli_line_feed(struct cli_line *line, char byte)
{
	if (line->escape_len > 0)
		return feed_escape(line, byte);
	if (byte == ESCAPE) {
		line->escape[line->escape_len++] = byte;
		return CLI_LINE_NOTHING;
	}
	if (byte == '\r' || byte == '\n')
		return CLI_LINE_DONE;
	if ((byte == CTRL_D || byte == CTRL_C) && line->len == 0)
		return CLI_LINE_END;
	if (byte == CTRL_D) {
		cut_text(line, line->cursor, behind(line, line->cursor));
		return CLI_LINE_CHANGED;
	}
	if ((unsigned char)byte < 0x20 || byte == DELETE)
		return obey_key(line, byte);
	return insert_byte(line, byte);
}

const char *cli_line_text(struct cli_line *line)
{
	line->text[line->len] = '\0';
	return line->text;
}

void cli_line_clear(struct cli_line *line)
{
	line->len = 0;
	line->cursor = 0;
}
