/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line: one table of all options, which says what takes an argument, which subcommands
 * take it, and what --help prints.
 */
#include "cli/app/options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/terminal/say.h"

enum option_id {
	OPTION_RELAY = 256, /* above all letters */
	OPTION_USER,
	OPTION_PASSWORD,
	OPTION_PASSWORD_FILE,
	OPTION_CA,
	OPTION_CERTIFICATE,
	OPTION_KEY,
	OPTION_INSECURE,
	OPTION_CHUNK_SIZE,
	OPTION_MAX_SIZE,
	OPTION_TO,
	OPTION_PATH_FILE,
	OPTION_OUTPUT,
	OPTION_DIR,
	OPTION_FORCE,
	OPTION_LISTEN,
	OPTION_CONNECT,
	OPTION_TYPE,
	OPTION_CALL,
	OPTION_NICKNAME,
	OPTION_REPEAT,
	OPTION_WARNING,
	OPTION_CRITICAL,
	OPTION_HELP,
	OPTION_VERSION,
};

/* Each option: which subcommands take it, the name of its argument, and the text for --help. */
static const struct {
	struct option option;
	unsigned commands;
	const char *argument; /* "": none */
	const char *what;
} table[] = {
	{ { "relay", required_argument, NULL, OPTION_RELAY },
	  CLI_ALL,
	  "HOST[:PORT]",
	  "the relay; default: what DNS says for the domain" },
	{ { "user", required_argument, NULL, OPTION_USER },
	  CLI_ALL,
	  "NAME@DOMAIN",
	  "log in at the relay as this user; default: no relay" },
	{ { "password", required_argument, NULL, OPTION_PASSWORD },
	  CLI_ALL,
	  "WORD",
	  "others may see it: prefer the next, or MSRP_PASSWORD" },
	{ { "password-file", required_argument, NULL, OPTION_PASSWORD_FILE },
	  CLI_ALL,
	  "FILE",
	  "read the password from its first line" },
	{ { "ca", required_argument, NULL, OPTION_CA },
	  CLI_ALL,
	  "FILE",
	  "certificates to trust, instead of the system's" },
	{ { "insecure", no_argument, NULL, OPTION_INSECURE },
	  CLI_ALL,
	  "",
	  "do not verify certificates" },
	{ { "path-file", required_argument, NULL, OPTION_PATH_FILE },
	  CLI_CHAT | CLI_FORWARD | CLI_RECEIVE | CLI_SEND,
	  "FILE",
	  "one side writes its path here, the other reads it" },
	{ { "to", required_argument, NULL, OPTION_TO },
	  CLI_CHAT | CLI_FORWARD | CLI_SEND,
	  "PATH",
	  "the path that the other side printed, in quotes" },
	{ { "call", no_argument, NULL, OPTION_CALL },
	  CLI_CHAT,
	  "",
	  "call the path in the path file" },
	{ { "nickname", required_argument, NULL, OPTION_NICKNAME },
	  CLI_CHAT,
	  "NAME",
	  "your name in the chat" },
	{ { "chunk-size", required_argument, NULL, OPTION_CHUNK_SIZE },
	  CLI_SEND,
	  "N[K|M|G]",
	  "octets in a chunk; default 0: the whole file in one" },
	{ { "output", required_argument, NULL, OPTION_OUTPUT },
	  CLI_RECEIVE,
	  "FILE|DIR",
	  "where to put the file; - is standard output" },
	{ { "dir", required_argument, NULL, OPTION_DIR },
	  CLI_RECEIVE,
	  "DIR",
	  "receive all files of the sender into DIR" },
	{ { "max-size", required_argument, NULL, OPTION_MAX_SIZE },
	  CLI_RECEIVE,
	  "N[K|M|G]",
	  "refuse larger files" },
	{ { "force", no_argument, NULL, OPTION_FORCE },
	  CLI_RECEIVE,
	  "",
	  "replace an existing file" },
	{ { "listen", required_argument, NULL, OPTION_LISTEN },
	  CLI_CHAT | CLI_FORWARD | CLI_RECEIVE,
	  "[HOST:]PORT",
	  "wait here, without a relay; forward: for a connection" },
	{ { "connect", required_argument, NULL, OPTION_CONNECT },
	  CLI_FORWARD,
	  "HOST:PORT",
	  "the service to connect to" },
	{ { "type", required_argument, NULL, OPTION_TYPE },
	  CLI_FORWARD,
	  "TYPE",
	  "content type of what is forwarded" },
	{ { "certificate", required_argument, NULL, OPTION_CERTIFICATE },
	  CLI_CHAT | CLI_FORWARD | CLI_RECEIVE,
	  "FILE",
	  "with --listen: use TLS, with this certificate" },
	{ { "key", required_argument, NULL, OPTION_KEY },
	  CLI_CHAT | CLI_FORWARD | CLI_RECEIVE,
	  "FILE",
	  "private key of the certificate" },
	{ { "repeat", required_argument, NULL, OPTION_REPEAT },
	  CLI_AUTH,
	  "N",
	  "try N times, and report like a Nagios plugin" },
	{ { "warning", required_argument, NULL, OPTION_WARNING },
	  CLI_AUTH,
	  "MS",
	  "with --repeat: warn above this" },
	{ { "critical", required_argument, NULL, OPTION_CRITICAL },
	  CLI_AUTH,
	  "MS",
	  "with --repeat: critical above this" },
	{ { "verbose", no_argument, NULL, 'v' }, CLI_ALL, "", "show the protocol on stderr" },
	{ { "help", no_argument, NULL, OPTION_HELP }, CLI_ALL, "", "show this help" },
	{ { "version", no_argument, NULL, OPTION_VERSION }, CLI_ALL, "", "show the version" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool parse_port_option(const char *text, uint16_t *ret_port)
{
	char *end;
	unsigned long value;

	if (*text < '0' || *text > '9')
		return false;
	value = strtoul(text, &end, 10);
	if (*end || value > UINT16_MAX)
		return false;
	*ret_port = (uint16_t)value;
	return true;
}

/* Several colons and no brackets make a bare IPv6 address. */
static bool parse_endpoint(const char *text, struct cli_endpoint *e)
{
	const char *close = *text == '[' ? strchr(text, ']') : NULL;
	const char *host = close ? text + 1 : text;
	const char *colon = strchr(close ? close : text, ':');
	size_t len;

	if (*text == '[' && !close)
		return false;
	if (!close && colon && strchr(colon + 1, ':'))
		colon = NULL;
	len = close ? (size_t)(close - host) : colon ? (size_t)(colon - host) : strlen(host);
	if (len == 0 || (close && close[1] && close[1] != ':'))
		return false;
	if (colon && !parse_port_option(colon + 1, &e->port))
		return false;
	free(e->host);
	e->host = strndup(host, len);
	return e->host != NULL;
}

/* "[HOST:]PORT" */
static bool parse_listen(const char *text, struct cli_options *o)
{
	o->listens = true;
	if (parse_port_option(text, &o->listen.port))
		return true;
	return strrchr(text, ':') && text[strlen(text) - 1] != ']' &&
	       parse_endpoint(text, &o->listen) && (o->listen.host[0] != ':' || *text == '[');
}

static bool parse_user(const char *text, struct cli_options *o)
{
	const char *at = strrchr(text, '@');

	if (!at || at == text || !at[1])
		return false;
	free(o->username);
	free(o->domain);
	o->username = strndup(text, (size_t)(at - text));
	o->domain = strdup(at + 1);
	return o->username && o->domain;
}

/* Wipes the argument, because everybody on the machine can read a command line. */
static bool take_password(char *text, struct cli_options *o)
{
	free(o->password);
	o->password = strdup(text);
	memset(text, '*', strlen(text));
	return o->password != NULL;
}

static bool parse_size(const char *text, uint64_t *ret_size)
{
	static const char suffixes[] = "KMG";
	const char *suffix;
	unsigned shift = 0;
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *text == '-')
		return false;
	if (*end) {
		suffix = strchr(suffixes, *end);
		if (!suffix || end[1])
			return false;
		shift = 10 * (unsigned)(suffix - suffixes + 1);
	}
	if (value > UINT64_MAX >> shift)
		return false;
	*ret_size = (uint64_t)value << shift;
	return true;
}

static bool parse_count(const char *text, uint64_t max, uint64_t *ret_count)
{
	return parse_size(text, ret_count) && *ret_count > 0 && *ret_count <= max;
}

/* Options whose argument is stored as it is. */
static const struct {
	int id;
	size_t offset;
} strings[] = {
	{ OPTION_PASSWORD_FILE, offsetof(struct cli_options, password_file) },
	{ OPTION_CA, offsetof(struct cli_options, ca) },
	{ OPTION_CERTIFICATE, offsetof(struct cli_options, certificate) },
	{ OPTION_KEY, offsetof(struct cli_options, key) },
	{ OPTION_TO, offsetof(struct cli_options, to) },
	{ OPTION_PATH_FILE, offsetof(struct cli_options, path_file) },
	{ OPTION_OUTPUT, offsetof(struct cli_options, output) },
	{ OPTION_DIR, offsetof(struct cli_options, directory) },
	{ OPTION_NICKNAME, offsetof(struct cli_options, nickname) },
	{ OPTION_TYPE, offsetof(struct cli_options, type) },
};

/* Options without an argument. */
static const struct {
	int id;
	size_t offset;
} flags[] = {
	{ OPTION_INSECURE, offsetof(struct cli_options, insecure) },
	{ OPTION_FORCE, offsetof(struct cli_options, force) },
	{ OPTION_CALL, offsetof(struct cli_options, call) },
	{ OPTION_HELP, offsetof(struct cli_options, help) },
	{ OPTION_VERSION, offsetof(struct cli_options, version) },
	{ 'v', offsetof(struct cli_options, verbose) },
};

static bool take_plain(struct cli_options *o, int id, const char *argument)
{
	for (size_t i = 0; i < COUNT(strings); i++) {
		if (strings[i].id == id) {
			*(const char **)(void *)((char *)o + strings[i].offset) = argument;
			return true;
		}
	}
	for (size_t i = 0; i < COUNT(flags); i++) {
		if (flags[i].id == id) {
			*(bool *)((char *)o + flags[i].offset) = true;
			return true;
		}
	}
	return false;
}

/* False: the argument is invalid. */
static bool take_option(struct cli_options *o, int id, char *argument)
{
	switch (id) {
	case OPTION_RELAY:
		return parse_endpoint(argument, &o->relay);
	case OPTION_USER:
		return parse_user(argument, o);
	case OPTION_PASSWORD:
		return take_password(argument, o);
	case OPTION_CHUNK_SIZE:
		return parse_size(argument, &o->chunk_size);
	case OPTION_MAX_SIZE:
		return parse_size(argument, &o->max_size);
	case OPTION_CONNECT:
		return parse_endpoint(argument, &o->connect);
	case OPTION_LISTEN:
		return parse_listen(argument, o);
	case OPTION_REPEAT:
		return parse_count(argument, CLI_REPEAT_MAX, &o->repeat);
	case OPTION_WARNING:
		return parse_count(argument, CLI_MS_MAX, &o->warning);
	case OPTION_CRITICAL:
		return parse_count(argument, CLI_MS_MAX, &o->critical);
	default:
		return take_plain(o, id, argument);
	}
}

static const char *option_name(int id)
{
	for (size_t i = 0; i < COUNT(table); i++)
		if (table[i].option.val == id)
			return table[i].option.name;
	return "";
}

static bool is_known_id(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT(table); i++)
		if (strlen(table[i].option.name) == len &&
		    strncmp(table[i].option.name, name, len) == 0)
			return true;
	return false;
}

/* Says in our words what getopt rejected. */
static void say_unfitting(int result, const char *argument)
{
	const char *name = argument + strspn(argument, "-");
	size_t len = strcspn(name, "=");

	if (result == ':')
		cli_error("--%s needs a value", option_name(optopt));
	else if (optopt >= OPTION_RELAY || optopt == 'v')
		cli_error("--%s takes no value", option_name(optopt));
	else if (optopt)
		cli_error("there is no option -%c", optopt);
	else if (is_known_id(name, len))
		cli_error("--%.*s does not apply to this command; see its --help", (int)len, name);
	else
		cli_error("there is no option --%.*s, or more than one that begins so", (int)len,
			  name);
}

static int usage(struct cli_options *o)
{
	cli_options_done(o);
	return CLI_USAGE;
}

/* Selects the options of COMMAND, in getopt's form. */
static void select_options(enum cli_command command, struct option ret_options[COUNT(table) + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(table); i++)
		if (table[i].commands & command)
			ret_options[n++] = table[i].option;
	ret_options[n] = (struct option){ 0 };
}

int cli_options_parse(enum cli_command command, int argc, char **argv,
		      struct cli_options *ret_options)
{
	struct option known[COUNT(table) + 1];
	struct cli_options o = { 0 };
	int id;

	select_options(command, known);
	opterr = 0;
	while ((id = getopt_long(argc, argv, ":v", known, NULL)) != -1) {
		if (id == '?' || id == ':') {
			say_unfitting(id, argv[optind - 1]);
			return usage(&o);
		}
		if (!take_option(&o, id, optarg)) {
			cli_error("--%s: '%s' is invalid", option_name(id), optarg);
			return usage(&o);
		}
	}
	o.arguments = argv + optind;
	o.n_arguments = argc - optind;
	*ret_options = o;
	return 0;
}

void cli_options_done(struct cli_options *o)
{
	if (o->password)
		explicit_bzero(o->password, strlen(o->password));
	free(o->password);
	free(o->username);
	free(o->domain);
	free(o->relay.host);
	free(o->listen.host);
	free(o->connect.host);
}

void cli_options_help(enum cli_command command)
{
	for (size_t i = 0; i < COUNT(table); i++) {
		char text[64];

		if (!(table[i].commands & command))
			continue;
		snprintf(text, sizeof(text), "%s--%s%s%s", table[i].option.val == 'v' ? "-v, " : "",
			 table[i].option.name, table[i].argument[0] ? " " : "", table[i].argument);
		printf("  %-23s %s\n", text, table[i].what);
	}
}
