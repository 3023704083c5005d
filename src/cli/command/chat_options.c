/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the options of msrp chat against each other: one way to the other side, and a name that
 * fits.
 */
#include "cli/command/chat_options.h"

#include <string.h>

#include "cli/terminal/say.h"

/* Is there exactly one way to reach the other side, or to be reached? */
static bool is_one_way(const struct cli_options *o)
{
	if (o->to)
		return !o->call && !o->path_file && !o->listens;
	if (o->call)
		return o->path_file && !o->listens;
	return !o->username != !o->listens;
}

int cli_chat_check(const struct cli_options *o)
{
	if (o->nickname && (!*o->nickname || strlen(o->nickname) > CLI_CHAT_NAME_MAX)) {
		cli_error("--nickname: a name has up to %d bytes", CLI_CHAT_NAME_MAX);
		return CLI_USAGE;
	}
	if (o->n_arguments == 0 && is_one_way(o))
		return 0;
	cli_error("usage: msrp chat --user NAME@DOMAIN | --listen [HOST:]PORT | --to PATH | "
		  "--call --path-file FILE");
	return CLI_USAGE;
}
