/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/terminal/piped.h"

#include <stdlib.h>

bool cli_piped_feed(struct cli_piped *piped, char byte)
{
	if (byte == '\n')
		return true;
	if (piped->bytes.len >= CLI_PIPED_MAX)
		piped->too_long = true;
	else if (byte)
		buf_add_char(&piped->bytes, byte);
	return false;
}

bool cli_piped_has_begun(const struct cli_piped *piped)
{
	return piped->bytes.len > 0;
}

char *cli_piped_take(struct cli_piped *piped)
{
	bool whole = !piped->too_long && !buf_failed(&piped->bytes);
	char *line = whole ? slice_dup(buf_slice(&piped->bytes)) : NULL;
	size_t len = piped->bytes.len;

	if (line && len > 0 && line[len - 1] == '\r')
		line[len - 1] = '\0';
	cli_piped_done(piped);
	return line;
}

void cli_piped_done(struct cli_piped *piped)
{
	buf_done(&piped->bytes);
	*piped = (struct cli_piped){ 0 };
}
