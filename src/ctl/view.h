/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Views: which members of an object in an answer are shown, under which headings, and in which
 * form. command.c has those of each command, and answer.c shows objects with them.
 */
#ifndef CTL_VIEW_H
#define CTL_VIEW_H

#include <jansson.h>

#include "ctl/table.h"

/* How the objects of an answer are shown to people. */

enum ctl_format {
	CTL_PLAIN,    /* text, number, boolean, or a list of texts */
	CTL_BYTES,    /* 1536 as 1.5k */
	CTL_DURATION, /* seconds, 3720 as 1h02m */
};

struct ctl_column {
	const char *key;
	const char *head;
	enum ctl_format format;
};

enum ctl_style {
	CTL_ROWS, /* a table */
	CTL_LIST, /* a line for each member */
	CTL_TEXT, /* the value of the only member, verbatim */
};

/* Applies to objects that have the first column's key. */
struct ctl_view {
	enum ctl_style style;
	const struct ctl_column *column; /* ends with a NULL key */
};

enum { CTL_CELL_MAX = 512 };

/* Writes the value of one column of OBJECT, "-" if it has none. */
void ctl_view_cell(const json_t *object, const struct ctl_column *column,
		   char ret_text[CTL_CELL_MAX]);

/* Shows OBJECT: in TABLE, which then begins with its headings, or at once. */
void ctl_view_show(const struct ctl_view *view, const json_t *object, struct ctl_table *table);

#endif
