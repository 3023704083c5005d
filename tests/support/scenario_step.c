/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/scenario_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct slice take_line(struct slice *text)
{
	size_t end = slice_find(*text, '\n');
	struct slice line = slice_first(*text, end);

	*text = slice_skip(*text, end < text->len ? end + 1 : end);
	return line;
}

/* A comment ends the line, unless it is in quotes. */
static struct slice strip(struct slice line)
{
	bool quoted = false;
	size_t len;

	for (len = 0; len < line.len; len++) {
		if (line.p[len] == '"')
			quoted = !quoted;
		if (line.p[len] == '#' && !quoted && (len == 0 || line.p[len - 1] == ' '))
			break;
	}
	while (len > 0 && (line.p[len - 1] == ' ' || line.p[len - 1] == '\t'))
		len--;
	return slice_first(line, len);
}

static void split(struct scenario_step *step, struct slice line)
{
	size_t quote = slice_find(line, '"');

	memset(step->word, 0, sizeof(step->word));
	step->quoted = slice_first(line, 0);
	step->rest = slice_first(line, 0);
	if (quote < line.len) {
		step->quoted = slice_skip(line, quote + 1);
		step->quoted = slice_first(step->quoted, slice_find(step->quoted, '"'));
	}
	for (size_t i = 0; i < SCENARIO_WORDS && line.len > 0; i++) {
		size_t end = slice_find(line, ' ');

		if (i == 2)
			step->rest = line;
		snprintf(step->word[i], WORLD_TEXT, "%" SLICE_FMT, (int)end, line.p);
		while (end < line.len && line.p[end] == ' ')
			end++;
		line = slice_skip(line, end);
	}
	if (strcmp(step->word[2], "=") == 0)
		step->rest = slice_skip(step->rest, step->rest.len > 2 ? 2 : 1);
}

/* A line that ends with a backslash has no CRLF. */
static void add_block_line(struct buf *block, struct slice line)
{
	bool whole = line.len == 0 || line.p[line.len - 1] != '\\';

	buf_add_slice(block, slice_first(line, whole ? line.len : line.len - 1));
	if (whole)
		buf_add_slice(block, SLICE("\r\n"));
}

/* Lines that begin with a tab, and empty ones between them. */
static void take_block(struct scenario_step *step, struct slice *text, size_t *line_number)
{
	struct slice ahead = *text;
	size_t n_empty = 0, n_lines = 0;

	buf_clear(&step->block);
	while (ahead.len > 0) {
		struct slice line = take_line(&ahead);

		n_lines++;
		if (line.len == 0) {
			n_empty++;
			continue;
		}
		if (line.p[0] != '\t')
			break;
		for (; n_empty > 0; n_empty--)
			add_block_line(&step->block, slice_first(line, 0));
		add_block_line(&step->block, slice_skip(line, 1));
		*line_number += n_lines;
		n_lines = 0;
		*text = ahead;
	}
}

bool scenario_step_next(struct scenario_step *step, struct slice *text)
{
	size_t line_number = step->line;

	while (text->len > 0) {
		bool raw;
		struct slice line = take_line(text);

		line_number++;
		step->line = line_number;
		raw = line.len > 0 && memmem(line.p, line.len, " raw = ", 7);
		if (!raw)
			line = strip(line);
		if (line.len == 0)
			continue;
		split(step, line);
		take_block(step, text, &line_number);
		/* The number of the block's last line, from which the next step counts. */
		step->line = line_number;
		return true;
	}
	return false;
}
