/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers of the PROXY protocol in every split: who they speak of, how long they are, and what is
 * none. */
#include "net/proxy/proxy_header.h"

#include <string.h>

#include "base/crc32c.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define PORTS	  "\xc0\x00\x0b\x27" /* 49152 and 2855 */
#define V4	  "\xc0\x00\x02\x01\xc6\x33\x64\x02" PORTS
#define IP6	  "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0"
#define V6	  IP6 "\x01" IP6 "\x02" PORTS
#define ZERO_108                                                                                   \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"                 \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"                 \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define LONG_V6 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
#define TEXT(s) s, sizeof(s) - 1
#define BEHIND	"MSRP and so on"

static const struct {
	const char *in;
	size_t len;
	const char *source; /* "": that of nobody; NULL: it is none */
} headers[] = {
	{ TEXT("PROXY TCP4 192.0.2.1 198.51.100.2 49152 2855\r\n"), "192.0.2.1:49152" },
	{ TEXT("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n"), "0.0.0.0:0" },
	{ TEXT("PROXY TCP6 2001:db8::1 2001:DB8::2 49152 2855\r\n"), "[2001:db8::1]:49152" },
	{ TEXT("PROXY TCP6 " LONG_V6 " " LONG_V6 " 65535 65535\r\n"), "[" LONG_V6 "]:65535" },
	{ TEXT("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"), "192.0.2.1:1" },
	{ TEXT("PROXY UNKNOWN\r\n"), "" },
	{ TEXT("PROXY UNKNOWN " LONG_V6 " " LONG_V6 " 65535 65535\r\n"), "" },
	{ TEXT("PROXY UNKNOWN \r\r %\r\n"), "" },
	/* not quite */
	{ TEXT("PROXY UNKNOWN " LONG_V6 " " LONG_V6 " 65535 655355\r\n"), NULL },
	{ TEXT("PROXY UNKNOWNS\r\n"), NULL },
	{ TEXT("PROXY \r\n"), NULL },
	{ TEXT("PROXY\r\n"), NULL },
	{ TEXT("PROXY  TCP4 192.0.2.1 198.51.100.2 1 2\r\n"), NULL },
	{ TEXT("PROXY TCP4  192.0.2.1 198.51.100.2 1 2\r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.1 198.51.100.2 1 2 \r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.1 198.51.100.2 1 2 3\r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.1 198.51.100.2 1\r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.1 198.51.100.2 1 2\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.1 198.51.100.2 1 \r2\r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.1 198.51.100.2 +1 2\r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.1 198.51.100.2 1 65536\r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.01 198.51.100.2 1 2\r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.1 198.51.100 1 2\r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.256 198.51.100.2 1 2\r\n"), NULL },
	{ TEXT("PROXY TCP4 192.0.2.1\0 198.51.100.2 1 2\r\n"), NULL },
	{ TEXT("PROXY TCP4 ::1 ::1 1 2\r\n"), NULL },
	{ TEXT("PROXY TCP6 192.0.2.1 198.51.100.2 1 2\r\n"), NULL },
	{ TEXT("PROXY TCP6 fe80::1%lo fe80::2 1 2\r\n"), NULL },
	{ TEXT("PROXY TCP6 [::1] ::1 1 2\r\n"), NULL },
	{ TEXT("PROXY UDP4 192.0.2.1 198.51.100.2 1 2\r\n"), NULL },
	{ TEXT("PROXY tcp4 192.0.2.1 198.51.100.2 1 2\r\n"), NULL },
	{ TEXT("proxy TCP4 192.0.2.1 198.51.100.2 1 2\r\n"), NULL },
	{ TEXT("MSRP x SEND\r\n"), NULL },
	{ TEXT("\x16\x03\x01\x02\x00\x01"), NULL },
	{ TEXT("\r\n\r\n\r\n"), NULL },
	/* version 2 */
	{ TEXT(SIGNATURE "\x21\x11\0\x0c" V4), "192.0.2.1:49152" },
	{ TEXT(SIGNATURE "\x21\x21\0\x24" V6), "[2001:db8::1]:49152" },
	{ TEXT(SIGNATURE "\x21\x31\0\xd8" ZERO_108 ZERO_108), "" },
	{ TEXT(SIGNATURE "\x21\x00\0\0"), "" },
	{ TEXT(SIGNATURE "\x21\x00\0\x03\xff\xff\xff"), "" },
	{ TEXT(SIGNATURE "\x20\x00\0\0"), "" },
	{ TEXT(SIGNATURE "\x20\x11\0\x0c" V4), "" },
	{ TEXT(SIGNATURE "\x20\xff\0\x02\xff\xff"), "" },
	{ TEXT(SIGNATURE "\x21\x11\0\x0f" V4 "\x04\0\0"), "192.0.2.1:49152" },
	{ TEXT(SIGNATURE "\x21\x11\0\x15" V4 "\xea\0\x01z\x05\0\x02id"), "192.0.2.1:49152" },
	{ TEXT(SIGNATURE "\x21\x11\0\x1d" V4 "\x20\0\x0e\1\0\0\0\0\x21\0\3TLS\x22\0\0"),
	  "192.0.2.1:49152" },
	/* not quite */
	{ TEXT(SIGNATURE "\x11\x11\0\x0c" V4), NULL },
	{ TEXT(SIGNATURE "\x22\x11\0\x0c" V4), NULL },
	{ TEXT(SIGNATURE "\x21\x12\0\x0c" V4), NULL },
	{ TEXT(SIGNATURE "\x21\x13\0\x0c" V4), NULL },
	{ TEXT(SIGNATURE "\x21\x41\0\x0c" V4), NULL },
	{ TEXT(SIGNATURE "\x21\x11\0\x0b\xc0\x00\x02\x01\xc6\x33\x64\x02\x0b\x27\0"), NULL },
	{ TEXT(SIGNATURE "\x21\x21\0\x0c" V4), NULL },
	{ TEXT(SIGNATURE "\x21\x31\0\x6c" ZERO_108), NULL },
	{ TEXT(SIGNATURE "\x21\x11\x0f\xf1"), NULL },
	{ TEXT(SIGNATURE "\x20\x11\xff\xff"), NULL },
	{ TEXT(SIGNATURE "\x21\x11\0\x0e" V4 "\x04\0"), NULL },
	{ TEXT(SIGNATURE "\x21\x11\0\x0f" V4 "\x04\0\1"), NULL },
	{ TEXT(SIGNATURE "\x21\x11\0\x12" V4 "\x03\0\3\0\0\0"), NULL },
	{ TEXT(SIGNATURE "\x21\x11\0\x13" V4 "\x03\0\4\0\0\0\0"), NULL },
	{ TEXT(SIGNATURE "\x21\x11\0\x13" V4 "\x20\0\4\1\0\0\0"), NULL },
	{ TEXT(SIGNATURE "\x21\x11\0\x17" V4 "\x20\0\x08\1\0\0\0\0\x21\0\1"), NULL },
	{ TEXT("\r\n\r\n\0\r\nQUITE\x21\x11\0\x0c" V4), NULL },
};

/* What a reader that keeps what came has come to. */
struct reading {
	uint8_t kept[NET_PROXY_HEADER_MAX + 64];
	size_t len;
	int r;
	struct net_proxy_header header;
	size_t i; /* of the table */
};

static void begin(void *arg)
{
	struct reading *reading = arg;

	reading->len = 0;
	reading->r = NET_PROXY_MORE;
}

/* Each time in a block that ends where the input does. */
static void feed(void *arg, const uint8_t *in, size_t len)
{
	struct reading *reading = arg;
	uint8_t *guarded;

	memcpy(reading->kept + reading->len, in, len);
	reading->len += len;
	if (reading->r != NET_PROXY_MORE)
		return;
	guarded = support_guard_new(reading->kept, reading->len);
	reading->r = net_proxy_header_parse(guarded, reading->len, &reading->header);
	support_guard_free(guarded, reading->len);
}

static void end(void *arg)
{
	const struct reading *reading = arg;
	const char *want = headers[reading->i].source;
	char got[NET_ADDRESS_TEXT_MAX] = "";

	ck_assert_msg((reading->r == 0) == (want != NULL), "header %zu: %d", reading->i,
		      reading->r);
	if (!want) {
		ck_assert_int_eq(reading->r, NET_PROXY_BAD);
		ck_assert_ptr_nonnull(reading->header.why);
		return;
	}
	if (reading->header.source.len > 0)
		net_address_format(&reading->header.source, got);
	ck_assert_str_eq(got, want);
	ck_assert_uint_eq(reading->header.len, headers[reading->i].len);
}

START_TEST(a_header_says_who_has_connected)
{
	static struct reading reading;

	reading.i = (size_t)_i;
	support_feed_all(headers[_i].in, headers[_i].len, begin, feed, end, &reading);
}
END_TEST

START_TEST(what_is_behind_a_header_is_not_looked_at)
{
	struct net_proxy_header header;
	uint8_t in[512];
	size_t len = headers[_i].len;

	if (!headers[_i].source)
		return;
	memcpy(in, headers[_i].in, len);
	memcpy(in + len, BEHIND, sizeof(BEHIND));
	ck_assert_int_eq(net_proxy_header_parse(in, len + sizeof(BEHIND), &header), 0);
	ck_assert_uint_eq(header.len, len);
}
END_TEST

/* A header with N octets of a TLV that is not ours. */
static size_t make_long(uint8_t *out, size_t n)
{
	static const char start[] = SIGNATURE "\x21\x11";
	size_t len = sizeof(start) - 1;

	memcpy(out, start, len);
	out[len++] = (uint8_t)((12 + 3 + n) >> 8);
	out[len++] = (uint8_t)(12 + 3 + n);
	memcpy(out + len, V4, 12);
	len += 12;
	out[len++] = 0xe0;
	out[len++] = (uint8_t)(n >> 8);
	out[len++] = (uint8_t)n;
	memset(out + len, 'x', n);
	return len + n;
}

START_TEST(the_longest_header_is_taken_and_a_longer_one_is_not)
{
	enum { REST = NET_PROXY_HEADER_MAX - 16 - 12 - 3 };
	static uint8_t in[NET_PROXY_HEADER_MAX + 1];
	struct net_proxy_header header;
	size_t len = make_long(in, REST);

	ck_assert_uint_eq(len, NET_PROXY_HEADER_MAX);
	ck_assert_int_eq(net_proxy_header_parse(in, len - 1, &header), NET_PROXY_MORE);
	ck_assert_int_eq(net_proxy_header_parse(in, len, &header), 0);
	ck_assert_uint_eq(header.len, len);
	make_long(in, REST + 1);
	ck_assert_int_eq(net_proxy_header_parse(in, 16, &header), NET_PROXY_BAD);
}
END_TEST

/* As a sender makes it, with the checksum between two others. */
static size_t make_summed(uint8_t *out)
{
	static const char text[] =
	    SIGNATURE "\x21\x11\0\x17" V4 "\x04\0\0\x03\0\4\0\0\0\0\x04\0\1x";
	size_t len = sizeof(text) - 1, at = 16 + 12 + 3 + 3;
	uint32_t crc;

	memcpy(out, text, len);
	out[15] = (uint8_t)(len - 16);
	crc = crc32c(0, out, len);
	for (int i = 0; i < 4; i++)
		out[at + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
	return len;
}

START_TEST(a_checksum_has_to_be_right)
{
	struct net_proxy_header header;
	uint8_t in[64];
	size_t len = make_summed(in);

	ck_assert_int_eq(net_proxy_header_parse(in, len, &header), 0);
	for (size_t i = 16; i < len; i++) {
		if (i == 31)
			continue; /* of another type it is no checksum */
		in[i] ^= 0x40;
		ck_assert_msg(net_proxy_header_parse(in, len, &header) == NET_PROXY_BAD,
			      "octet %zu", i);
		in[i] ^= 0x40;
	}
}
END_TEST

static const struct {
	const char *in;
	size_t len;
	bool begins;
} starts[] = {
	{ TEXT("PROXY TCP4"), true },	 { TEXT("PROXY "), true },
	{ TEXT(SIGNATURE), true },	 { TEXT(SIGNATURE "\x21"), true },
	{ TEXT("PROXYTCP4"), false },	 { TEXT("MSRP PROXY "), false },
	{ TEXT("\r\n\r\nMSRP"), false }, { TEXT("\x16\x03\x01"), false },
	{ TEXT("xPROXY "), false },	 { TEXT("PROX"), false },
	{ TEXT("PPROXY "), false },
};

struct watching {
	struct net_proxy_watch watch;
	bool seen;
	bool want;
};

static void begin_watch(void *arg)
{
	struct watching *watching = arg;

	watching->watch = (struct net_proxy_watch){ 0 };
	watching->seen = false;
}

static void feed_watch(void *arg, const uint8_t *in, size_t len)
{
	struct watching *watching = arg;

	watching->seen |= net_proxy_watch(&watching->watch, in, len);
}

static void end_watch(void *arg)
{
	const struct watching *watching = arg;

	ck_assert(watching->seen == watching->want);
}

START_TEST(who_has_none_to_send_is_seen_to_send_one)
{
	struct watching watching = { .want = starts[_i].begins };

	support_feed_all(starts[_i].in, starts[_i].len, begin_watch, feed_watch, end_watch,
			 &watching);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/proxy_header");
	TCase *tcase = tcase_create("proxy_header");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, a_header_says_who_has_connected, 0, SUPPORT_COUNT(headers));
	tcase_add_loop_test(tcase, what_is_behind_a_header_is_not_looked_at, 0,
			    SUPPORT_COUNT(headers));
	tcase_add_test(tcase, the_longest_header_is_taken_and_a_longer_one_is_not);
	tcase_add_test(tcase, a_checksum_has_to_be_right);
	tcase_add_loop_test(tcase, who_has_none_to_send_is_seen_to_send_one, 0,
			    SUPPORT_COUNT(starts));
	return support_run(suite);
}
