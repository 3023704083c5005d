/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt: recognises the version, and parses
 * version 1, a line of text. Version 2 is in proxy_binary.c.
 */
#include "net/proxy/proxy_header.h"

#include <string.h>

#include "base/slice.h"
#include "net/proxy/proxy_binary.h"

static const char line_start[] = "PROXY ";

enum {
	LINE_START_LEN = sizeof(line_start) - 1,
	LINE_WORDS = 5, /* family, both addresses, both ports */
};

/* The next word; single spaces separate words. False: there is none. */
static bool take_proxy_word(struct slice *line, struct slice *ret_word)
{
	size_t end = slice_find(*line, ' ');

	*ret_word = slice_first(*line, end);
	*line = slice_skip(*line, end < line->len ? end + 1 : end);
	return end > 0;
}

static bool parse_port(struct slice text, uint16_t *ret_port)
{
	uint64_t port;

	if ((text.len > 1 && text.p[0] == '0') || !slice_to_u64(text, &port) || port > UINT16_MAX)
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

/* Of FAMILY, and without a zone. */
static bool parse_proxy_address(int family, struct slice host, struct slice port,
				struct net_address *ret_address)
{
	char text[NET_ADDRESS_TEXT_MAX];
	uint16_t number;

	if (host.len >= sizeof(text) || !parse_port(port, &number) ||
	    memchr(host.p, '%', host.len) || memchr(host.p, '\0', host.len))
		return false;
	memcpy(text, host.p, host.len);
	text[host.len] = '\0';
	return net_address_parse(text, number, ret_address) == 0 &&
	       ret_address->any.sa_family == family;
}

/* Section 2.1: after UNKNOWN, the rest of the line is ignored. */
static bool parse_line(struct slice line, struct net_address *ret_source)
{
	const char *end = line.p + line.len;
	struct slice word[LINE_WORDS];
	struct net_address destination;
	size_t n = 0;
	int family;

	if (slice_equal(line, SLICE("UNKNOWN")) || slice_starts_with(line, SLICE("UNKNOWN ")))
		return true;
	while (n < LINE_WORDS && take_proxy_word(&line, &word[n]))
		n++;
	if (n < LINE_WORDS || word[n - 1].p + word[n - 1].len != end)
		return false;
	family = slice_equal(word[0], SLICE("TCP6")) ? AF_INET6 : AF_INET;
	if (family == AF_INET && !slice_equal(word[0], SLICE("TCP4")))
		return false;
	return parse_proxy_address(family, word[2], word[4], &destination) &&
	       parse_proxy_address(family, word[1], word[3], ret_source);
}

static int parse_text(const uint8_t *in, size_t len, struct net_proxy_header *header)
{
	size_t most = len < NET_PROXY_LINE_MAX ? len : NET_PROXY_LINE_MAX;
	const uint8_t *end = memchr(in, '\n', most);
	size_t line_len;

	header->why = "a PROXY header that is malformed";
	if (!end)
		return len < NET_PROXY_LINE_MAX ? NET_PROXY_MORE : NET_PROXY_BAD;
	line_len = (size_t)(end - in);
	if (in[line_len - 1] != '\r')
		return NET_PROXY_BAD;
	header->len = line_len + 1;
	return parse_line(slice_make(in + LINE_START_LEN, line_len - 1 - LINE_START_LEN),
			  &header->source)
		   ? 0
		   : NET_PROXY_BAD;
}

static bool begin_alike(const uint8_t *in, size_t len, const void *start, size_t start_len)
{
	return memcmp(in, start, len < start_len ? len : start_len) == 0;
}

int net_proxy_header_parse(const uint8_t *in, size_t len, struct net_proxy_header *ret_header)
{
	struct net_proxy_header header = { .why = "no PROXY header" };
	int r = NET_PROXY_BAD;

	if (len == 0)
		return NET_PROXY_MORE;
	if (begin_alike(in, len, line_start, LINE_START_LEN))
		r = len < LINE_START_LEN ? NET_PROXY_MORE : parse_text(in, len, &header);
	else if (begin_alike(in, len, net_proxy_signature, NET_PROXY_SIGNATURE_LEN))
		r = net_proxy_binary_parse(in, len, &header);
	if (r != NET_PROXY_MORE)
		*ret_header = header;
	return r;
}

bool net_proxy_watch(struct net_proxy_watch *watch, const uint8_t *in, size_t len)
{
	bool is_line = watch->n > 0 ? watch->is_line : len > 0 && in[0] == line_start[0];
	const void *start = is_line ? (const void *)line_start : net_proxy_signature;
	size_t start_len = is_line ? (size_t)LINE_START_LEN : NET_PROXY_SIGNATURE_LEN;

	if (watch->done || len == 0)
		return false;
	watch->is_line = is_line;
	if (len > start_len - watch->n)
		len = start_len - watch->n;
	watch->done = memcmp(in, (const uint8_t *)start + watch->n, len) != 0;
	watch->n += (uint8_t)len;
	return !watch->done && watch->n == start_len;
}
