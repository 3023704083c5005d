/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks which options make a chat, for chat.c before it begins. Other commands check theirs
 * themselves; chat has more ways to reach the other side.
 */
#ifndef CLI_COMMAND_CHAT_OPTIONS_H
#define CLI_COMMAND_CHAT_OPTIONS_H

#include "cli/app/options.h"

enum { CLI_CHAT_NAME_MAX = 64 }; /* bytes of a name, ours or theirs */

/* Prints what is wrong with them. Returns 0 or CLI_USAGE. */
int cli_chat_check(const struct cli_options *options);

#endif
