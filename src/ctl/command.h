/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What msrpctl can be told. main.c looks up the words of the command line here, and answer.c finds
 * out how the answer is shown.
 */
#ifndef CTL_COMMAND_H
#define CTL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "ctl/view.h"

enum { CTL_WORDS = 5, CTL_VIEWS = 2 };

/* What msrpctl can be told, and how its answer looks. */
struct ctl_command {
	const char *word[2];   /* the second one may be NULL */
	const char *ask[2];    /* the words for the socket, when these are others */
	const char *arguments; /* "SESSION", "[USER]"; NULL: none */
	unsigned least;	       /* of them */
	unsigned most;
	const char *help;
	bool by_user; /* sessions are to be added up for each user */
	struct ctl_view view[CTL_VIEWS];
};

/* Ends with a word of NULL. */
extern const struct ctl_command ctl_commands[];

/*
 * The command that ARGV, N words, names; *RET_USED of these are its name. NULL:
 * there is none, or it has other arguments.
 */
const struct ctl_command *ctl_command_find(char *const *argv, size_t n, size_t *ret_used);

/* The view of COMMAND for OBJECT, or NULL. */
const struct ctl_view *ctl_command_view(const struct ctl_command *command, const json_t *object);

#endif
