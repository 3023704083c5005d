/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which URLs a web service may have: nothing but HTTP, and nothing in clear beyond this machine.
 */
#include "users/http_url.h"

#include <string.h>

#include "support/run.h"

static const char *const fine[] = {
	"https://users.example.com/msrp",
	"https://users.example.com",
	"https://users.example.com:8443/a/b?c=d%20e",
	"https://192.0.2.1/",
	"https://[2001:db8::1]:443/",
	"http://localhost:8080/",
	"http://127.0.0.1/x",
	"http://127.3.2.1:1/x",
	"http://[::1]:8080/x",
};

START_TEST(a_url_with_tls_or_to_this_machine_is_fine)
{
	const char *wrong = http_url_check(fine[_i], false);

	ck_assert_msg(!wrong, "%s %s", fine[_i], wrong);
}
END_TEST

static const char *const clear[] = {
	"http://users.example.com/",
	"http://192.0.2.1/",
	"http://[2001:db8::1]/",
	"http://127.1/",
	"http://127.0.0.1.example.com/",
	"http://localhost.example.com/",
	"http://0.0.0.0/",
	"http://[::]/",
	"http://[::ffff:192.0.2.1]/",
};

START_TEST(http_beyond_this_machine_has_to_be_allowed)
{
	ck_assert(strstr(http_url_check(clear[_i], false), "without TLS"));
	ck_assert(!http_url_check(clear[_i], true));
}
END_TEST

static const char *const bad[] = {
	"",
	"https",
	"https://",
	"https:///path",
	"https://:443/",
	"HTTPS://users.example.com/",
	"ftp://localhost/",
	"file:///etc/passwd",
	"gopher://localhost/",
	"localhost/",
	"https://users.example.com@evil.example/",
	"https://user:pass@localhost/",
	"https://users.example.com/#part",
	"https://users.example.com/a b",
	"https://users.example.com/\r\nX: y",
	"https://users.example.com\\@evil.example/",
	"https://users.exa\xc3\xa4mple.com/",
	"https://a..b/",
	"https://*/",
	"https://users.example.com:/",
	"https://users.example.com:0/",
	"https://users.example.com:65536/",
	"https://users.example.com:443x/",
	"https://users.example.com:4294967297/",
	"https://[2001:db8::1/",
	"https://[users.example.com]/",
	"https://[::1]443/",
	"https://[::1%25lo]/",
	"https://users.example.com?query",
	"http://localhost\x7f/",
};

START_TEST(what_is_no_url_of_a_web_service_is_refused)
{
	ck_assert_msg(http_url_check(bad[_i], true), "%s", bad[_i]);
}
END_TEST

START_TEST(a_url_has_an_end)
{
	char url[4096] = "https://localhost/";

	memset(url + strlen(url), 'a', 2048 - strlen(url));
	ck_assert(!http_url_check(url, false));
	url[2048] = 'a';
	ck_assert(http_url_check(url, false));
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("http_url");
	TCase *tcase = tcase_create("http_url");

	tcase_add_loop_test(tcase, a_url_with_tls_or_to_this_machine_is_fine, 0, N_OF(fine));
	tcase_add_loop_test(tcase, http_beyond_this_machine_has_to_be_allowed, 0, N_OF(clear));
	tcase_add_loop_test(tcase, what_is_no_url_of_a_web_service_is_refused, 0, N_OF(bad));
	tcase_add_test(tcase, a_url_has_an_end);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
