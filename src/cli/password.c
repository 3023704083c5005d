/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/password.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/say.h"

static void cut_line(char *line)
{
	line[strcspn(line, "\r\n")] = '\0';
}

/* The first line of FILE; NULL at its end. */
static char *read_line(FILE *file)
{
	char *line = NULL;
	size_t size = 0;

	if (getline(&line, &size, file) < 0) {
		free(line);
		return NULL;
	}
	cut_line(line);
	return line;
}

static int from_file(struct cli_options *o)
{
	FILE *file = fopen(o->password_file, "re");

	if (!file) {
		cli_error("%s: %s", o->password_file, strerror(errno));
		return CLI_USAGE;
	}
	o->password = read_line(file);
	fclose(file);
	if (!o->password)
		cli_error("%s: there is no password in it", o->password_file);
	return o->password ? 0 : CLI_USAGE;
}

static int from_terminal(struct cli_options *o)
{
	FILE *terminal = fopen("/dev/tty", "r+e");
	struct termios before, quiet;

	if (!terminal || tcgetattr(fileno(terminal), &before) != 0) {
		if (terminal)
			fclose(terminal);
		cli_error(
		    "a password is needed: --password-file, or MSRP_PASSWORD in the environment");
		return CLI_USAGE;
	}
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fileno(terminal), TCSAFLUSH, &quiet);
	fprintf(terminal, "Password of %s@%s: ", o->username, o->domain);
	fflush(terminal);
	o->password = read_line(terminal);
	tcsetattr(fileno(terminal), TCSAFLUSH, &before);
	fputc('\n', terminal);
	fclose(terminal);
	return o->password ? 0 : CLI_USAGE;
}

int cli_password_find(struct cli_options *o)
{
	const char *variable = getenv("MSRP_PASSWORD");

	if (!o->username || o->password)
		return 0;
	if (o->password_file)
		return from_file(o);
	if (!variable)
		return from_terminal(o);
	o->password = strdup(variable);
	unsetenv("MSRP_PASSWORD");
	return o->password ? 0 : CLI_USAGE;
}
