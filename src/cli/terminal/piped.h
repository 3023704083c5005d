/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines from a pipe or a file, where nobody edits them: chat.c
 * sends each as a message.
 */
#ifndef CLI_TERMINAL_PIPED_H
#define CLI_TERMINAL_PIPED_H

#include <stdbool.h>
#include <stddef.h>

enum {
	CLI_PIPED_MAX = 1024 * 1024, /* bytes of a line: the most that the other end accepts */
};

/* Lines that come out of a pipe or a file. A zeroed struct is an empty one. */
struct cli_piped {
	char *bytes; /* LEN of them; NULL: none */
	size_t len;
	size_t room;
	bool too_long;
	bool failed; /* out of memory */
};

/* True: the line is complete, for cli_piped_take(). NULs are left out. */
bool cli_piped_feed(struct cli_piped *piped, char byte);

/* Is there an unfinished line? */
bool cli_piped_has_begun(const struct cli_piped *piped);

/* Takes the line, which the caller frees. NULL: it is too long, or there is no memory. */
char *cli_piped_take(struct cli_piped *piped);

void cli_piped_done(struct cli_piped *piped);

#endif
