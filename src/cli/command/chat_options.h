/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which options make a chat: chat.c asks before it begins. Other commands check theirs themselves;
 * chat has more ways to the other side than they.
 */
#ifndef CLI_COMMAND_CHAT_OPTIONS_H
#define CLI_COMMAND_CHAT_OPTIONS_H

#include "cli/app/options.h"

enum { CLI_CHAT_NAME_MAX = 64 }; /* bytes of a name, ours or theirs */

/* Says what is wrong with them. 0 or CLI_USAGE. */
int cli_chat_check(const struct cli_options *options);

#endif
