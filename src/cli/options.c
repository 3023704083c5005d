/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli/say.h"

enum option_id {
	OPTION_RELAY = 256, /* above the letters */
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

static const struct option table[] = {
	{ "relay", required_argument, NULL, OPTION_RELAY },
	{ "user", required_argument, NULL, OPTION_USER },
	{ "password", required_argument, NULL, OPTION_PASSWORD },
	{ "password-file", required_argument, NULL, OPTION_PASSWORD_FILE },
	{ "ca", required_argument, NULL, OPTION_CA },
	{ "certificate", required_argument, NULL, OPTION_CERTIFICATE },
	{ "key", required_argument, NULL, OPTION_KEY },
	{ "insecure", no_argument, NULL, OPTION_INSECURE },
	{ "chunk-size", required_argument, NULL, OPTION_CHUNK_SIZE },
	{ "max-size", required_argument, NULL, OPTION_MAX_SIZE },
	{ "to", required_argument, NULL, OPTION_TO },
	{ "path-file", required_argument, NULL, OPTION_PATH_FILE },
	{ "output", required_argument, NULL, OPTION_OUTPUT },
	{ "dir", required_argument, NULL, OPTION_DIR },
	{ "force", no_argument, NULL, OPTION_FORCE },
	{ "listen", required_argument, NULL, OPTION_LISTEN },
	{ "connect", required_argument, NULL, OPTION_CONNECT },
	{ "type", required_argument, NULL, OPTION_TYPE },
	{ "call", no_argument, NULL, OPTION_CALL },
	{ "nickname", required_argument, NULL, OPTION_NICKNAME },
	{ "repeat", required_argument, NULL, OPTION_REPEAT },
	{ "warning", required_argument, NULL, OPTION_WARNING },
	{ "critical", required_argument, NULL, OPTION_CRITICAL },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

static bool parse_port(const char *text, uint16_t *ret_port)
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

/* A text with several colons and no brackets is an IPv6 address alone. */
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
	if (colon && !parse_port(colon + 1, &e->port))
		return false;
	free(e->host);
	e->host = strndup(host, len);
	return e->host != NULL;
}

/* "[HOST:]PORT" */
static bool parse_listen(const char *text, struct cli_options *o)
{
	o->listens = true;
	return parse_port(text, &o->listen.port) || parse_endpoint(text, &o->listen);
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

/* The argument is wiped, because all of the machine can read a command line. */
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

/* Options whose argument is kept as it is. */
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

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

/* False: the argument makes no sense. */
static bool take(struct cli_options *o, int id, char *argument)
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

static const char *name_of(int id)
{
	for (const struct option *o = table; o->name; o++)
		if (o->val == id)
			return o->name;
	return "";
}

static int usage(struct cli_options *o)
{
	cli_options_done(o);
	return CLI_USAGE;
}

int cli_options_parse(int argc, char **argv, struct cli_options *ret_options)
{
	struct cli_options o = { 0 };
	int id;

	while ((id = getopt_long(argc, argv, "v", table, NULL)) != -1) {
		if (id == '?')
			return usage(&o); /* getopt has said why */
		if (!take(&o, id, optarg)) {
			cli_error("--%s: '%s' makes no sense", name_of(id), optarg);
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
