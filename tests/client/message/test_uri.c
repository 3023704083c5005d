/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "client/msrp.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

static const struct msrp_parameter two_parameters[] = { { "a", "1" }, { "flag", NULL } };

static const struct {
	const char *text;
	struct msrp_uri_parts parts; /* NULL stands for "", and transport "tcp" for NULL */
} uris[] = {
	{ "msrp://example.com;tcp", { .host = "example.com" } },
	{ "msrps://alice@relay.example.com:2855/s3ss10n;tcp;a=1;flag",
	  { .host = "relay.example.com",
	    .use_tls = true,
	    .user = "alice",
	    .port = 2855,
	    .session_id = "s3ss10n",
	    .parameters = two_parameters,
	    .n_parameters = 2 } },
	{ "msrp://[2001:db8::1]:7654/x=+/-;tcp",
	  { .host = "2001:db8::1", .port = 7654, .session_id = "x=+/-" } },
	{ "msrp://192.0.2.1:1/s;udp",
	  { .host = "192.0.2.1", .port = 1, .session_id = "s", .transport = "udp" } },
	{ "msrp://a%20b@example.com:65535/s;tcp;flag",
	  { .host = "example.com",
	    .user = "a%20b",
	    .port = 65535,
	    .session_id = "s",
	    .parameters = &two_parameters[1],
	    .n_parameters = 1 } },
};

static const char *or_empty(const char *part)
{
	return part ? part : "";
}

static void expect_parts(const struct msrp_uri *uri, const struct msrp_uri_parts *want)
{
	const struct msrp_parameter *p;
	size_t n;

	ck_assert_int_eq(msrp_uri_use_tls(uri), want->use_tls);
	ck_assert_str_eq(msrp_uri_user(uri), or_empty(want->user));
	ck_assert_str_eq(msrp_uri_host(uri), want->host);
	ck_assert_uint_eq(msrp_uri_port(uri), want->port);
	ck_assert_str_eq(msrp_uri_session_id(uri), or_empty(want->session_id));
	ck_assert_str_eq(msrp_uri_transport(uri), want->transport ? want->transport : "tcp");
	p = msrp_uri_parameters(uri, &n);
	ck_assert_uint_eq(n, want->n_parameters);
	for (size_t i = 0; i < n; i++) {
		ck_assert_str_eq(p[i].name, want->parameters[i].name);
		ck_assert_pstr_eq(p[i].value, want->parameters[i].value);
	}
}

START_TEST(a_uri_is_taken_apart)
{
	struct msrp_uri *uri;

	ck_assert_int_eq(msrp_uri_from_text(uris[_i].text, &uri), 0);
	ck_assert_str_eq(msrp_uri_text(uri), uris[_i].text);
	expect_parts(uri, &uris[_i].parts);
	ck_assert_ptr_null(msrp_uri_free(uri));
}
END_TEST

START_TEST(a_uri_is_made_of_its_parts)
{
	struct msrp_uri *uri;

	ck_assert_int_eq(msrp_uri_new(&uris[_i].parts, &uri), 0);
	ck_assert_str_eq(msrp_uri_text(uri), uris[_i].text);
	expect_parts(uri, &uris[_i].parts);
	msrp_uri_free(uri);
}
END_TEST

START_TEST(an_ipv6_address_may_come_in_brackets)
{
	struct msrp_uri *uri;

	ck_assert_int_eq(msrp_uri_new(&(struct msrp_uri_parts){ .host = "[::1]", .port = 9 }, &uri),
			 0);
	ck_assert_str_eq(msrp_uri_text(uri), "msrp://[::1]:9;tcp");
	ck_assert_str_eq(msrp_uri_host(uri), "::1");
	msrp_uri_free(uri);
}
END_TEST

static const char *const no_uris[] = {
	"",
	"msrp:",
	"http://example.com;tcp",
	"msrp://example.com",
	"msrp://example.com:65536;tcp",
	"msrp://example.com/s;tcp;",
	"msrp://example.com/s;tcp;=x",
	"msrp://example.com/s;tcp ",
	" msrp://example.com/s;tcp",
	"msrp://example.com/s;tcp\n",
	"msrp://[::1/s;tcp",
};

START_TEST(what_is_no_uri_is_refused)
{
	struct msrp_uri *uri = NULL;

	ck_assert_int_eq(msrp_uri_from_text(no_uris[_i], &uri), -EINVAL);
	ck_assert_ptr_null(uri);
}
END_TEST

static const struct msrp_parameter no_name = { "", "x" };
static const struct msrp_parameter two_in_one = { "a", "1;b=2" };
static const struct msrp_parameter with_equals = { "a=b", NULL };

/* Each would read as something else, or as nothing, if it were simply concatenated. */
static const struct msrp_uri_parts no_parts[] = {
	{ .host = NULL },
	{ .host = "" },
	{ .host = "a b" },
	{ .host = "example.com:1" },
	{ .host = "example.com/s" },
	{ .host = "example.com;tcp" },
	{ .host = "alice@example.com" },
	{ .host = "192.0.2.1" },
	{ .host = "example.com", .user = "a@b" },
	{ .host = "example.com", .user = "a/b" },
	{ .host = "example.com", .session_id = "s;tcp" },
	{ .host = "example.com", .session_id = "s\r\n" },
	{ .host = "example.com", .transport = "" },
	{ .host = "example.com", .transport = "tcp;x" },
	{ .host = "example.com", .parameters = &no_name, .n_parameters = 1 },
	{ .host = "example.com", .parameters = &two_in_one, .n_parameters = 1 },
	{ .host = "example.com", .parameters = &with_equals, .n_parameters = 1 },
};

START_TEST(parts_that_make_no_uri_are_refused)
{
	struct msrp_uri *uri = NULL;

	ck_assert_int_eq(msrp_uri_new(&no_parts[_i], &uri), -EINVAL);
	ck_assert_ptr_null(uri);
}
END_TEST

static const struct {
	const char *a, *b;
	bool equal;
} pairs[] = {
	{ "msrp://example.com:1/s;tcp", "MSRP://EXAMPLE.com:1/s;TCP", true },
	{ "msrp://alice@example.com:1/s;tcp;x=1", "msrp://example.com:1/s;tcp", true },
	{ "msrp://[::1]:1/s;tcp", "msrp://[0:0::1]:1/s;tcp", true },
	{ "msrp://example.com:1/s;tcp", "msrp://example.com:1/S;tcp", false },
	{ "msrp://example.com:1/s;tcp", "msrps://example.com:1/s;tcp", false },
	{ "msrp://example.com:1/s;tcp", "msrp://example.com/s;tcp", false },
	{ "msrp://example.com:1/s;tcp", "msrp://example.com:1/s;udp", false },
};

START_TEST(rfc4975_6_1_comparison)
{
	struct msrp_uri *a, *b;

	ck_assert_int_eq(msrp_uri_from_text(pairs[_i].a, &a), 0);
	ck_assert_int_eq(msrp_uri_from_text(pairs[_i].b, &b), 0);
	ck_assert_int_eq(msrp_uri_equal(a, b), pairs[_i].equal);
	msrp_uri_free(a);
	msrp_uri_free(b);
}
END_TEST

static const char two_uris[] = "msrps://relay.example.com:2855/r;tcp msrp://192.0.2.1:9/c;tcp";

START_TEST(a_path_is_taken_apart_and_put_together)
{
	struct msrp_path *path, *again;
	const struct msrp_uri *uri[2];

	ck_assert_int_eq(msrp_path_from_text(two_uris, &path), 0);
	ck_assert_str_eq(msrp_path_text(path), two_uris);
	ck_assert_uint_eq(msrp_path_count(path), 2);
	uri[0] = msrp_path_uri(path, 0);
	uri[1] = msrp_path_uri(path, 1);
	ck_assert_ptr_null(msrp_path_uri(path, 2));
	ck_assert_str_eq(msrp_uri_host(uri[0]), "relay.example.com");
	ck_assert_str_eq(msrp_uri_session_id(uri[1]), "c");
	ck_assert_int_eq(msrp_path_new(uri, 2, &again), 0);
	ck_assert_str_eq(msrp_path_text(again), two_uris);
	ck_assert(msrp_path_equal(path, again));
	msrp_path_free(again);

	ck_assert_int_eq(msrp_path_new(uri, 1, &again), 0);
	ck_assert(!msrp_path_equal(path, again));
	ck_assert_ptr_null(msrp_path_free(again));
	msrp_path_free(path);
}
END_TEST

START_TEST(what_is_no_path_is_refused)
{
	static const char *const bad[] = {
		"",
		" msrp://example.com;tcp",
		"msrp://example.com;tcp  msrp://example.com;tcp",
		"msrp://example.com;tcp x",
	};
	struct msrp_path *path = NULL;

	for (size_t i = 0; i < SUPPORT_COUNT(bad); i++)
		ck_assert_int_eq(msrp_path_from_text(bad[i], &path), -EINVAL);
	ck_assert_int_eq(msrp_path_new(NULL, 0, &path), -EINVAL);
	ck_assert_ptr_null(path);
}
END_TEST

START_TEST(a_path_has_sixty_four_uris_at_most)
{
	const struct msrp_uri *many[65];
	struct msrp_uri *uri;
	struct msrp_path *path = NULL;

	ck_assert_int_eq(msrp_uri_from_text(uris[0].text, &uri), 0);
	for (size_t i = 0; i < SUPPORT_COUNT(many); i++)
		many[i] = uri;
	ck_assert_int_eq(msrp_path_new(many, 65, &path), -EINVAL);
	ck_assert_int_eq(msrp_path_new(many, 64, &path), 0);
	ck_assert_uint_eq(msrp_path_count(path), 64);
	msrp_path_free(path);
	msrp_uri_free(uri);
}
END_TEST

START_TEST(nothing_is_nothing_to_free)
{
	ck_assert_ptr_null(msrp_uri_free(NULL));
	ck_assert_ptr_null(msrp_path_free(NULL));
}
END_TEST

/* Everything that allocates, once. Returns 0 or what failed. */
static int make_all(const void *arg)
{
	struct msrp_uri *uri = NULL;
	struct msrp_path *path = NULL, *again = NULL;
	const struct msrp_uri *first;
	int err;

	err = msrp_uri_new(&uris[1].parts, &uri);
	if (!err)
		err = msrp_path_from_text(two_uris, &path);
	if (!err) {
		first = msrp_path_uri(path, 0);
		err = msrp_path_new(&first, 1, &again);
	}
	msrp_uri_free(uri);
	msrp_path_free(path);
	msrp_path_free(again);
	return err;
}

START_TEST(without_memory_nothing_is_made_and_nothing_lost)
{
	ck_assert_uint_gt(support_oom_each(make_all, NULL), 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("uri");
	TCase *tcase = tcase_create("uri");

	tcase_add_loop_test(tcase, a_uri_is_taken_apart, 0, (int)SUPPORT_COUNT(uris));
	tcase_add_loop_test(tcase, a_uri_is_made_of_its_parts, 0, (int)SUPPORT_COUNT(uris));
	tcase_add_test(tcase, an_ipv6_address_may_come_in_brackets);
	tcase_add_loop_test(tcase, what_is_no_uri_is_refused, 0, (int)SUPPORT_COUNT(no_uris));
	tcase_add_loop_test(tcase, parts_that_make_no_uri_are_refused, 0,
			    (int)SUPPORT_COUNT(no_parts));
	tcase_add_loop_test(tcase, rfc4975_6_1_comparison, 0, (int)SUPPORT_COUNT(pairs));
	tcase_add_test(tcase, a_path_is_taken_apart_and_put_together);
	tcase_add_test(tcase, what_is_no_path_is_refused);
	tcase_add_test(tcase, a_path_has_sixty_four_uris_at_most);
	tcase_add_test(tcase, nothing_is_nothing_to_free);
	tcase_add_test(tcase, without_memory_nothing_is_made_and_nothing_lost);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
