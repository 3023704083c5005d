/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/app.h"
#include "cli/password.h"
#include "cli/say.h"

static const char help[] =
    "usage: msrp auth    [options]\n"
    "       msrp chat    [options]\n"
    "       msrp forward [options]\n"
    "       msrp receive [options]\n"
    "       msrp send FILE... [options]\n"
    "\n"
    "  --relay HOST[:PORT]    the relay; without it, that of the domain by DNS\n"
    "  --user NAME@DOMAIN     who to be at the relay; without it, no relay is used\n"
    "  --password WORD        better: --password-file FILE, or MSRP_PASSWORD\n"
    "  --ca FILE              certificates to trust, instead of the system's\n"
    "  --insecure             do not verify certificates\n"
    "  --path-file FILE       where who waits puts his path, and who calls finds it\n"
    "  --to \"PATH\"            send, chat, forward: the path that the other side has printed\n"
    "  --call                 chat: call the path in the path file\n"
    "  --nickname NAME        chat: how to be called\n"
    "  --chunk-size N[K|M|G]  send: octets in a chunk; 0, the default: all in one\n"
    "  --output FILE|DIR      receive: where to put the file\n"
    "  --dir DIR              receive: all files that the sender has, into DIR\n"
    "  --max-size N[K|M|G]    receive: refuse a file that is larger\n"
    "  --force                receive: replace an existing file\n"
    "  --listen [HOST:]PORT   receive, chat: without a relay; forward: for a connection\n"
    "  --connect HOST:PORT    forward: where the connection goes\n"
    "  --type TYPE            forward: the type of what goes through it\n"
    "  --certificate FILE --key FILE   with --listen: use TLS\n"
    "  --repeat N             auth: N times, in one line as Nagios plugins write it\n"
    "  --warning MS --critical MS      with --repeat: what is too slow\n"
    "  -v, --verbose          show the protocol on stderr\n"
    "  --help, --version\n"
    "\n"
    "See msrp(1).\n";

static const struct {
	const char *name;
	int (*run)(struct cli_options *options);
} commands[] = {
	{ "auth", cli_auth },	    { "chat", cli_chat }, { "forward", cli_forward },
	{ "receive", cli_receive }, { "send", cli_send },
};

/* What is asked for before any work. True: it was, and all is done. */
static bool answer(const struct cli_options *options)
{
	if (options->help)
		fputs(help, stdout);
	else if (options->version)
		puts("msrp " MSRP_VERSION);
	return options->help || options->version;
}

/* Is it "auth --repeat", also where its arguments cannot be understood? */
static bool is_probe(int argc, char **argv)
{
	if (strcmp(argv[0], "auth") != 0)
		return false;
	/* getopt_long(3) takes it shortened, too. */
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strncmp(argv[i], "--rep", strlen("--rep")) == 0)
			return true;
	return false;
}

/* Nothing was tried: Nagios has to be told so, too. */
static int refuse(int argc, char **argv, int code)
{
	return is_probe(argc, argv) ? cli_probe_unknown() : code;
}

static int run(int (*command)(struct cli_options *options), int argc, char **argv)
{
	struct cli_options options;
	int code = cli_options_parse(argc, argv, &options);

	if (code)
		return refuse(argc, argv, code);
	if (answer(&options)) {
		cli_options_done(&options);
		return CLI_OK;
	}
	if (options.relay.host && !options.username) {
		cli_error("--relay needs --user");
		code = CLI_USAGE;
	} else if (command) {
		code = cli_password_find(&options);
	} else {
		fputs(help, stderr);
		code = CLI_USAGE;
	}
	if (code) {
		cli_options_done(&options);
		return refuse(argc, argv, code);
	}
	return command(&options);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
			if (strcmp(argv[1], commands[i].name) == 0)
				return run(commands[i].run, argc - 1, argv + 1);
	if (argc > 1 && argv[1][0] != '-') {
		cli_error("'%s' is no command; --help tells which there are", argv[1]);
		return CLI_USAGE;
	}
	return run(NULL, argc, argv);
}
