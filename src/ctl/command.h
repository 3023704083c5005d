/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands of msrpctl. main.c looks up the words of the command line here, and answer.c finds
 * out how to show the answer.
 */
#ifndef CTL_COMMAND_H
#define CTL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "ctl/view.h"

enum { CTL_WORDS = 5, CTL_VIEWS = 2 };

/* A command of msrpctl, and how its answer looks. */
struct ctl_command {
	const char *word[2];   /* the second one may be NULL */
	const char *ask[2];    /* the words for the socket, if they differ */
	const char *arguments; /* "SESSION", "[USER]"; NULL: none */
	unsigned least;	       /* the minimum */
	unsigned most;
	const char *help;
	bool by_user; /* add up the sessions of each user */
	bool is_top;  /* shown by top.c, again and again */
	struct ctl_view view[CTL_VIEWS];
};

/* Ends with a NULL word. */
extern const struct ctl_command ctl_commands[];

/*
 * The command named by ARGV, N words; its name takes *RET_USED of them. NULL: there is none, or its
 * arguments differ.
 */
const struct ctl_command *ctl_command_find(char *const *argv, size_t n, size_t *ret_used);

/* The view of COMMAND for OBJECT, or NULL. */
const struct ctl_view *ctl_command_view(const struct ctl_command *command, const json_t *object);

#endif
