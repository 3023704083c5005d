/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parses the place of a monitoring or admin listener, "ADDRESS:PORT" or "unix:PATH".
 */
#include "daemon/config/listen_text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static const char unix_prefix[] = "unix:";

static int parse_path(const char *path, const char **ret_path)
{
	if (*path != '/' || strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return -EINVAL;
	*ret_path = path;
	return 0;
}

/* Digits only; strtoul() would take a sign and spaces. */
static int parse_listen_port(const char *text, uint16_t *ret_port)
{
	size_t len = strlen(text);
	unsigned long port = strtoul(text, NULL, 10);

	if (len == 0 || len > 5 || strspn(text, "0123456789") != len || port > UINT16_MAX)
		return -EINVAL;
	*ret_port = (uint16_t)port;
	return 0;
}

int listen_text_parse(const char *text, const char **ret_path, struct net_address *ret_address)
{
	const char *colon = strrchr(text, ':');
	char host[LISTEN_TEXT_MAX];
	bool bracketed = *text == '[';
	size_t len = colon ? (size_t)(colon - text) : 0;
	uint16_t port;

	*ret_path = NULL;
	if (strncmp(text, unix_prefix, sizeof(unix_prefix) - 1) == 0)
		return parse_path(text + sizeof(unix_prefix) - 1, ret_path);
	if (len == 0 || len >= sizeof(host) || parse_listen_port(colon + 1, &port) != 0)
		return -EINVAL;
	if (bracketed && (len < 3 || colon[-1] != ']'))
		return -EINVAL;
	memcpy(host, text + bracketed, len - 2 * bracketed);
	host[len - 2 * bracketed] = '\0';
	/* Without brackets it is unclear where an IPv6 address ends. */
	if (!bracketed && strchr(host, ':'))
		return -EINVAL;
	return net_address_parse(host, port, ret_address);
}
