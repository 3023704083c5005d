/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the URL of a web service, for the configuration. libcurl speaks some thirty protocols, but
 * only HTTP is wanted, and in clear text only on this machine.
 */
#include "users/http_url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/ascii.h"
#include "base/host.h"

enum {
	URL_MAX = 2048, /* bytes; what other programs accept */
	PORT_DIGITS = 5,
	PORT_MAX = 65535,
	LOOPBACK_NET = 127,
};

static bool has_prefix(struct slice text, const char *prefix)
{
	return text.len >= strlen(prefix) && memcmp(text.p, prefix, strlen(prefix)) == 0;
}

/* RFC 3986 allows no others, except '#' with a fragment, which would not be sent. */
static bool has_only_url_characters(struct slice url)
{
	for (size_t i = 0; i < url.len; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || strchr("\"#<>\\^`{|}", url.p[i]))
			return false;
	return true;
}

static bool is_port(struct slice text)
{
	uint64_t port;

	return text.len <= PORT_DIGITS && slice_to_u64(text, &port) && port > 0 && port <= PORT_MAX;
}

/* Splits the host off AUTHORITY, without the brackets around IPv6. Returns false if malformed. */
static bool take_host(struct slice *authority, struct slice *ret_host)
{
	bool bracketed = authority->len > 0 && authority->p[0] == '[';
	size_t end = slice_find(*authority, bracketed ? ']' : ':');

	if (bracketed && end == authority->len)
		return false;
	*ret_host =
	    bracketed ? slice_skip(slice_first(*authority, end), 1) : slice_first(*authority, end);
	*authority = slice_skip(*authority, bracketed ? end + 1 : end);
	return true;
}

static bool is_ipv6(struct slice host, struct in6_addr *ret_address)
{
	char text[INET6_ADDRSTRLEN];

	if (host.len >= sizeof(text))
		return false;
	memcpy(text, host.p, host.len);
	text[host.len] = '\0';
	return inet_pton(AF_INET6, text, ret_address) == 1;
}

static bool is_loopback(struct slice host)
{
	struct in6_addr address;
	struct in_addr four;
	char text[INET_ADDRSTRLEN];

	if (slice_equal(host, SLICE("localhost")))
		return true;
	if (is_ipv6(host, &address))
		return IN6_IS_ADDR_LOOPBACK(&address);
	if (host.len >= sizeof(text))
		return false;
	memcpy(text, host.p, host.len);
	text[host.len] = '\0';
	return inet_pton(AF_INET, text, &four) == 1 && ntohl(four.s_addr) >> 24 == LOOPBACK_NET;
}

static bool is_host(struct slice host, bool bracketed)
{
	struct in6_addr address;

	return bracketed ? is_ipv6(host, &address) : host_is_name(host);
}

const char *http_url_check(const char *url, bool without_tls)
{
	struct slice rest = slice_from(url), authority, host;
	bool secure = has_prefix(rest, "https://");
	bool bracketed;

	if (!secure && !has_prefix(rest, "http://"))
		return "is not a URL of https, or of http";
	if (rest.len > URL_MAX || !has_only_url_characters(rest))
		return "has characters that a URL has not, or a fragment, or too many";
	rest = slice_skip(rest, secure ? strlen("https://") : strlen("http://"));
	authority = slice_first(rest, slice_find(rest, '/'));
	if (slice_find(authority, '?') < authority.len)
		return "has no path";
	if (slice_find(authority, '@') < authority.len)
		return "has a user name; use auth.http.token";
	bracketed = authority.len > 0 && authority.p[0] == '[';
	if (!take_host(&authority, &host) || !is_host(host, bracketed))
		return "has no valid host";
	if (authority.len > 0 && (authority.p[0] != ':' || !is_port(slice_skip(authority, 1))))
		return "has no valid port";
	if (!secure && !without_tls && !is_loopback(host))
		return "would send credentials without TLS; see auth.http.allow_without_tls";
	return NULL;
}
