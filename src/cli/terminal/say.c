/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Error messages on stderr, in which nothing from the other side can command the terminal.
 */
#include "cli/terminal/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <msrp.h>

enum { LINE_MAX_LEN = 1024 };

static char latest[LINE_MAX_LEN];

const char *cli_latest_error(void)
{
	return latest;
}

void cli_make_printable(char *line)
{
	msrp_text_clean(line, strlen(line), '?', line);
}

void cli_error(const char *format, ...)
{
	char line[LINE_MAX_LEN];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	cli_make_printable(line);
	memcpy(latest, line, sizeof(latest));
	fprintf(stderr, "msrp: %s\n", line);
}
