/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrpctl: reads its options and the words of a command (command.c), asks msrpd over the admin
 * socket (ask.c), and prints the answer (answer.c). "top" asks again and again (top.c).
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/answer.h"
#include "ctl/ask.h"
#include "ctl/command.h"
#include "ctl/top.h"

static void print_help(FILE *stream)
{
	fputs("Usage: msrpctl [OPTION]... COMMAND\n"
	      "Query and control a running msrpd.\n"
	      "\n"
	      "  -s, --socket=PATH  connect to the admin socket at PATH instead of " MSRPCTL_SOCKET
	      "\n"
	      "  -j, --json         print the answer as JSON, an object on each line\n"
	      "  -V, --version      print the version\n"
	      "  -h, --help         print this\n"
	      "\n",
	      stream);
	for (const struct ctl_command *c = ctl_commands; c->word[0]; c++) {
		char name[128];

		snprintf(name, sizeof(name), "%s%s%s %s", c->word[0], c->word[1] ? " " : "",
			 c->word[1] ? c->word[1] : "", c->arguments ? c->arguments : "");
		fprintf(stream, "  %-32s %s\n", name, c->help);
	}
}

static int ask_msrpd(const char *socket, const struct ctl_command *command, char *const *arguments,
		     bool as_json)
{
	const char *const *name = command->ask[0] ? command->ask : command->word;
	const char *word[CTL_WORDS + 1] = { name[0] };
	struct ctl_ask *question;
	size_t n = 1;
	int status;
	int err;

	if (name[1])
		word[n++] = name[1];
	for (; *arguments; arguments++)
		word[n++] = *arguments;
	err = ctl_ask_new(socket, word, &question);
	if (err) {
		fprintf(stderr, "msrpctl: %s: %s\n", socket, strerror(-err));
		return EX_UNAVAILABLE;
	}
	status = ctl_answer_print(question, command, as_json);
	ctl_ask_free(question);
	return status;
}

static bool has_separator(char *const *word)
{
	for (; *word; word++)
		if (strpbrk(*word, "\t\n"))
			return true;
	return false;
}

static int run_command(const char *socket, char *const *argv, size_t n, bool as_json)
{
	size_t used;
	const struct ctl_command *command = n > 0 ? ctl_command_find(argv, n, &used) : NULL;

	if (!command || has_separator(argv)) {
		print_help(stderr);
		return EX_USAGE;
	}
	if (command->is_top)
		return ctl_top_run(socket, as_json);
	return ask_msrpd(socket, command, argv + used, as_json);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *socket = MSRPCTL_SOCKET;
	bool as_json = false;
	int option;

	signal(SIGPIPE, SIG_IGN);
	while ((option = getopt_long(argc, argv, "s:jVh", options, NULL)) != -1) {
		switch (option) {
		case 's':
			socket = optarg;
			break;
		case 'j':
			as_json = true;
			break;
		case 'V':
			puts("msrpctl " MSRPCTL_VERSION);
			return EXIT_SUCCESS;
		case 'h':
			print_help(stdout);
			return EXIT_SUCCESS;
		default:
			print_help(stderr);
			return EX_USAGE;
		}
	}
	return run_command(socket, argv + optind, (size_t)(argc - optind), as_json);
}
