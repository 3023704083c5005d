/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The grammar of RFC 4975 section 9 on top of RFC 3986, in one pass; then the comparison of 6.1,
 * and a hash that agrees with it.
 */
#include "msrp/uri.h"

#include <arpa/inet.h>

#include "base/ascii.h"
#include "msrp/result.h"

enum {
	PORT_DIGITS_MAX = 5,
	/* Longer text is not an address, even if a ';' follows: no need to copy it. */
	ADDRESS_TEXT_MAX = INET6_ADDRSTRLEN,
};

/* The parts that a character may be in, one bit for each. */
enum {
	ALNUM = 1 << 0,	     /* RFC 4975 section 9 */
	TOKEN = 1 << 1,	     /* RFC 4975 section 9 */
	SESSION = 1 << 2,    /* RFC 4975 section 9 */
	UNRESERVED = 1 << 3, /* RFC 3986 2.3 */
	HOST = 1 << 4,	     /* RFC 3986 reg-name without ';', which starts the transport here */
	USER = 1 << 5,	     /* RFC 3986 userinfo */

	A = ALNUM | TOKEN | SESSION | UNRESERVED | HOST | USER, /* letters and digits */
	M = TOKEN | SESSION | UNRESERVED | HOST | USER,		/* - . _ ~ */
	P = TOKEN | SESSION | HOST | USER,			/* + */
	E = SESSION | HOST | USER,				/* = */
	S = TOKEN | HOST | USER,				/* ! $ & ' * */
	D = HOST | USER,					/* ( ) , */
	U = USER,						/* : ; */
	L = SESSION,						/* / */
	T = TOKEN,						/* # % ^ ` { | } */
};

/* Control characters, space and everything beyond ASCII are in no class. */
static const uint8_t char_class[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 0x00 */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 0x10 */
	0, S, 0, T, S, T, S, S, D, D, S, P, D, M, M, L, /*  !"#$%&'()*+,-./ */
	A, A, A, A, A, A, A, A, A, A, U, U, 0, E, 0, 0, /* 0123456789:;<=>? */
	0, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, /* @ABCDEFGHIJKLMNO */
	A, A, A, A, A, A, A, A, A, A, A, 0, 0, 0, T, M, /* PQRSTUVWXYZ[\]^_ */
	T, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, /* `abcdefghijklmno */
	A, A, A, A, A, A, A, A, A, A, A, T, T, T, M, 0, /* pqrstuvwxyz{|}~  */
};

static bool is(char c, unsigned classes)
{
	return char_class[(uint8_t)c] & classes;
}

/* The rest of a URI. */
struct cursor {
	const char *at;
	const char *end;
};

static size_t left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

static bool next_is(const struct cursor *c, char wanted)
{
	return c->at < c->end && *c->at == wanted;
}

static bool skip_in_uri(struct cursor *c, char wanted)
{
	if (!next_is(c, wanted))
		return false;
	c->at++;
	return true;
}

/* Takes the run of characters in CLASSES, perhaps an empty one. */
static struct slice take_run(struct cursor *c, unsigned classes)
{
	const char *start = c->at;

	while (c->at < c->end && is(*c->at, classes))
		c->at++;
	return slice_make(start, (size_t)(c->at - start));
}

static bool at_encoded(const char *p, size_t len)
{
	return len >= 3 && p[0] == '%' && ascii_hex_value(p[1]) >= 0 && ascii_hex_value(p[2]) >= 0;
}

/* Likewise, with percent-encoded characters between the others. */
static struct slice take_encoded(struct cursor *c, unsigned classes)
{
	const char *start = c->at;

	take_run(c, classes);
	while (at_encoded(c->at, left(c))) {
		c->at += 3;
		take_run(c, classes);
	}
	return slice_make(start, (size_t)(c->at - start));
}

/*
 * The next character of a host, as compared: without case, and decoded if it is an unreserved one
 * that was encoded needlessly (RFC 3986 6.2.2.2). Other encoded characters stay as they are and
 * cannot be mistaken for the characters that they encode.
 */
static char next_of_host(struct slice host, size_t *at)
{
	const char *p = host.p + *at;

	if (at_encoded(p, host.len - *at)) {
		char decoded = (char)(ascii_hex_value(p[1]) * 16 + ascii_hex_value(p[2]));

		if (is(decoded, UNRESERVED)) {
			*at += 3;
			return ascii_lower(decoded);
		}
	}
	*at += 1;
	return ascii_lower(*p);
}

bool msrp_host_equal(struct slice a, struct slice b)
{
	size_t at_a = 0, at_b = 0;

	if (slice_equal(a, b))
		return true;
	while (at_a < a.len && at_b < b.len) {
		if (next_of_host(a, &at_a) != next_of_host(b, &at_b))
			return false;
	}
	return at_a == a.len && at_b == b.len;
}

static bool ipv6_value(struct slice host, struct in6_addr *ret_address)
{
	char text[ADDRESS_TEXT_MAX];

	if (host.len >= sizeof(text))
		return false;
	memcpy(text, host.p, host.len);
	text[host.len] = '\0';
	return inet_pton(AF_INET6, text, ret_address) == 1;
}

/* Names usually begin with a letter, so this rarely reaches inet_pton(). */
static bool is_ipv4(struct slice host)
{
	char text[INET_ADDRSTRLEN];
	struct in_addr address;
	size_t len = 0;

	if (host.len == 0 || !(ascii_is_digit(host.p[0]) || host.p[0] == '%'))
		return false;
	for (size_t at = 0; at < host.len;) {
		if (len == sizeof(text) - 1)
			return false;
		text[len++] = next_of_host(host, &at);
	}
	text[len] = '\0';
	return inet_pton(AF_INET, text, &address) == 1;
}

static bool parse_scheme(struct cursor *c, struct msrp_uri_slices *uri)
{
	if (left(c) < 4 || !slice_equal_nocase(slice_make(c->at, 4), SLICE("msrp")))
		return false;
	c->at += 4;
	uri->secure = skip_in_uri(c, 's') || skip_in_uri(c, 'S');
	return skip_in_uri(c, ':') && skip_in_uri(c, '/') && skip_in_uri(c, '/');
}

/* Only userinfo of an MSRP-URI can have an '@', so one look tells whether there is any. */
static bool parse_user(struct cursor *c, struct msrp_uri_slices *uri)
{
	if (c->at == c->end || !memchr(c->at, '@', left(c)))
		return true;
	uri->user = take_encoded(c, USER);
	return skip_in_uri(c, '@');
}

static bool parse_ipv6(struct cursor *c, struct msrp_uri_slices *uri)
{
	struct in6_addr ignored;
	const char *close = memchr(c->at, ']', left(c));

	if (!close)
		return false;
	uri->host_is_ipv6 = true;
	uri->host = slice_make(c->at, (size_t)(close - c->at));
	c->at = close + 1;
	return ipv6_value(uri->host, &ignored);
}

static bool parse_host(struct cursor *c, struct msrp_uri_slices *uri)
{
	if (skip_in_uri(c, '['))
		return parse_ipv6(c, uri);
	uri->host = take_encoded(c, HOST);
	return uri->host.len > 0;
}

/* Clients that expect no connections write a port of 0, or none after the colon. */
static bool parse_uri_port(struct cursor *c, struct msrp_uri_slices *uri)
{
	unsigned port = 0, digits = 0;

	if (!skip_in_uri(c, ':'))
		return true;
	for (; c->at < c->end && ascii_is_digit(*c->at); c->at++) {
		if (++digits > PORT_DIGITS_MAX)
			return false;
		port = port * 10 + (unsigned)(*c->at - '0');
	}
	if (port > UINT16_MAX)
		return false;
	uri->port = (uint16_t)port;
	return true;
}

static bool parse_session_id(struct cursor *c, struct msrp_uri_slices *uri)
{
	if (!skip_in_uri(c, '/'))
		return true;
	uri->session_id = take_run(c, SESSION);
	return uri->session_id.len > 0;
}

static bool parse_params(struct cursor *c, struct msrp_uri_slices *uri)
{
	if (c->at == c->end)
		return true;
	uri->params = slice_make(c->at, left(c));
	while (skip_in_uri(c, ';')) {
		if (take_run(c, TOKEN).len == 0)
			return false;
		if (skip_in_uri(c, '=') && take_run(c, TOKEN).len == 0)
			return false;
	}
	return c->at == c->end;
}

static bool parse_transport(struct cursor *c, struct msrp_uri_slices *uri)
{
	if (!skip_in_uri(c, ';'))
		return false;
	uri->transport = take_run(c, ALNUM);
	return uri->transport.len > 0;
}

int msrp_uri_parse(struct slice text, struct msrp_uri_slices *ret_uri)
{
	struct msrp_uri_slices uri = { .text = text };
	struct cursor c = { .at = text.p, .end = text.p };

	if (text.len == 0)
		return MSRP_BAD;
	c.end += text.len;
	if (!parse_scheme(&c, &uri) || !parse_user(&c, &uri) || !parse_host(&c, &uri) ||
	    !parse_uri_port(&c, &uri) || !parse_session_id(&c, &uri) ||
	    !parse_transport(&c, &uri) || !parse_params(&c, &uri))
		return MSRP_BAD;
	*ret_uri = uri;
	return 0;
}

static bool same_address(struct slice a, struct slice b)
{
	struct in6_addr value_a, value_b;

	return slice_equal(a, b) || (ipv6_value(a, &value_a) && ipv6_value(b, &value_b) &&
				     memcmp(&value_a, &value_b, sizeof(value_a)) == 0);
}

/* inet_pton() accepts only one spelling of an IPv4 address: it is compared like a name. */
static bool same_host(const struct msrp_uri_slices *a, const struct msrp_uri_slices *b)
{
	if (a->host_is_ipv6 != b->host_is_ipv6)
		return false;
	return a->host_is_ipv6 ? same_address(a->host, b->host) : msrp_host_equal(a->host, b->host);
}

bool msrp_uri_same_authority(const struct msrp_uri_slices *a, const struct msrp_uri_slices *b)
{
	return a->port == b->port && a->secure == b->secure && same_host(a, b) &&
	       slice_equal_nocase(a->transport, b->transport);
}

/* The session-id comes first, because most URIs differ in it. */
bool msrp_uri_slices_equal(const struct msrp_uri_slices *a, const struct msrp_uri_slices *b)
{
	return a && b && slice_equal(a->session_id, b->session_id) && msrp_uri_same_authority(a, b);
}

static uint64_t mix_word(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15;
	return h ^ h >> 32;
}

/* Eight bytes at a time: only a session-id may be long, and its bytes are compared as they are. */
static uint64_t mix_bytes(uint64_t h, const char *p, size_t len)
{
	uint64_t word;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = mix_word(h, word);
	}
	word = len;
	for (size_t i = 0; i < len; i++)
		word = word << 8 | (uint8_t)p[i];
	return mix_word(h, word);
}

static uint64_t mix_host(uint64_t h, const struct msrp_uri_slices *uri)
{
	struct in6_addr value;
	size_t n = 0;

	if (uri->host_is_ipv6 && ipv6_value(uri->host, &value))
		return mix_bytes(h, (const char *)&value, sizeof(value));
	for (size_t at = 0; at < uri->host.len; n++)
		h = mix_word(h, (uint8_t)next_of_host(uri->host, &at));
	return mix_word(h, n);
}

uint64_t msrp_uri_hash(const struct msrp_uri_slices *uri, uint64_t seed)
{
	uint64_t h = mix_bytes(mix_word(0, seed), uri->session_id.p, uri->session_id.len);

	h = mix_host(h, uri);
	for (size_t i = 0; i < uri->transport.len; i++)
		h = mix_word(h, (uint8_t)ascii_lower(uri->transport.p[i]));
	return mix_word(h, (uint64_t)uri->port << 1 | uri->secure);
}

bool msrp_uri_host_is_numeric(const struct msrp_uri_slices *uri)
{
	return uri->host_is_ipv6 || is_ipv4(uri->host);
}

/* The name itself, or one below it; either may end with a dot. */
static bool is_invalid_domain(struct slice host)
{
	static const struct slice domain = { .p = ".invalid", .len = 8 };

	if (host.len > 0 && host.p[host.len - 1] == '.')
		host.len--;
	if (host.len < domain.len)
		return slice_equal_nocase(host, slice_skip(domain, 1));
	return slice_equal_nocase(slice_skip(host, host.len - domain.len), domain);
}

bool msrp_uri_is_unconnectable(const struct msrp_uri_slices *uri)
{
	return is_invalid_domain(uri->host) || slice_equal_nocase(uri->transport, SLICE("ws"));
}

bool msrp_uri_is_reachable(const struct msrp_uri_slices *uri)
{
	return uri->port > 0 || !msrp_uri_host_is_numeric(uri);
}

static void format_authority(const struct msrp_uri_slices *uri, struct buf *out)
{
	if (uri->user.len > 0) {
		buf_add_slice(out, uri->user);
		buf_add_char(out, '@');
	}
	if (uri->host_is_ipv6)
		buf_add_char(out, '[');
	buf_add_slice(out, uri->host);
	if (uri->host_is_ipv6)
		buf_add_char(out, ']');
	if (uri->port > 0) {
		buf_add_char(out, ':');
		buf_add_u64(out, uri->port);
	}
}

void msrp_uri_format(const struct msrp_uri_slices *uri, struct buf *out)
{
	buf_add_slice(out, uri->secure ? SLICE("msrps://") : SLICE("msrp://"));
	format_authority(uri, out);
	if (uri->session_id.len > 0) {
		buf_add_char(out, '/');
		buf_add_slice(out, uri->session_id);
	}
	buf_add_char(out, ';');
	buf_add_slice(out, uri->transport);
	buf_add_slice(out, uri->params);
}
