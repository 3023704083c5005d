/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gathers cells and prints them in columns that are as wide as necessary.
 */
#include "ctl/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ctl_table_add(struct ctl_table *table, const char *text)
{
	char *copy = strdup(text);

	if (copy && table->n_cells == table->room) {
		size_t room = table->room ? 2 * table->room : 64;
		char **more = realloc(table->cell, room * sizeof(*more));

		if (more) {
			table->cell = more;
			table->room = room;
		}
	}
	if (!copy || table->n_cells == table->room) {
		free(copy);
		table->failed = true;
		return;
	}
	table->cell[table->n_cells++] = copy;
}

/* Counts characters of UTF-8, not bytes. */
static size_t width(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* "17", "1.5M", "2h03m", "-": begins with a digit and has no more than a few letters. */
static bool is_number(const char *text)
{
	return strspn(text, "0123456789.kMGTPdhms-") == strlen(text);
}

static void print_cell(const char *text, size_t column_width, bool right, bool last)
{
	size_t pad = column_width - width(text);

	if (right)
		printf("%*s%s", (int)pad, "", text);
	else
		printf("%s%*s", text, last ? 0 : (int)pad, "");
	fputs(last ? "\n" : "  ", stdout);
}

static size_t column_width(const struct ctl_table *table, size_t column, bool *ret_numbers)
{
	size_t most = 0;

	*ret_numbers = true;
	for (size_t i = column; i < table->n_cells; i += table->n_columns) {
		if (width(table->cell[i]) > most)
			most = width(table->cell[i]);
		if (i >= table->n_columns && !is_number(table->cell[i]))
			*ret_numbers = false;
	}
	return most;
}

void ctl_table_print(const struct ctl_table *table)
{
	size_t *widths = calloc(table->n_columns, sizeof(*widths));
	bool *right = calloc(table->n_columns, sizeof(*right));

	if (widths && right && table->n_cells > table->n_columns) {
		for (size_t i = 0; i < table->n_columns; i++)
			widths[i] = column_width(table, i, &right[i]);
		for (size_t i = 0; i < table->n_cells; i++) {
			size_t column = i % table->n_columns;

			print_cell(table->cell[i], widths[column], right[column],
				   column + 1 == table->n_columns);
		}
	}
	free(widths);
	free(right);
}

void ctl_table_done(struct ctl_table *table)
{
	for (size_t i = 0; i < table->n_cells; i++)
		free(table->cell[i]);
	free(table->cell);
	table->cell = NULL;
	table->n_cells = table->room = 0;
}
