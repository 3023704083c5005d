/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options of the command line as a struct, and the exit codes, which msrp(1) promises. main.c
 * has them parsed before anything else happens.
 */
#ifndef CLI_APP_OPTIONS_H
#define CLI_APP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* The meanings of the exit code. */
enum cli_exit {
	CLI_OK = 0,
	CLI_USAGE = 1,
	CLI_CONNECTION = 2,
	CLI_AUTHENTICATION = 3,
	CLI_TRANSFER = 4,
};

/* Likewise for "auth --repeat", as defined for Nagios plugins. */
enum cli_probe_exit {
	CLI_PROBE_OK = 0,
	CLI_PROBE_WARNING = 1,
	CLI_PROBE_CRITICAL = 2,
	CLI_PROBE_UNKNOWN = 3,
};

enum {
	CLI_REPEAT_MAX = 1000000,
	CLI_MS_MAX = 24 * 3600 * 1000,
};

/* Bits, because an option may belong to several. */
enum cli_command {
	CLI_AUTH = 1,
	CLI_CHAT = 2,
	CLI_FORWARD = 4,
	CLI_RECEIVE = 8,
	CLI_SEND = 16,
	CLI_ALL = 31,
};

/* An address as given: "host", "host:port" or "[v6]:port". */
struct cli_endpoint {
	char *host;    /* NULL: none */
	uint16_t port; /* 0: none */
};

struct cli_options {
	struct cli_endpoint relay;
	struct cli_endpoint listen;
	struct cli_endpoint connect;
	bool listens;
	char *username; /* NULL: no relay */
	char *domain;
	char *password;
	const char *password_file;
	const char *ca;
	const char *certificate;
	const char *key;
	const char *to;
	const char *path_file;
	const char *output;
	const char *directory;
	char **arguments; /* arguments that are not options */
	int n_arguments;
	const char *nickname;
	const char *type;
	uint64_t chunk_size;
	uint64_t max_size; /* octets of a received file; 0: no limit */
	bool call;
	uint64_t repeat;  /* 0: not requested */
	uint64_t warning; /* ms, like the next; 0: none */
	uint64_t critical;
	bool insecure;
	bool force;
	bool verbose;
	bool help;
	bool version;
};

/*
 * Parses ARGV as main() has it, without the subcommand, and accepts only that one's options. Prints
 * mistakes on stderr. Returns 0 or CLI_USAGE.
 */
int cli_options_parse(enum cli_command command, int argc, char **argv,
		      struct cli_options *ret_options);

/* Prints the options of COMMAND, or of each of several. */
void cli_options_help(enum cli_command command);

void cli_options_done(struct cli_options *options);

#endif
