/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Headers of the PROXY protocol: what is read of the whole is what is read of it octet by octet,
 * nothing behind the header counts, and whoever sends one is seen to do so by the watch.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/proxy/proxy_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* In a block of its own, for the sanitizer to see where it ends. */
static int parse(const uint8_t *in, size_t len, struct net_proxy_header *header)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	int r;

	check(copy);
	if (len > 0)
		memcpy(copy, in, len);
	r = net_proxy_header_parse(copy, len, header);
	free(copy);
	return r;
}

static bool is_seen(const uint8_t *in, size_t len, size_t step)
{
	struct net_proxy_watch watch = { 0 };
	bool seen = false;

	for (size_t at = 0; at < len; at += step)
		seen |= net_proxy_watch(&watch, in + at, step < len - at ? step : len - at);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct net_proxy_header whole = { 0 }, part = { 0 };
	int r = parse(in, len, &whole);
	size_t n = 0;
	int r_part = NET_PROXY_MORE;

	while (n < len && r_part == NET_PROXY_MORE)
		r_part = parse(in, ++n, &part);
	check(r_part == r);
	check(is_seen(in, len, 1) == is_seen(in, len, len > 0 ? len : 1));
	if (r == NET_PROXY_MORE)
		check(len < NET_PROXY_HEADER_MAX);
	if (r == NET_PROXY_BAD)
		check(whole.why && strlen(whole.why) < 80);
	if (r != 0)
		return 0;
	check(whole.len <= len && whole.len == n && whole.len <= NET_PROXY_HEADER_MAX);
	check(part.len == whole.len && part.source.len == whole.source.len);
	check(memcmp(&part.source, &whole.source, whole.source.len) == 0);
	check(is_seen(in, len, len));
	return 0;
}
