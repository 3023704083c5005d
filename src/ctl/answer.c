/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prints msrpd's answer: JSON as it comes, or tables and lists for people by the views of the
 * command, and the totals for each user.
 */
#include "ctl/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/usage.h"

struct answer {
	const struct ctl_command *command;
	bool as_json;
	const struct ctl_view *view; /* of the previous line; NULL: there was none */
	struct ctl_table table;
	json_t *users; /* by realm and user; NULL if not requested */
};

static int complain(const char *text)
{
	fprintf(stderr, "msrpctl: %s\n", text);
	return EX_PROTOCOL;
}

/* Lines of another kind follow, with columns of their own. */
static void end_table(struct answer *answer)
{
	bool failed = answer->table.failed;

	ctl_table_print(&answer->table);
	putchar('\n');
	ctl_table_done(&answer->table);
	answer->table = (struct ctl_table){ .failed = failed };
}

static void show(struct answer *answer, const json_t *object)
{
	const struct ctl_view *view = ctl_command_view(answer->command, object);

	if (!view)
		return;
	if (view != answer->view && answer->table.n_columns > 0)
		end_table(answer);
	answer->view = view;
	ctl_view_show(view, object, &answer->table);
}

static void print_json(const json_t *object)
{
	json_dumpf(object, stdout, JSON_COMPACT);
	fputc('\n', stdout);
}

static void show_users(struct answer *answer)
{
	const char *key;
	json_t *sum;

	json_object_foreach(answer->users, key, sum)
	{
		if (answer->as_json)
			print_json(sum);
		else
			show(answer, sum);
	}
}

static void take_answer_line(struct answer *answer, const char *line, const json_t *object)
{
	if (answer->users)
		ctl_usage_add(answer->users, object);
	else if (answer->as_json)
		puts(line);
	else
		show(answer, object);
}

/* Evaluates the last line, which tells how it went. */
static int end_answer(struct answer *answer, const json_t *object, const char *how)
{
	const char *message = json_string_value(json_object_get(object, "message"));

	if (answer->users)
		show_users(answer);
	ctl_table_print(&answer->table);
	if (strcmp(how, "ok") == 0)
		return answer->table.failed ? complain("out of memory") : EXIT_SUCCESS;
	fprintf(stderr, "msrpctl: %s\n", message ? message : how);
	return EXIT_FAILURE;
}

static int read_lines(struct answer *answer, struct ctl_ask *ask)
{
	const char *line;

	while ((line = ctl_ask_line(ask))) {
		json_t *object = json_loads(line, 0, NULL);
		const char *how = json_string_value(json_object_get(object, "end"));
		int status = 0;

		if (!json_is_object(object)) {
			json_decref(object);
			return complain("the answer is not from msrpd");
		}
		if (how)
			status = end_answer(answer, object, how);
		else
			take_answer_line(answer, line, object);
		json_decref(object);
		if (how)
			return status;
	}
	complain(
	    "msrpd closed the connection: it answers root, its own user, and those in admin.users "
	    "and admin.groups, and only a few at a time");
	return EX_NOPERM;
}

int ctl_answer_print(struct ctl_ask *ask, const struct ctl_command *command, bool as_json)
{
	struct answer answer = { .command = command, .as_json = as_json };
	int status;

	if (command->by_user)
		answer.users = json_object();
	status = read_lines(&answer, ask);
	json_decref(answer.users);
	ctl_table_done(&answer.table);
	if (fflush(stdout) != 0 && status == EXIT_SUCCESS)
		status = EX_IOERR;
	return status;
}
