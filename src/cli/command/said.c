/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages of a chat that have no outcome yet, found by Message-ID when the library reports
 * one.
 */
#include "cli/command/said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cli_said_add(struct cli_said_list *list, const char *message_id, size_t row, const char *text)
{
	struct cli_said *s = calloc(1, sizeof(*s));

	if (!s)
		return;
	snprintf(s->message_id, sizeof(s->message_id), "%s", message_id);
	s->row = row;
	s->text = strdup(text);
	TAILQ_INSERT_TAIL(list, s, in_list);
}

struct cli_said *cli_said_find(struct cli_said_list *list, const char *message_id)
{
	struct cli_said *s;

	TAILQ_FOREACH (s, list, in_list)
		if (strcmp(s->message_id, message_id) == 0)
			return s;
	return NULL;
}

void cli_said_forget(struct cli_said_list *list, struct cli_said *s)
{
	TAILQ_REMOVE(list, s, in_list);
	free(s->text);
	free(s);
}

void cli_said_forget_all(struct cli_said_list *list)
{
	while (!TAILQ_EMPTY(list))
		cli_said_forget(list, TAILQ_FIRST(list));
}
