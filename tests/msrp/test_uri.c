/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>

#include "msrp/result.h"
#include "msrp/uri.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

static const struct {
	const char *text;
	bool secure;
	const char *user;
	const char *host;
	bool host_is_ipv6;
	unsigned port;
	const char *session_id;
	const char *transport;
	const char *params;
	bool host_is_numeric;
} good[] = {
	{ "msrp://host.example.com:8493/asfd34;tcp", false, "", "host.example.com", false, 8493,
	  "asfd34", "tcp", "", false },
	{ "msrps://alice@intra.example.com;tcp", true, "alice", "intra.example.com", false, 0, "",
	  "tcp", "", false },
	{ "msrps://relay.example.com:2855;tcp", true, "", "relay.example.com", false, 2855, "",
	  "tcp", "", false },
	{ "MSRPS://Relay.Example.com:2855/A/b+c=d~e_f-g.h;TCP", true, "", "Relay.Example.com",
	  false, 2855, "A/b+c=d~e_f-g.h", "TCP", "", false },
	{ "msrp://h:1/s;ws;a;b=c;d-e=!%*+'`{|}~#$&^_.", false, "", "h", false, 1, "s", "ws",
	  ";a;b=c;d-e=!%*+'`{|}~#$&^_.", false },
	{ "msrp://127.0.0.1:65535/s;tcp", false, "", "127.0.0.1", false, 65535, "s", "tcp", "",
	  true },
	{ "msrp://%31%32%37.0.0.1:7654/s;tcp", false, "", "%31%32%37.0.0.1", false, 7654, "s",
	  "tcp", "", true },
	{ "msrp://[2001:db8::1]:2855/s;tcp", false, "", "2001:db8::1", true, 2855, "s", "tcp", "",
	  true },
	{ "msrp://a;b:c%40d!@[::ffff:127.0.0.1]:2855;tcp", false, "a;b:c%40d!", "::ffff:127.0.0.1",
	  true, 2855, "", "tcp", "", true },
	{ "msrp://1.example.com;tcp", false, "", "1.example.com", false, 0, "", "tcp", "", false },
	{ "msrp://127.0.0.1.example.com;tcp", false, "", "127.0.0.1.example.com", false, 0, "",
	  "tcp", "", false },
	{ "msrp://a_b%2c(c),!$&'*+=~:02855//;tcp", false, "", "a_b%2c(c),!$&'*+=~", false, 2855,
	  "/", "tcp", "", false },
	{ "msrp://@h:1;tcp", false, "", "h", false, 1, "", "tcp", "", false },
	{ "msrp://s;tcp", false, "", "s", false, 0, "", "tcp", "", false },
};

START_TEST(a_uri_is_taken_apart)
{
	size_t len = strlen(good[_i].text);
	uint8_t *guarded = support_guard_new(good[_i].text, len);
	struct msrp_uri_slices uri;

	ck_assert_int_eq(msrp_uri_parse(slice_make(guarded, len), &uri), 0);
	expect_slice(uri.text, good[_i].text);
	ck_assert_int_eq(uri.secure, good[_i].secure);
	expect_slice(uri.user, good[_i].user);
	expect_slice(uri.host, good[_i].host);
	ck_assert_int_eq(uri.host_is_ipv6, good[_i].host_is_ipv6);
	ck_assert_uint_eq(uri.port, good[_i].port);
	expect_slice(uri.session_id, good[_i].session_id);
	expect_slice(uri.transport, good[_i].transport);
	expect_slice(uri.params, good[_i].params);
	ck_assert_int_eq(msrp_uri_host_is_numeric(&uri), good[_i].host_is_numeric);
	ck_assert(msrp_uri_slices_equal(&uri, &uri));
	support_guard_free(guarded, len);
}
END_TEST

START_TEST(a_uri_put_together_from_its_parts_is_the_same)
{
	struct msrp_uri_slices uri, again;
	struct buf out = { 0 };

	ck_assert_int_eq(msrp_uri_parse(slice_from(good[_i].text), &uri), 0);
	uri.text = SLICE("nobody looks here");
	msrp_uri_format(&uri, &out);
	ck_assert_int_eq(msrp_uri_parse(buf_slice(&out), &again), 0);
	ck_assert(msrp_uri_slices_equal(&uri, &again));
	expect_slice(again.user, good[_i].user);
	expect_slice(again.host, good[_i].host);
	expect_slice(again.params, good[_i].params);
	buf_done(&out);
}
END_TEST

START_TEST(a_uri_is_written_as_it_was_read)
{
	static const char *const texts[] = {
		"msrps://alice@relay.example.com:2855/s3ss10n;tcp;name=value",
		"msrp://[2001:db8::1]:2855/s;tcp",
		"msrp://host;tcp",
	};
	struct msrp_uri_slices uri;
	struct buf out = { 0 };

	for (size_t i = 0; i < SUPPORT_COUNT(texts); i++) {
		ck_assert_int_eq(msrp_uri_parse(slice_from(texts[i]), &uri), 0);
		msrp_uri_format(&uri, &out);
		expect_slice(buf_slice(&out), texts[i]);
		buf_clear(&out);
	}
	buf_done(&out);
}
END_TEST

static const char *const bad[] = {
	"",
	"m",
	"msrp",
	"msrp:",
	"msrp:/",
	"msrp://",
	"msrp://;tcp",
	"msrp:///s;tcp",
	"msrp://:2855;tcp",
	"msrp://@;tcp",
	"msrp://host:2855/s", /* no transport */
	"msrp://host:2855/s;",
	"msrp://host:2855/s;;tcp",
	"msrp://host:2855/s;t-p",
	"msrp://host:2855/s;tcp;",
	"msrp://host:2855/s;tcp;a=",
	"msrp://host:2855/s;tcp;=b",
	"msrp://host:2855/s;tcp;a=b=c",
	"msrp://host:2855/s;tcp;a/b",
	"msrp://host:2855/s;tcp;a@b",
	"msrp://host:2855/;tcp",     /* a session-id of no characters */
	"msrp://host:2855/s%41;tcp", /* not in a session-id */
	"msrp://host:2855/s?q;tcp",
	"msrp://host:2855/s t;tcp",
	"msrp://host:65536/s;tcp",
	"msrp://host:4294967297/s;tcp",
	"msrp://host:000001/s;tcp",
	"msrp://host:-1/s;tcp",
	"msrp://host:28a/s;tcp",
	"msrp://ho st:1/s;tcp",
	" msrp://host:1/s;tcp",
	"msrp://host:1/s;tcp ",
	"msrp://host:1/s;tcp\t",
	"msrp://host:1/s;tcp\r",
	"msrp://host\n:1/s;tcp",
	"msrp://ho\x7fst:1/s;tcp",
	"msrp://h\xc3\xb6st:1/s;tcp",
	"msrp://host:1/\xc3\xb6;tcp",
	"msrp://host:1/s;tcp;\xc3\xb6",
	"msrp://\xff@host:1/s;tcp",
	"msrp://ho<st:1/s;tcp",
	"msrp://ho\"st:1/s;tcp",
	"msrp://ho\\st:1/s;tcp",
	"msrp://ho#st:1/s;tcp",
	"msrp://ho%st:1/s;tcp",
	"msrp://ho%4:1/s;tcp",
	"msrp://host%",
	"msrp://host%4",
	"msrp://us%er@host:1/s;tcp",
	"msrp://a@b@host:1/s;tcp",
	"msrp://us/er@host:1/s;tcp",
	"msrp://[]:1/s;tcp",
	"msrp://[::1:1/s;tcp",
	"msrp://[::1]x:1/s;tcp",
	"msrp://[::1%25eth0]:1/s;tcp",
	"msrp://[fe80::1%eth0]:1/s;tcp",
	"msrp://[1.2.3.4]:1/s;tcp",
	"msrp://[v1.x]:1/s;tcp",
	"msrp://[12345::]:1/s;tcp",
	"msrp://[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1/s;tcp",
	"msrp://::1:1/s;tcp",
	"msrpx://host:1/s;tcp",
	"msrpss://host:1/s;tcp",
	"sip://host:1/s;tcp",
	"//host:1/s;tcp",
	"host:1/s;tcp",
};

START_TEST(a_bad_uri_is_refused_and_leaves_the_result_alone)
{
	size_t len = strlen(bad[_i]);
	uint8_t *guarded = support_guard_new(bad[_i], len);
	struct msrp_uri_slices uri = { .port = 4711 };

	ck_assert_msg(msrp_uri_parse(slice_make(guarded, len), &uri) == MSRP_BAD, "\"%s\"",
		      bad[_i]);
	ck_assert_uint_eq(uri.port, 4711);
	ck_assert_ptr_null(uri.text.p);
	support_guard_free(guarded, len);
}
END_TEST

/* Every beginning of a good URI is tried, so that each step meets the end of the text. */
START_TEST(a_truncated_uri_is_never_read_beyond_its_end)
{
	for (size_t len = 0; len < strlen(good[_i].text); len++) {
		uint8_t *guarded = support_guard_new(good[_i].text, len);
		struct msrp_uri_slices uri;

		if (msrp_uri_parse(slice_make(guarded, len), &uri) == 0)
			ck_assert_uint_gt(uri.transport.len, 0);
		support_guard_free(guarded, len);
	}
}
END_TEST

/* The characters that RFC 4975 section 9 and RFC 3986 permit at a place, spelled out again. */
static const struct {
	const char *before;
	const char *after;
	const char *allowed; /* besides letters and digits */
} places[] = {
	{ "msrp://h", "x:1/s;tcp", "-._~!$&'()*+,=@" }, /* an '@' makes the 'h' a user */
	{ "msrp://h:1/s", "x;tcp", "-._~+=/;" },
	{ "msrp://h:1/s;t", "p", ";" },
	{ "msrp://h:1/s;tcp;n", "x", "!#$%&'*+-.^_`{|}~=;" },
	{ "msrp://u", "x@h:1/s;tcp", "-._~!$&'()*+,=;:" },
};

START_TEST(only_characters_of_the_grammar_are_taken)
{
	for (unsigned c = 0; c < 256; c++) {
		bool alnum = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
		bool want = alnum || (c > 0 && c < 128 && strchr(places[_i].allowed, (int)c));
		struct buf text = { 0 };
		struct msrp_uri_slices uri;

		buf_add_slice(&text, slice_from(places[_i].before));
		buf_add_char(&text, (char)c);
		buf_add_slice(&text, slice_from(places[_i].after));
		ck_assert_msg((msrp_uri_parse(buf_slice(&text), &uri) == 0) == want,
			      "character %#x", c);
		buf_done(&text);
	}
}
END_TEST

static const struct {
	const char *a;
	const char *b;
	bool equal;
	bool same_authority;
} comparisons[] = {
	{ "msrp://h:1/s;tcp", "msrp://h:1/s;tcp", true, true },
	{ "msrp://h:1/s;tcp", "MSRP://H:1/s;TCP", true, true },
	{ "msrp://h:1/s;tcp", "msrps://h:1/s;tcp", false, false },
	{ "msrp://h:1/s;tcp", "msrp://i:1/s;tcp", false, false },
	{ "msrp://h:1/s;tcp", "msrp://hh:1/s;tcp", false, false },
	{ "msrp://h:1/s;tcp", "msrp://h:2/s;tcp", false, false },
	{ "msrp://h:2855/s;tcp", "msrp://h/s;tcp", false, false },
	{ "msrp://h:1/s;tcp", "msrp://h:01/s;tcp", true, true },
	{ "msrp://h:1/s;tcp", "msrp://h:1/S;tcp", false, true },
	{ "msrp://h:1/s;tcp", "msrp://h:1;tcp", false, true },
	{ "msrp://h:1;tcp", "msrp://h:1;tcp", true, true },
	{ "msrp://h:1/s0123456789;tcp", "msrp://h:1/s0123456789;tcp", true, true },
	{ "msrp://h:1/s0123456789;tcp", "msrp://h:1/s012345678a;tcp", false, true },
	{ "msrp://h:1/s0123456;tcp", "msrp://h:1/s01234567;tcp", false, true },
	{ "msrp://h:1/s;tcp", "msrp://h:1/s;ws", false, false },
	{ "msrp://h:1/s;tcp", "msrp://alice@h:1/s;tcp", true, true },
	{ "msrp://h:1/s;tcp", "msrp://h:1/s;tcp;a=b", true, true },
	{ "msrp://relay:1/s;tcp", "msrp://%72el%61Y:1/s;tcp", true, true },
	{ "msrp://relay:1/s;tcp", "msrp://rela%79:1/s;tcp", true, true },
	{ "msrp://rela%79:1/s;tcp", "msrp://relayy:1/s;tcp", false, false },
	{ "msrp://a%2cb:1/s;tcp", "msrp://a%2Cb:1/s;tcp", true, true },
	{ "msrp://a%2cb:1/s;tcp", "msrp://a,b:1/s;tcp", false, false },
	{ "msrp://a%2541:1/s;tcp", "msrp://a%41:1/s;tcp", false, false },
	{ "msrp://192.0.2.1:1/s;tcp", "msrp://192.0.%32.1:1/s;tcp", true, true },
	{ "msrp://192.0.2.1:1/s;tcp", "msrp://192.0.2.2:1/s;tcp", false, false },
	{ "msrp://[2001:db8::1]:1/s;tcp", "msrp://[2001:0DB8:0:0:0:0:0:1]:1/s;tcp", true, true },
	{ "msrp://[2001:db8::1]:1/s;tcp", "msrp://[2001:db8::2]:1/s;tcp", false, false },
	{ "msrp://[::ffff:192.0.2.1]:1/s;tcp", "msrp://[::ffff:c000:201]:1/s;tcp", true, true },
	{ "msrp://[::ffff:192.0.2.1]:1/s;tcp", "msrp://192.0.2.1:1/s;tcp", false, false },
};

START_TEST(uris_are_compared_as_rfc_4975_says)
{
	struct msrp_uri_slices a, b;

	ck_assert_int_eq(msrp_uri_parse(slice_from(comparisons[_i].a), &a), 0);
	ck_assert_int_eq(msrp_uri_parse(slice_from(comparisons[_i].b), &b), 0);
	ck_assert_int_eq(msrp_uri_slices_equal(&a, &b), comparisons[_i].equal);
	ck_assert_int_eq(msrp_uri_slices_equal(&b, &a), comparisons[_i].equal);
	ck_assert_int_eq(msrp_uri_same_authority(&a, &b), comparisons[_i].same_authority);
	ck_assert_int_eq(msrp_uri_same_authority(&b, &a), comparisons[_i].same_authority);
	/* Different ones may have the same hash, but none of these have. */
	ck_assert_int_eq(msrp_uri_hash(&a, 1) == msrp_uri_hash(&b, 1), comparisons[_i].equal);
	ck_assert_uint_ne(msrp_uri_hash(&a, 1), msrp_uri_hash(&a, 2));
}
END_TEST

/* RFC 4975 section 6: an address needs a port if somebody is to connect to it. */
static const struct {
	const char *uri;
	bool reachable;
} ports[] = {
	{ "msrp://127.0.0.1:1/s;tcp", true },
	{ "msrp://[::1]:1/s;tcp", true },
	{ "msrp://host/s;tcp", true },
	{ "msrp://host:/s;tcp", true },
	{ "msrp://host:0/s;tcp", true },
	{ "msrp://127.0.0.1/s;tcp", false },
	{ "msrp://127.0.0.1:/s;tcp", false },
	{ "msrp://127.0.0.1:0/s;tcp", false },
	{ "msrp://127.0.0.1:00000/s;tcp", false },
	{ "msrp://%31%32%37%2e%30%2e%30%2e%31;tcp", false },
	{ "msrp://[::1]/s;tcp", false },
};

START_TEST(a_uri_may_be_one_that_nobody_connects_to)
{
	struct msrp_uri_slices uri;

	ck_assert_int_eq(msrp_uri_parse(slice_from(ports[_i].uri), &uri), 0);
	ck_assert_int_eq(msrp_uri_is_reachable(&uri), ports[_i].reachable);
	expect_slice(uri.text, ports[_i].uri);
}
END_TEST

/* RFC 7977 5.1, RFC 6761 6.4 */
static const struct {
	const char *uri;
	bool unconnectable;
} webs[] = {
	{ "msrps://a.example.com:2855/s;tcp", false },
	{ "msrps://a.example.com:2855/s;ws", true },
	{ "msrps://a.example.com:2855/s;WS", true },
	{ "msrps://a.example.com:2855/s;wss", false },
	{ "msrps://x.invalid:2855/s;tcp", true },
	{ "msrps://x.y.INVALID:2855/s;tcp", true },
	{ "msrps://x.invalid.:2855/s;tcp", true },
	{ "msrps://invalid:2855/s;tcp", true },
	{ "msrps://invalid.:2855/s;tcp", true },
	{ "msrps://xinvalid:2855/s;tcp", false },
	{ "msrps://invalid.example.com:2855/s;tcp", false },
	{ "msrps://127.0.0.1:2855/s;tcp", false },
};

START_TEST(nobody_connects_to_a_websocket_client)
{
	struct msrp_uri_slices uri;

	ck_assert_int_eq(msrp_uri_parse(slice_from(webs[_i].uri), &uri), 0);
	ck_assert_int_eq(msrp_uri_is_unconnectable(&uri), webs[_i].unconnectable);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("uri");
	TCase *tcase = tcase_create("uri");

	tcase_add_loop_test(tcase, a_uri_is_taken_apart, 0, SUPPORT_COUNT(good));
	tcase_add_loop_test(tcase, a_uri_put_together_from_its_parts_is_the_same, 0,
			    SUPPORT_COUNT(good));
	tcase_add_test(tcase, a_uri_is_written_as_it_was_read);
	tcase_add_loop_test(tcase, a_bad_uri_is_refused_and_leaves_the_result_alone, 0,
			    SUPPORT_COUNT(bad));
	tcase_add_loop_test(tcase, a_truncated_uri_is_never_read_beyond_its_end, 0,
			    SUPPORT_COUNT(good));
	tcase_add_loop_test(tcase, only_characters_of_the_grammar_are_taken, 0,
			    SUPPORT_COUNT(places));
	tcase_add_loop_test(tcase, uris_are_compared_as_rfc_4975_says, 0,
			    SUPPORT_COUNT(comparisons));
	tcase_add_loop_test(tcase, nobody_connects_to_a_websocket_client, 0, SUPPORT_COUNT(webs));
	tcase_add_loop_test(tcase, a_uri_may_be_one_that_nobody_connects_to, 0,
			    SUPPORT_COUNT(ports));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
