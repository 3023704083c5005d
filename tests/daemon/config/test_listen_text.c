/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config/listen_text.h"

#include "support/run.h"

static const struct {
	const char *text;
	const char *path;    /* NULL: none */
	const char *address; /* NULL: none */
} texts[] = {
	{ "127.0.0.1:9090", NULL, "127.0.0.1:9090" },
	{ "[::1]:9090", NULL, "[::1]:9090" },
	{ "0.0.0.0:0", NULL, "0.0.0.0:0" },
	{ "unix:/run/msrpd/metrics", "/run/msrpd/metrics", NULL },
	{ "", NULL, NULL },
	{ "9090", NULL, NULL },
	{ ":9090", NULL, NULL },
	{ "127.0.0.1:", NULL, NULL },
	{ "127.0.0.1:65536", NULL, NULL },
	{ "127.0.0.1:+1", NULL, NULL },
	{ "127.0.0.1:000001", NULL, NULL },
	{ "::1:9090", NULL, NULL },
	{ "[::1:9090", NULL, NULL },
	{ "[]:9090", NULL, NULL },
	{ "localhost:9090", NULL, NULL },
	{ "unix:", NULL, NULL },
	{ "unix:relative", NULL, NULL },
	{ "unix:/0123456789012345678901234567890123456789012345678901234567890123456789"
	  "01234567890123456789012345678901234567890123456789",
	  NULL, NULL },
};

START_TEST(a_place_to_listen_is_taken_or_refused)
{
	struct net_address address;
	char name[NET_ADDRESS_TEXT_MAX];
	const char *path;
	bool good = texts[_i].path || texts[_i].address;

	ck_assert_int_eq(listen_text_parse(texts[_i].text, &path, &address) == 0, good);
	if (!good)
		return;
	ck_assert_pstr_eq(path, texts[_i].path);
	if (path)
		return;
	net_address_format(&address, name);
	ck_assert_str_eq(name, texts[_i].address);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("listen_text");
	TCase *tcase = tcase_create("listen_text");

	tcase_add_loop_test(tcase, a_place_to_listen_is_taken_or_refused, 0,
			    (int)(sizeof(texts) / sizeof(texts[0])));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
