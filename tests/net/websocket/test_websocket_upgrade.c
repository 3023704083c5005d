/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests that open a WebSocket and those that do not; and which origins match which patterns.
 */
#include "net/websocket/websocket_upgrade.h"

#include <stdio.h>

#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

#define GET  "GET / HTTP/1.1\r\n"
#define HOST "Host: a.example.com\r\n"
#define UP   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define KEY  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define MSRP "Sec-WebSocket-Protocol: msrp\r\n"
#define V13  "Sec-WebSocket-Version: 13\r\n"
#define ALL  HOST UP KEY MSRP V13
#define END  "\r\n"

static const struct {
	const char *head;
	enum net_http_status status;
} heads[] = {
	{ GET ALL END, NET_HTTP_SWITCHING },
	{ "GET /x?y HTTP/1.1\r\n" ALL END, NET_HTTP_SWITCHING },
	{ "GET https://a.example.com HTTP/1.1\r\n" ALL END, NET_HTTP_SWITCHING },
	{ "GET http://a.example.com/x HTTP/1.1\r\n" ALL END, NET_HTTP_SWITCHING },
	{ GET HOST UP KEY V13 "Sec-WebSocket-Protocol: , a ,,msrp\r\n" END, NET_HTTP_SWITCHING },
	{ GET ALL "Content-Length: 0\r\n" END, NET_HTTP_SWITCHING },
	{ GET HOST UP KEY V13 "Sec-WebSocket-Protocol: msrp2\r\n" END, NET_HTTP_BAD_REQUEST },
	{ GET HOST UP KEY V13 "Sec-WebSocket-Protocol: msrp x\r\n" END, NET_HTTP_BAD_REQUEST },
	{ GET HOST UP KEY V13 END, NET_HTTP_BAD_REQUEST },
	{ GET HOST UP MSRP V13 END, NET_HTTP_BAD_REQUEST },
	{ GET HOST UP MSRP V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=\r\n" END,
	  NET_HTTP_BAD_REQUEST },
	{ GET HOST UP MSRP V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j-Q==\r\n" END,
	  NET_HTTP_BAD_REQUEST },
	{ GET ALL KEY END, NET_HTTP_BAD_REQUEST },
	{ GET UP KEY MSRP V13 END, NET_HTTP_BAD_REQUEST },
	{ GET ALL HOST END, NET_HTTP_BAD_REQUEST },
	{ GET ALL "Content-Length: 1\r\n" END, NET_HTTP_BAD_REQUEST },
	{ GET ALL "Transfer-Encoding: chunked\r\n" END, NET_HTTP_BAD_REQUEST },
	{ GET ALL "no colon\r\n" END, NET_HTTP_BAD_REQUEST },
	{ GET ALL "A: \x01\r\n" END, NET_HTTP_BAD_REQUEST },
	{ "GET x HTTP/1.1\r\n" ALL END, NET_HTTP_BAD_REQUEST },
	{ "GET http:// HTTP/1.1\r\n" ALL END, NET_HTTP_BAD_REQUEST },
	{ "GET / HTTP/1.0\r\n" ALL END, NET_HTTP_BAD_REQUEST },
	{ "GET / HTTP/2.0\r\n" ALL END, NET_HTTP_BAD_VERSION },
	{ "GET /\r\n" ALL END, NET_HTTP_BAD_REQUEST },
	{ "POST / HTTP/1.1\r\n" ALL END, NET_HTTP_BAD_METHOD },
	{ "OPTIONS * HTTP/1.1\r\n" ALL END, NET_HTTP_BAD_METHOD },
	{ GET HOST KEY MSRP V13 END, NET_HTTP_UPGRADE_REQUIRED },
	{ GET HOST END, NET_HTTP_UPGRADE_REQUIRED },
	{ GET HOST UP KEY MSRP END, NET_HTTP_UPGRADE_REQUIRED },
	{ GET HOST UP KEY MSRP "Sec-WebSocket-Version: 8\r\n" END, NET_HTTP_UPGRADE_REQUIRED },
	{ GET ALL V13 END, NET_HTTP_UPGRADE_REQUIRED },
	{ "\r\n\r\n", NET_HTTP_BAD_REQUEST },
};

static struct net_websocket_settings *settings_new(const char *path, const char *origin)
{
	const char *const origins[] = { origin };
	struct net_websocket_options options = {
		.path = path,
		.origin = origins,
		.n_origins = origin != NULL,
	};
	struct net_websocket_settings *settings = net_websocket_settings_new(&options);

	ck_assert_ptr_nonnull(settings);
	return settings;
}

static enum net_http_status ask(struct net_websocket_settings *settings, const char *head,
				struct buf *out)
{
	struct net_websocket_upgrade upgrade;
	enum net_http_status status =
	    net_websocket_upgrade(settings, slice_from(head), out, &upgrade);
	char start[64];

	snprintf(start, sizeof(start), "HTTP/1.1 %d %s\r\n", status, net_http_reason(status));
	ck_assert(slice_starts_with(buf_slice(out), slice_from(start)));
	ck_assert_uint_gt(net_http_head_find_end(buf_slice(out)), 0);
	return status;
}

START_TEST(a_request_opens_a_websocket_or_does_not)
{
	struct net_websocket_settings *settings = settings_new("", NULL);
	struct buf out = { 0 };

	ck_assert_int_eq(ask(settings, heads[_i].head, &out), heads[_i].status);
	buf_done(&out);
	net_websocket_settings_unref(settings);
}
END_TEST

/* RFC 7977 4.1, with the Origin of section 7. */
START_TEST(the_example_of_the_rfc_is_answered)
{
	struct net_websocket_settings *settings = settings_new("", NULL);
	struct buf out = { 0 };

	ask(settings, GET ALL "Origin: http://www.example.com\r\n" END, &out);
	expect_slice(buf_slice(&out),
		     "HTTP/1.1 101 Switching Protocols\r\n"
		     "Upgrade: websocket\r\n"
		     "Connection: Upgrade\r\n"
		     "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
		     "Sec-WebSocket-Protocol: msrp\r\n"
		     "Access-Control-Allow-Origin: http://www.example.com\r\n\r\n");
	buf_done(&out);
	net_websocket_settings_unref(settings);
}
END_TEST

START_TEST(path_and_origin_are_those_that_are_set)
{
	struct net_websocket_settings *settings = settings_new("/msrp", "https://*.example.com");
	struct buf out = { 0 };

	ck_assert_int_eq(ask(settings, GET ALL END, &out), NET_HTTP_NOT_FOUND);
	buf_done(&out);
	ck_assert_int_eq(ask(settings, "GET /msrp?x HTTP/1.1\r\n" ALL END, &out),
			 NET_HTTP_SWITCHING);
	buf_done(&out);
	ck_assert_int_eq(ask(settings,
			     "GET /msrp HTTP/1.1\r\n" ALL "Origin: https://a.example.com\r\n" END,
			     &out),
			 NET_HTTP_SWITCHING);
	buf_done(&out);
	ck_assert_int_eq(
	    ask(settings, "GET /msrp HTTP/1.1\r\n" ALL "Origin: https://example.com\r\n" END, &out),
	    NET_HTTP_FORBIDDEN);
	buf_done(&out);
	net_websocket_settings_unref(settings);
}
END_TEST

/* The last address is the one that the proxy has seen; anybody may have written the others. */
static const struct {
	const char *fields;
	const char *name;
} forwards[] = {
	{ "X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7:0" },
	{ "X-Forwarded-For: 198.51.100.1, 192.0.2.7\r\n", "192.0.2.7:0" },
	{ "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 2001:db8::7\r\n", "[2001:db8::7]:0" },
	{ "X-Forwarded-For: unknown\r\n", NULL },
	{ "X-Forwarded-For:\r\n", NULL },
	{ "X-Forwarded-For: 192.0.2.7, "
	  "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234\r"
	  "\n",
	  NULL },
	{ "", NULL },
};

START_TEST(a_proxy_says_whose_request_it_is)
{
	struct net_websocket_options options = { .path = "", .behind_proxy = true };
	struct net_websocket_settings *settings = net_websocket_settings_new(&options);
	struct net_websocket_settings *others = settings_new("", NULL);
	struct net_websocket_upgrade upgrade;
	struct buf out = { 0 };
	char head[1024], name[NET_ADDRESS_TEXT_MAX];

	snprintf(head, sizeof(head), "%s%s%s", GET ALL, forwards[_i].fields, END);
	net_websocket_upgrade(settings, slice_from(head), &out, &upgrade);
	ck_assert_int_eq(upgrade.address.len > 0, forwards[_i].name != NULL);
	if (forwards[_i].name) {
		net_address_format(&upgrade.address, name);
		ck_assert_str_eq(name, forwards[_i].name);
	}
	net_websocket_upgrade(others, slice_from(head), &out, &upgrade);
	ck_assert_uint_eq(upgrade.address.len, 0);
	buf_done(&out);
	net_websocket_settings_unref(others);
	net_websocket_settings_unref(settings);
}
END_TEST

static const struct {
	const char *pattern;
	const char *origin;
	bool fits;
} origins[] = {
	{ "https://example.com", "https://example.com", true },
	{ "https://example.com", "https://EXAMPLE.com", true },
	{ "https://example.com", "https://example.com:8443", false },
	{ "https://example.com:8443", "https://example.com:8443", true },
	{ "https://example.com", "http://example.com", false },
	{ "https://example.com", "https://example.com.evil.test", false },
	{ "https://example.com", "https://notexample.com", false },
	{ "https://*.example.com", "https://a.example.com", true },
	{ "https://*.example.com", "https://example.com", false },
	{ "https://*.example.com", "https://a.b.example.com", false },
	{ "https://a.*.com", "https://a.b.com", true },
	{ "https://*", "https://localhost", true },
	{ "https://*", "https://a.b", false },
	{ "http://[::1]:80", "http://[::1]:80", true },
	{ "http://[::1]", "http://[::1]:81", false },
	{ "https://example.com", "null", false },
	{ "https://example.com", "", false },
	{ "https://example.com", "https://", false },
	{ "https://example.com", "https://example.com:", false },
};

START_TEST(an_origin_fits_a_pattern_or_does_not)
{
	ck_assert_int_eq(net_websocket_origin_fits(slice_from(origins[_i].pattern),
						   slice_from(origins[_i].origin)),
			 origins[_i].fits);
}
END_TEST

START_TEST(a_pattern_is_one_that_can_fit)
{
	static const char *const good[] = { "https://example.com",
					    "https://*.example.com",
					    "http://localhost:3000",
					    "https://example.com:8443",
					    "chrome-extension://abcdef",
					    "http://[::1]:8000",
					    "https://*" };
	static const char *const bad[] = { "",
					   "*",
					   "example.com",
					   "https:/example.com",
					   "https://",
					   "https://example.com/",
					   "https://example.com.",
					   "https://a..b",
					   "https://a*.b",
					   "https://a:x",
					   "https://a:",
					   "https://a:0",
					   "https://a:65536",
					   "https://a:443",
					   "http://a:80",
					   "://a",
					   "h ttp://a",
					   "https://a b" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(net_websocket_is_origin(slice_from(good[i])), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!net_websocket_is_origin(slice_from(bad[i])), "%s", bad[i]);
}
END_TEST

START_TEST(settings_are_had_whole_or_not_at_all)
{
	const char *const list[] = { "https://a", "https://b" };
	struct net_websocket_options options = { .path = "/x", .origin = list, .n_origins = 2 };
	struct net_websocket_settings *settings = NULL;

	for (size_t n = 0; !settings; n++) {
		support_oom_start(n, false);
		settings = net_websocket_settings_new(&options);
		support_oom_stop();
		ck_assert_uint_lt(n, 10);
	}
	ck_assert_str_eq(settings->origin[1], "https://b");
	net_websocket_settings_unref(settings);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("websocket_upgrade");
	TCase *tcase = tcase_create("websocket_upgrade");

	tcase_add_loop_test(tcase, a_request_opens_a_websocket_or_does_not, 0,
			    (int)(sizeof(heads) / sizeof(heads[0])));
	tcase_add_test(tcase, the_example_of_the_rfc_is_answered);
	tcase_add_test(tcase, path_and_origin_are_those_that_are_set);
	tcase_add_loop_test(tcase, a_proxy_says_whose_request_it_is, 0,
			    (int)(sizeof(forwards) / sizeof(forwards[0])));
	tcase_add_loop_test(tcase, an_origin_fits_a_pattern_or_does_not, 0,
			    (int)(sizeof(origins) / sizeof(origins[0])));
	tcase_add_test(tcase, a_pattern_is_one_that_can_fit);
	tcase_add_test(tcase, settings_are_had_whole_or_not_at_all);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
