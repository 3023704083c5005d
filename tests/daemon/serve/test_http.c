/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/serve/http.h"

#include <stdio.h>

#include "support/run.h"

static const struct {
	const char *head;
	enum net_http_status status;
	const char *path;
	bool head_only;
	bool keep;
} heads[] = {
	{ "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", NET_HTTP_OK, "/metrics", false, true },
	{ "GET /metrics HTTP/1.1\r\n\r\n", NET_HTTP_OK, "/metrics", false, true },
	{ "GET /metrics?x=y HTTP/1.1\r\n\r\n", NET_HTTP_OK, "/metrics", false, true },
	{ "HEAD /healthz HTTP/1.1\r\n\r\n", NET_HTTP_OK, "/healthz", true, true },
	{ "GET / HTTP/1.0\r\n\r\n", NET_HTTP_OK, "/", false, false },
	{ "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", NET_HTTP_OK, "/", false, false },
	{ "GET / HTTP/1.1\r\nconnection:CLOSE\t\r\n\r\n", NET_HTTP_OK, "/", false, false },
	{ "GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n", NET_HTTP_OK, "/", false, true },
	{ "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", NET_HTTP_OK, "/", false, true },
	{ "GET / HTTP/1.1\r\nX: \xc3\xbc\r\n\r\n", NET_HTTP_OK, "/", false, true },
	{ "POST / HTTP/1.1\r\n\r\n", NET_HTTP_BAD_METHOD, "/", false, false },
	{ "get / HTTP/1.1\r\n\r\n", NET_HTTP_BAD_METHOD, "/", false, false },
	{ "GET / HTTP/2.0\r\n\r\n", NET_HTTP_BAD_VERSION, "", false, false },
	{ "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", NET_HTTP_BAD_REQUEST, "/", false, false },
	{ "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", NET_HTTP_BAD_REQUEST, "/", false,
	  false },
	{ "GET / HTTP/1.1\r\nA\r\n\r\n", NET_HTTP_BAD_REQUEST, "/", false, false },
	{ "GET / HTTP/1.1\r\nno colon\r\n\r\n", NET_HTTP_BAD_REQUEST, "/", false, false },
	{ "GET / HTTP/1.1\r\nspace : x\r\n\r\n", NET_HTTP_BAD_REQUEST, "/", false, false },
	{ "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", NET_HTTP_BAD_REQUEST, "/", false, false },
	{ "GET / HTTP/1.1\r\nA: b\nB: c\r\n\r\n", NET_HTTP_BAD_REQUEST, "/", false, false },
	{ "GET / HTTP/1.1\r\nA: b\rB: c\r\n\r\n", NET_HTTP_BAD_REQUEST, "/", false, false },
	{ "GET / HTTP/1.1\nA: b\r\n\r\n", NET_HTTP_BAD_REQUEST, "", false, false },
	{ "GET http://x/ HTTP/1.1\r\n\r\n", NET_HTTP_BAD_REQUEST, "", false, false },
	{ "GET  / HTTP/1.1\r\n\r\n", NET_HTTP_BAD_REQUEST, "", false, false },
	{ "GET / HTTP/1.1 \r\n\r\n", NET_HTTP_BAD_REQUEST, "", false, false },
	{ "GET / HTTP/1.x\r\n\r\n", NET_HTTP_BAD_REQUEST, "", false, false },
	{ "GET /\r\n\r\n", NET_HTTP_BAD_REQUEST, "", false, false },
	{ "\r\n\r\n", NET_HTTP_BAD_REQUEST, "", false, false },
	{ " / HTTP/1.1\r\n\r\n", NET_HTTP_BAD_REQUEST, "", false, false },
};

START_TEST(a_head_is_taken_or_refused)
{
	struct http_request request;
	struct slice head = slice_from(heads[_i].head);

	ck_assert_uint_eq(net_http_head_find_end(head), head.len);
	ck_assert_uint_eq(http_parse(head, &request), heads[_i].status);
	ck_assert_int_eq(request.keep, heads[_i].keep);
	if (heads[_i].status != NET_HTTP_OK)
		return;
	ck_assert_int_eq(request.head, heads[_i].head_only);
	ck_assert(slice_equal(request.path, slice_from(heads[_i].path)));
}
END_TEST

#define OM "application/openmetrics-text"

static const struct {
	const char *accept;
	bool openmetrics;
} accepts[] = {
	/* Prometheus itself, of several versions. */
	{ OM ";version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
	     "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
	  true },
	{ OM "; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true },
	{ "text/plain;version=0.0.4;q=1,*/*;q=0.1", false },
	{ "*/*", false }, /* curl */
	{ "", false },
	{ "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false }, /* browsers */
	{ "application/*", false },
	{ OM, true },
	{ "APPLICATION/OpenMetrics-Text", true },
	{ OM ";q=0", false },
	{ OM ";q=0.000, text/plain", false },
	{ OM " ; q=0.3 , text/plain ; q=0.4", false },
	{ OM ";q=0.4,text/plain;q=0.4", true },
	{ OM ";q=0.4,text/*;q=0.5", false },
	{ OM ";q=0.5,text/*;q=1,text/plain;q=0.2", true }, /* the most specific range decides */
	{ OM ";q=0.4,*/*;q=0.5", false },
	{ OM ";q=much", true },
	{ ",;=,/,;q=," OM ",;;", true },
	{ "text/plain\r\nAccept: " OM, true },
};

START_TEST(the_format_is_the_one_that_is_accepted)
{
	struct http_request request;
	char head[512];

	snprintf(head, sizeof(head), "GET /metrics HTTP/1.1\r\nAccept: %s\r\n\r\n",
		 accepts[_i].accept);
	ck_assert_uint_eq(http_parse(slice_from(head), &request), NET_HTTP_OK);
	ck_assert_int_eq(request.openmetrics, accepts[_i].openmetrics);
}
END_TEST

START_TEST(a_head_ends_with_an_empty_line)
{
	static const char two[] = "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n";
	size_t one = (sizeof(two) - 1) / 2;

	for (size_t len = 0; len < sizeof(two); len++)
		ck_assert_uint_eq(net_http_head_find_end(slice_make(two, len)),
				  len < one ? 0 : one);
}
END_TEST

START_TEST(too_many_fields_are_refused)
{
	struct http_request request;
	struct buf head = { 0 };

	buf_add_slice(&head, SLICE("GET / HTTP/1.1\r\n"));
	for (unsigned i = 0; i < NET_HTTP_FIELDS_MAX + 1; i++)
		buf_add_slice(&head, SLICE("A: b\r\n"));
	buf_add_slice(&head, SLICE("\r\n"));
	ck_assert_uint_eq(http_parse(buf_slice(&head), &request), NET_HTTP_HEAD_TOO_LARGE);
	buf_done(&head);
}
END_TEST

static void expect_response(bool head, bool keep, enum net_http_status status, const char *want)
{
	struct http_request request = { .head = head, .keep = keep };
	struct buf out = { 0 };

	http_respond(&request, status, "text/plain", SLICE("body\n"), &out);
	ck_assert_msg(slice_equal(buf_slice(&out), slice_from(want)), "%" SLICE_FMT,
		      SLICE_ARG(buf_slice(&out)));
	buf_done(&out);
}

START_TEST(a_response_says_how_long_it_is)
{
	expect_response(false, true, NET_HTTP_OK,
			"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
			"Cache-Control: no-store\r\n\r\nbody\n");
	expect_response(true, true, NET_HTTP_OK,
			"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
			"Cache-Control: no-store\r\n\r\n");
	expect_response(false, false, NET_HTTP_BAD_METHOD,
			"HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/plain\r\n"
			"Content-Length: 5\r\nCache-Control: no-store\r\nAllow: GET, HEAD\r\n"
			"Connection: close\r\n\r\nbody\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("http");
	TCase *tcase = tcase_create("http");

	tcase_add_loop_test(tcase, a_head_is_taken_or_refused, 0,
			    (int)(sizeof(heads) / sizeof(heads[0])));
	tcase_add_test(tcase, a_head_ends_with_an_empty_line);
	tcase_add_test(tcase, too_many_fields_are_refused);
	tcase_add_test(tcase, a_response_says_how_long_it_is);
	tcase_add_loop_test(tcase, the_format_is_the_one_that_is_accepted, 0,
			    (int)(sizeof(accepts) / sizeof(accepts[0])));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
