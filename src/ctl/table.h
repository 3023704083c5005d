/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables on standard output. answer.c fills one for each kind
 * of object in an answer.
 */
#ifndef CTL_TABLE_H
#define CTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Text in columns, each as wide as its widest cell. */
struct ctl_table {
	size_t n_columns;
	char **cell; /* row by row, headings first */
	size_t n_cells;
	size_t room; /* capacity in cells */
	bool failed; /* out of memory: the latest cells are missing */
};

/* An empty table is zeroed except for n_columns. Adds the next cell, copied. */
void ctl_table_add(struct ctl_table *table, const char *text);

/* Prints it to stdout, if it has more than headings. Numbers are right-aligned. */
void ctl_table_print(const struct ctl_table *table);

/* Empties it. */
void ctl_table_done(struct ctl_table *table);

#endif
