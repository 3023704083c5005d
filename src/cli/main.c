/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The msrp command: finds the subcommand that the first argument names, has its options read and
 * checked (app/options.c), and the password found (app/password.c), and runs it.
 */
#include <stdio.h>
#include <string.h>

#include "cli/app/app.h"
#include "cli/app/password.h"
#include "cli/terminal/say.h"

static const struct {
	const char *name;
	enum cli_command command;
	int (*run)(struct cli_options *options);
	const char *usage;
} commands[] = {
	{ "auth", CLI_AUTH, cli_auth, "auth" },
	{ "chat", CLI_CHAT, cli_chat, "chat" },
	{ "forward", CLI_FORWARD, cli_forward, "forward" },
	{ "receive", CLI_RECEIVE, cli_receive, "receive" },
	{ "send", CLI_SEND, cli_send, "send FILE..." },
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* Prints the synopses and options of these commands, and where to read more. */
static void help(enum cli_command which)
{
	const char *before = "usage:";

	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (!(commands[i].command & which))
			continue;
		printf("%s msrp %s [options]\n", before, commands[i].usage);
		before = "      ";
	}
	putchar('\n');
	cli_options_help(which);
	puts(which == CLI_ALL
		 ? "\n\"msrp COMMAND --help\" lists the options of one command. See msrp(1)."
		 : "\nSee msrp(1).");
}

/* Handles --help and --version. True: that was all. */
static bool answer_at_once(enum cli_command command, const struct cli_options *options)
{
	if (options->help)
		help(command);
	else if (options->version)
		puts("msrp " CLI_VERSION);
	return options->help || options->version;
}

/* Is it "auth --repeat"? Must work even if the arguments are invalid. */
static bool is_probe(int argc, char **argv)
{
	if (strcmp(argv[0], "auth") != 0)
		return false;
	/* getopt_long(3) accepts abbreviations, too. */
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strncmp(argv[i], "--rep", strlen("--rep")) == 0)
			return true;
	return false;
}

/* Nothing was tried, and Nagios must be told so, too. */
static int refuse_arguments(int argc, char **argv, int code)
{
	return is_probe(argc, argv) ? cli_probe_unknown() : code;
}

static int check_arguments(const struct cli_options *o)
{
	const char *wrong = NULL;

	if ((o->relay.host || o->password || o->password_file) && !o->username)
		wrong = "--relay and --password are for --user, which is missing";
	else if (o->password && o->password_file)
		wrong = "--password and --password-file: one of them is enough";
	else if (!o->certificate != !o->key)
		wrong = "--certificate and --key need each other";
	else if (o->certificate && !o->listens)
		wrong = "--certificate is for --listen, which is missing";
	else if ((o->warning || o->critical) && !o->repeat)
		wrong = "--warning and --critical are for --repeat, which is missing";
	if (wrong)
		cli_error("%s", wrong);
	return wrong ? CLI_USAGE : 0;
}

static int run_command(size_t i, int argc, char **argv)
{
	struct cli_options options;
	int code = cli_options_parse(commands[i].command, argc, argv, &options);

	if (code)
		return refuse_arguments(argc, argv, code);
	if (answer_at_once(commands[i].command, &options)) {
		cli_options_done(&options);
		return CLI_OK;
	}
	code = check_arguments(&options);
	if (!code)
		code = cli_password_find(&options);
	if (!code)
		return commands[i].run(&options);
	cli_options_done(&options);
	return refuse_arguments(argc, argv, code);
}

/* Without a command there is little to do. */
static int run_none(int argc, char **argv)
{
	struct cli_options options;
	int code = cli_options_parse(CLI_ALL, argc, argv, &options);

	if (code)
		return code;
	if (!answer_at_once(CLI_ALL, &options)) {
		cli_error("which command? --help lists them");
		code = CLI_USAGE;
	}
	cli_options_done(&options);
	return code;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		for (size_t i = 0; i < N_COMMANDS; i++)
			if (strcmp(argv[1], commands[i].name) == 0)
				return run_command(i, argc - 1, argv + 1);
	if (argc > 1 && argv[1][0] != '-') {
		cli_error("'%s' is not a command; --help lists them", argv[1]);
		return CLI_USAGE;
	}
	return run_none(argc, argv);
}
