/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gathers the bytes of a line from a pipe or a file, up to the length that the other end accepts as
 * one message.
 */
#include "cli/terminal/piped.h"

#include <stdlib.h>

enum { ROOM_FIRST = 256 };

static void add_byte(struct cli_piped *piped, char byte)
{
	if (piped->len + 1 >= piped->room) { /* leaves room for a NUL */
		size_t room = piped->room > 0 ? 2 * piped->room : ROOM_FIRST;
		char *bytes = realloc(piped->bytes, room);

		piped->failed |= !bytes;
		if (!bytes)
			return;
		piped->bytes = bytes;
		piped->room = room;
	}
	piped->bytes[piped->len++] = byte;
}

bool cli_piped_feed(struct cli_piped *piped, char byte)
{
	if (byte == '\n')
		return true;
	if (piped->len >= CLI_PIPED_MAX)
		piped->too_long = true;
	else if (byte)
		add_byte(piped, byte);
	return false;
}

bool cli_piped_has_begun(const struct cli_piped *piped)
{
	return piped->len > 0;
}

char *cli_piped_take(struct cli_piped *piped)
{
	char *line = NULL;

	if (!piped->too_long && !piped->failed) {
		line = piped->bytes ? piped->bytes : calloc(1, 1);
		piped->bytes = NULL;
	}
	if (line && piped->len > 0)
		line[piped->len] = '\0';
	if (line && piped->len > 0 && line[piped->len - 1] == '\r')
		line[piped->len - 1] = '\0';
	cli_piped_done(piped);
	return line;
}

void cli_piped_done(struct cli_piped *piped)
{
	free(piped->bytes);
	*piped = (struct cli_piped){ 0 };
}
