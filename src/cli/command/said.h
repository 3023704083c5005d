/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our messages in a chat that are not known to have arrived. chat.c adds each message that it
 * sends, and marks its line on the screen when the outcome comes.
 */
#ifndef CLI_COMMAND_SAID_H
#define CLI_COMMAND_SAID_H

#include <msrp.h>
#include <stddef.h>
#include <sys/queue.h>

/* Our messages without an outcome yet. */
struct cli_said {
	char message_id[MSRP_MESSAGE_ID_SIZE];
	size_t row; /* its line on the screen */
	char *text;
	TAILQ_ENTRY(cli_said) in_list;
};

TAILQ_HEAD(cli_said_list, cli_said);

/* Without memory, the mark will not change. */
void cli_said_add(struct cli_said_list *list, const char *message_id, size_t row, const char *text);

/* Returns NULL if there is none. */
struct cli_said *cli_said_find(struct cli_said_list *list, const char *message_id);

void cli_said_forget(struct cli_said_list *list, struct cli_said *said);
void cli_said_forget_all(struct cli_said_list *list);

#endif
