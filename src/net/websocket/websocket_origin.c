/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Origins of web pages, and the operator's patterns of those that may connect.
 */
#include <string.h>

#include "base/ascii.h"
#include "net/websocket/websocket.h"

/* scheme "://" host [":" port], as RFC 6454 6.2 writes it. */
struct origin {
	struct slice scheme;
	struct slice host;
	struct slice port; /* empty: the scheme's default */
};

static bool split_origin(struct slice text, struct origin *ret_origin)
{
	size_t colon = slice_find(text, ':');
	struct slice rest = slice_skip(text, colon);
	size_t end;

	if (colon == 0 || !slice_starts_with(rest, SLICE("://")))
		return false;
	ret_origin->scheme = slice_first(text, colon);
	rest = slice_skip(rest, 3);
	/* An IPv6 address contains colons. */
	end = rest.len > 0 && rest.p[0] == '[' ? slice_find(rest, ']') : 0;
	end += slice_find(slice_skip(rest, end), ':');
	ret_origin->host = slice_first(rest, end);
	ret_origin->port = slice_skip(rest, end < rest.len ? end + 1 : end);
	return ret_origin->host.len > 0 && (end == rest.len || ret_origin->port.len > 0);
}

static struct slice take_label(struct slice *host)
{
	size_t dot = slice_find(*host, '.');
	struct slice label = slice_first(*host, dot);

	*host = slice_skip(*host, dot < host->len ? dot + 1 : dot);
	return label;
}

static bool host_fits(struct slice pattern, struct slice host)
{
	while (pattern.len > 0 && host.len > 0) {
		struct slice want = take_label(&pattern);
		struct slice label = take_label(&host);

		if (!slice_equal(want, SLICE("*")) && !slice_equal_nocase(want, label))
			return false;
	}
	return pattern.len == 0 && host.len == 0;
}

bool net_websocket_origin_fits(struct slice pattern, struct slice origin)
{
	struct origin want, is;

	return split_origin(pattern, &want) && split_origin(origin, &is) &&
	       slice_equal_nocase(want.scheme, is.scheme) && slice_equal(want.port, is.port) &&
	       host_fits(want.host, is.host);
}

static bool is_label(struct slice label)
{
	if (slice_equal(label, SLICE("*")))
		return true;
	for (size_t i = 0; i < label.len; i++)
		if (!ascii_is_alnum(label.p[i]) && !(label.p[i] && strchr("-_[]:", label.p[i])))
			return false;
	return label.len > 0;
}

static bool is_port(struct slice port)
{
	uint64_t number;

	return port.len == 0 || (slice_to_u64(port, &number) && number > 0 &&
				 number <= UINT16_MAX && port.p[0] != '0');
}

bool net_websocket_is_origin(struct slice pattern)
{
	struct origin origin;

	if (!split_origin(pattern, &origin) || !is_port(origin.port) ||
	    origin.host.p[origin.host.len - 1] == '.')
		return false;
	/* A browser leaves out the default port, so such a pattern would match nothing. */
	if ((slice_equal(origin.scheme, SLICE("https")) &&
	     slice_equal(origin.port, SLICE("443"))) ||
	    (slice_equal(origin.scheme, SLICE("http")) && slice_equal(origin.port, SLICE("80"))))
		return false;
	for (size_t i = 0; i < origin.scheme.len; i++)
		if (!ascii_is_alnum(origin.scheme.p[i]) && !strchr("+-.", origin.scheme.p[i]))
			return false;
	while (origin.host.len > 0)
		if (!is_label(take_label(&origin.host)))
			return false;
	return true;
}
