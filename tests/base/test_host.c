/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/host.h"

#include "support/run.h"

#define LABEL_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz01234567890"

static const struct {
	const char *host;
	bool is_name;
} hosts[] = {
	{ "relay.test", true },
	{ "localhost", true },
	{ "RELAY-1.Example.NET", true },
	{ "_msrp.relay_2.test", true },
	{ "xn--mnchen-3ya.test", true },
	{ "1.test", true },
	{ LABEL_63 ".test", true },
	{ LABEL_63 "." LABEL_63 "." LABEL_63
		   ".abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz012345678",
	  true },
	/* none */
	{ "", false },
	{ ".", false },
	{ ".test", false },
	{ "relay.test.", false },
	{ "relay..test", false },
	{ "*.test", false },
	{ "re*.test", false },
	{ "-relay.test", false },
	{ "relay-.test", false },
	{ "relay%2Etest", false },
	{ "relay test", false },
	{ "m\xc3\xbcnchen.test", false },
	{ "[2001:db8::1]", false },
	{ "relay.test:2855", false },
	{ LABEL_63 "1.test", false },
	{ LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_63, false },
};

START_TEST(a_host_is_one_by_its_labels)
{
	ck_assert_msg(host_is_name(slice_from(hosts[_i].host)) == hosts[_i].is_name, "%s",
		      hosts[_i].host);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base/host");
	TCase *tcase = tcase_create("host");

	tcase_add_loop_test(tcase, a_host_is_one_by_its_labels, 0,
			    sizeof(hosts) / sizeof(hosts[0]));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
