/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the password for the relay: in a file, in the environment, or by asking at the terminal,
 * which is restored however the program ends.
 */
#include "cli/app/password.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/terminal/say.h"

enum { PASSWORD_MAX = 1024 };

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
		cli_error("%s: contains no password", o->password_file);
	return o->password ? 0 : CLI_USAGE;
}

/* ---- the terminal ---- */

static volatile sig_atomic_t caught;

static void on_password_signal(int number)
{
	caught = number;
}

/* Signals that end or stop a program; handled while the terminal's settings are changed. */
static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP };

enum { N_SIGNALS = sizeof(signals) / sizeof(signals[0]) };

/*
 * Reads one character after the other, up to the end of the line. MASK lets our signals in only
 * while it waits. Returns 0, EINTR, or another errno.
 */
static int read_hidden(int fd, const sigset_t *mask, char word[PASSWORD_MAX])
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	char c = 0;

	while (c != '\n') {
		ssize_t n = ppoll(&input, 1, NULL, mask);

		if (n > 0)
			n = read(fd, &c, 1);
		if (n < 0)
			return errno;
		if (n == 0)
			break;
		if (len == PASSWORD_MAX - 1)
			return E2BIG;
		word[len++] = c;
	}
	word[len] = '\0';
	cut_line(word);
	return len > 0 ? 0 : ENODATA;
}

static void catch_signals(struct sigaction ret_saved[N_SIGNALS], sigset_t *ret_mask)
{
	struct sigaction action = { .sa_handler = on_password_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < N_SIGNALS; i++)
		sigaddset(&blocked, signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, ret_mask);
	for (size_t i = 0; i < N_SIGNALS; i++) {
		sigaction(signals[i], NULL, &ret_saved[i]);
		if (ret_saved[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

/* Signals that arrived meanwhile are delivered now. */
static void release_signals(const struct sigaction saved[N_SIGNALS], const sigset_t *mask)
{
	for (size_t i = 0; i < N_SIGNALS; i++)
		sigaction(signals[i], &saved[i], NULL);
	sigprocmask(SIG_SETMASK, mask, NULL);
}

/* Asks once, with the echo off, and restores the terminal. */
static int ask_password(const struct cli_options *o, FILE *terminal, char word[PASSWORD_MAX])
{
	struct sigaction saved[N_SIGNALS];
	struct termios before, quiet;
	sigset_t mask;
	int err;

	catch_signals(saved, &mask);
	tcgetattr(fileno(terminal), &before);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	caught = 0;
	tcsetattr(fileno(terminal), TCSAFLUSH, &quiet);
	fprintf(terminal, "Password of %s@%s: ", o->username, o->domain);
	fflush(terminal);
	err = read_hidden(fileno(terminal), &mask, word);
	tcsetattr(fileno(terminal), TCSAFLUSH, &before);
	fputc('\n', terminal);
	fflush(terminal);
	release_signals(saved, &mask);
	return err;
}

static int from_terminal(struct cli_options *o)
{
	FILE *terminal = fopen("/dev/tty", "r+e");
	char word[PASSWORD_MAX] = "";
	struct termios any;
	int err;

	if (!terminal || tcgetattr(fileno(terminal), &any) != 0) {
		if (terminal)
			fclose(terminal);
		cli_error(
		    "a password is needed: --password-file, or MSRP_PASSWORD in the environment");
		return CLI_USAGE;
	}
	/* Raise the signal that was caught: it ends or stops us as if we had not caught it. */
	while ((err = ask_password(o, terminal, word)) == EINTR && caught)
		raise(caught);
	fclose(terminal);
	o->password = err ? NULL : strdup(word);
	explicit_bzero(word, sizeof(word));
	if (err)
		cli_error("no password: %s", err == ENODATA ? "nothing was typed" : strerror(err));
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
