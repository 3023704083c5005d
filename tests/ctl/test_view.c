/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/view.h"

#include <string.h>

#include "support/run.h"

static const struct {
	const char *object;
	enum ctl_format format;
	const char *want;
} cells[] = {
	{ "{\"k\":\"text\"}", CTL_PLAIN, "text" },
	{ "{\"k\":\"\"}", CTL_PLAIN, "-" },
	{ "{}", CTL_PLAIN, "-" },
	{ "{\"k\":null}", CTL_BYTES, "-" },
	{ "{\"k\":17}", CTL_PLAIN, "17" },
	{ "{\"k\":true}", CTL_PLAIN, "yes" },
	{ "{\"k\":false}", CTL_PLAIN, "no" },
	{ "{\"k\":[]}", CTL_PLAIN, "-" },
	{ "{\"k\":[\"a\",\"b\"]}", CTL_PLAIN, "a b" },
	{ "{\"k\":1023}", CTL_BYTES, "1023" },
	{ "{\"k\":1536}", CTL_BYTES, "1.5k" },
	{ "{\"k\":5368709120}", CTL_BYTES, "5.0G" },
	{ "{\"k\":9223372036854775807}", CTL_BYTES, "8192.0P" },
	{ "{\"k\":59}", CTL_DURATION, "59s" },
	{ "{\"k\":61}", CTL_DURATION, "1m01s" },
	{ "{\"k\":3720}", CTL_DURATION, "1h02m" },
	{ "{\"k\":180000}", CTL_DURATION, "2d02h" },
	{ "{\"k\":\"12\"}", CTL_BYTES, "12" },
};

START_TEST(a_value_is_written_for_people)
{
	const struct ctl_column column = { "k", "K", cells[_i].format };
	json_t *object = json_loads(cells[_i].object, 0, NULL);
	char text[CTL_CELL_MAX];

	ck_assert_ptr_nonnull(object);
	ctl_view_cell(object, &column, text);
	ck_assert_str_eq(text, cells[_i].want);
	json_decref(object);
}
END_TEST

START_TEST(a_long_list_is_cut)
{
	const struct ctl_column column = { "k", "K", CTL_PLAIN };
	json_t *list = json_array();
	json_t *object = json_pack("{s:o}", "k", list);
	char text[CTL_CELL_MAX];

	for (int i = 0; i < 1000; i++)
		json_array_append_new(list, json_string("0123456789"));
	ctl_view_cell(object, &column, text);
	ck_assert_uint_eq(strlen(text), CTL_CELL_MAX - 1);
	json_decref(object);
}
END_TEST

START_TEST(rows_make_a_table_with_heads)
{
	static const struct ctl_column columns[] = { { "a", "A", CTL_PLAIN },
						     { "b", "B", CTL_PLAIN },
						     { 0 } };
	const struct ctl_view view = { CTL_ROWS, columns };
	static const char *const want[] = { "A", "B", "1", "-", "-", "x" };
	struct ctl_table table = { 0 };
	json_t *first = json_loads("{\"a\":1}", 0, NULL);
	json_t *second = json_loads("{\"b\":\"x\"}", 0, NULL);

	ctl_view_show(&view, first, &table);
	ctl_view_show(&view, second, &table);
	ck_assert_uint_eq(table.n_columns, 2);
	ck_assert_uint_eq(table.n_cells, 6);
	for (size_t i = 0; i < 6; i++)
		ck_assert_str_eq(table.cell[i], want[i]);
	ctl_table_done(&table);
	json_decref(first);
	json_decref(second);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("view");
	TCase *tcase = tcase_create("view");

	tcase_add_loop_test(tcase, a_value_is_written_for_people, 0,
			    (int)(sizeof(cells) / sizeof(cells[0])));
	tcase_add_test(tcase, a_long_list_is_cut);
	tcase_add_test(tcase, rows_make_a_table_with_heads);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
