/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Formats JSON values as cells: bytes and durations in units for people.
 */
#include "ctl/view.h"

#include <stdio.h>
#include <string.h>

static void format_bytes(json_int_t n, char text[CTL_CELL_MAX])
{
	static const char units[] = "kMGTP";
	double value = (double)n;
	size_t unit = 0;

	if (n < 1024) {
		snprintf(text, CTL_CELL_MAX, "%lld", (long long)n);
		return;
	}
	value /= 1024;
	while (value >= 1024 && units[unit + 1]) {
		value /= 1024;
		unit++;
	}
	snprintf(text, CTL_CELL_MAX, "%.1f%c", value, units[unit]);
}

static void format_duration(json_int_t n, char text[CTL_CELL_MAX])
{
	long long s = n;

	if (s < 60)
		snprintf(text, CTL_CELL_MAX, "%llds", s);
	else if (s < 3600)
		snprintf(text, CTL_CELL_MAX, "%lldm%02llds", s / 60, s % 60);
	else if (s < 86400)
		snprintf(text, CTL_CELL_MAX, "%lldh%02lldm", s / 3600, s / 60 % 60);
	else
		snprintf(text, CTL_CELL_MAX, "%lldd%02lldh", s / 86400, s / 3600 % 24);
}

static void format_list(const json_t *list, char text[CTL_CELL_MAX])
{
	size_t n = 0;

	snprintf(text, CTL_CELL_MAX, "%s", "-");
	for (size_t i = 0; i < json_array_size(list) && n < CTL_CELL_MAX; i++)
		n += (size_t)snprintf(text + n, CTL_CELL_MAX - n, "%s%s", i > 0 ? " " : "",
				      json_string_value(json_array_get(list, i)));
}

void ctl_view_cell(const json_t *object, const struct ctl_column *column,
		   char ret_text[CTL_CELL_MAX])
{
	const json_t *value = json_object_get(object, column->key);
	const char *text = "-";

	if (json_is_integer(value) && column->format == CTL_BYTES) {
		format_bytes(json_integer_value(value), ret_text);
		return;
	}
	if (json_is_integer(value) && column->format == CTL_DURATION) {
		format_duration(json_integer_value(value), ret_text);
		return;
	}
	if (json_is_integer(value)) {
		snprintf(ret_text, CTL_CELL_MAX, "%lld", (long long)json_integer_value(value));
		return;
	}
	if (json_is_array(value)) {
		format_list(value, ret_text);
		return;
	}
	if (json_is_string(value) && json_string_length(value) > 0)
		text = json_string_value(value);
	else if (json_is_boolean(value))
		text = json_is_true(value) ? "yes" : "no";
	snprintf(ret_text, CTL_CELL_MAX, "%s", text);
}

static void add_row(const struct ctl_view *view, const json_t *object, struct ctl_table *table)
{
	char text[CTL_CELL_MAX];

	if (table->n_columns == 0) {
		for (const struct ctl_column *c = view->column; c->key; c++) {
			ctl_table_add(table, c->head);
			table->n_columns++;
		}
	}
	for (const struct ctl_column *c = view->column; c->key; c++) {
		ctl_view_cell(object, c, text);
		ctl_table_add(table, text);
	}
}

static void print_list(const struct ctl_view *view, const json_t *object)
{
	char text[CTL_CELL_MAX];

	for (const struct ctl_column *c = view->column; c->key; c++) {
		if (!json_object_get(object, c->key))
			continue;
		ctl_view_cell(object, c, text);
		printf("%-14s %s\n", c->head, text);
	}
}

void ctl_view_show(const struct ctl_view *view, const json_t *object, struct ctl_table *table)
{
	switch (view->style) {
	case CTL_ROWS:
		add_row(view, object, table);
		break;
	case CTL_LIST:
		print_list(view, object);
		break;
	case CTL_TEXT:
		puts(json_string_value(json_object_get(object, view->column->key)));
		break;
	}
}
