/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which addresses a relay connects to, at the edges of every range: tests
 * src/relay/shared/policy.c. */
#include "relay/shared/policy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "support/run.h"

enum { PORT = 2855 };

static void parse(const char *text, uint8_t ret_address[16])
{
	static const uint8_t mapped[16] = { [10] = 0xff, [11] = 0xff };

	memcpy(ret_address, mapped, 16);
	if (inet_pton(AF_INET, text, ret_address + 12) != 1)
		ck_assert_int_eq(inet_pton(AF_INET6, text, ret_address), 1);
}

static void check_address(const struct relay_policy *policy, const char *text, bool want)
{
	uint8_t address[16];

	parse(text, address);
	ck_assert_msg(relay_policy_check(policy, address, PORT) == want, "%s should be %s", text,
		      want ? "allowed" : "denied");
}

/*
 * The edges of every built-in range: the address before it, its first, its
 * last, the one after it.
 */
static const struct {
	const char *before;
	const char *first;
	const char *last;
	const char *after;
} ranges[] = {
	{ NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0" },
	{ "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0" },
	{ "169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0" },
	{ "223.255.255.255", "224.0.0.0", "239.255.255.255", "240.0.0.0" },
	{ "255.255.255.254", "255.255.255.255", "255.255.255.255", NULL },
	{ NULL, "::", "::1", NULL },
	{ "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	  "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::" },
	{ "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	  "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL },
	/* Private ranges are where customers and other relays are. */
	{ "10.0.0.0", NULL, NULL, "10.255.255.255" },
	{ "172.16.0.1", NULL, NULL, "192.168.255.255" },
	{ "100.64.0.1", NULL, NULL, "fd00::1" },
};

START_TEST(built_in_ranges_end_where_they_should)
{
	struct relay_policy *policy = relay_policy_new();

	if (ranges[_i].before)
		check_address(policy, ranges[_i].before, true);
	if (ranges[_i].first)
		check_address(policy, ranges[_i].first, false);
	if (ranges[_i].last)
		check_address(policy, ranges[_i].last, false);
	if (ranges[_i].after)
		check_address(policy, ranges[_i].after, true);
	relay_policy_free(policy);
}
END_TEST

static const struct {
	const char *address;
	bool want;
} embedded[] = {
	/* mapped */
	{ "::ffff:127.0.0.1", false },
	{ "::ffff:169.254.169.254", false },
	{ "::ffff:192.0.2.1", true },
	/* compatible, except :: and ::1, which have another meaning */
	{ "::127.0.0.1", false },
	{ "::0.0.0.2", false },
	{ "::192.0.2.1", true },
	/* translated */
	{ "::ffff:0:127.0.0.1", false },
	{ "::ffff:0:192.0.2.1", true },
	/* 6to4 */
	{ "2002:7f00:1::1", false },
	{ "2002:a9fe:a9fe::", false },
	{ "2002:c000:201::1", true },
	{ "2001:ffff:7f00:1::", true },
	{ "2003:7f00:1::", true },
	/* NAT64, well-known and local */
	{ "64:ff9b::127.0.0.1", false },
	{ "64:ff9b::192.0.2.1", true },
	{ "64:ff9b:1::127.0.0.1", false },
	{ "64:ff9b:1:ffff::169.254.0.1", false },
	{ "64:ff9b:1::192.0.2.1", true },
	{ "64:ff9b:2::127.0.0.1", true },
	/* Teredo: the server in clear, the client inverted */
	{ "2001:0:c000:201:0:0:80ff:fffe", false },
	{ "2001:0:7f00:1:0:0:3fff:fdfe", false },
	{ "2001:0:c000:201:0:0:3fff:fdfe", true },
	{ "2001:1:7f00:1:0:0:80ff:fffe", true },
};

START_TEST(an_embedded_address_is_judged_too)
{
	struct relay_policy *policy = relay_policy_new();

	check_address(policy, embedded[_i].address, embedded[_i].want);
	relay_policy_free(policy);
}
END_TEST

static const struct {
	const char *allow;
	const char *deny;
	const char *address;
	bool want;
} rules[] = {
	{ "127.0.0.1", NULL, "127.0.0.0", false },
	{ "127.0.0.1", NULL, "127.0.0.1", true },
	{ "127.0.0.1", NULL, "127.0.0.2", false },
	{ "127.0.0.0/8", NULL, "::ffff:127.9.9.9", true },
	{ "127.0.0.0/8", NULL, "::127.9.9.9", true },
	{ "127.0.0.0/8", NULL, "64:ff9b::127.9.9.9", true },
	{ "127.0.0.0/8", NULL, "::1", false },
	{ "::1", NULL, "::1", true },
	{ "::1", NULL, "::", false },
	{ "::1", NULL, "127.0.0.1", false },
	/* An allowed outer address does not allow the inner one. */
	{ "64:ff9b::/96", NULL, "64:ff9b::127.0.0.1", false },
	{ "::ffff:127.0.0.0/104", NULL, "127.0.0.1", true },
	{ NULL, "10.0.0.0/8", "9.255.255.255", true },
	{ NULL, "10.0.0.0/8", "10.0.0.0", false },
	{ NULL, "10.0.0.0/8", "10.255.255.255", false },
	{ NULL, "10.0.0.0/8", "11.0.0.0", true },
	{ NULL, "10.0.0.0/8", "::ffff:10.1.2.3", false },
	{ NULL, "10.0.0.0/8", "2002:a01:203::1", false },
	{ NULL, "10.0.0.0/8", "2001:0:c000:201:0:0:f5fe:fdfc", false },
	{ NULL, "10.4.0.0/14", "10.3.255.255", true },
	{ NULL, "10.4.0.0/14", "10.7.255.255", false },
	{ NULL, "10.4.0.0/14", "10.8.0.0", true },
	{ NULL, "2001:db8:8000::/33", "2001:db8:7fff::1", true },
	{ NULL, "2001:db8:8000::/33", "2001:db8:ffff::1", false },
	{ NULL, "0.0.0.0/0", "192.0.2.1", false },
	{ NULL, "0.0.0.0/0", "2001:db8::1", true },
	{ NULL, "::/0", "192.0.2.1", true },
	{ NULL, "::/0", "2001:db8::1", false },
	/* The allow list is asked first, also when its block is the larger one. */
	{ "10.1.0.0/16", "10.0.0.0/8", "10.1.2.3", true },
	{ "10.1.0.0/16", "10.0.0.0/8", "10.2.2.3", false },
	{ "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", true },
};

START_TEST(the_first_rule_that_fits_decides)
{
	struct relay_policy *policy = relay_policy_new();

	if (rules[_i].allow)
		ck_assert_int_eq(relay_policy_allow(policy, rules[_i].allow), 0);
	if (rules[_i].deny)
		ck_assert_int_eq(relay_policy_deny(policy, rules[_i].deny), 0);
	check_address(policy, rules[_i].address, rules[_i].want);
	relay_policy_free(policy);
}
END_TEST

START_TEST(every_block_of_a_list_counts)
{
	struct relay_policy *policy = relay_policy_new();

	ck_assert_int_eq(relay_policy_deny(policy, "192.0.2.0/24"), 0);
	ck_assert_int_eq(relay_policy_deny(policy, "198.51.100.0/24"), 0);
	check_address(policy, "192.0.2.7", false);
	check_address(policy, "198.51.100.7", false);
	check_address(policy, "203.0.113.7", true);
	relay_policy_free(policy);
}
END_TEST

static const char *const malformed[] = {
	"",
	"/",
	"/8",
	"10.0.0.0/",
	"10.0.0.0/33",
	"10.0.0.0/-1",
	"10.0.0.0/8 ",
	" 10.0.0.0/8",
	"10.0.0.0/8/8",
	"10.0.0.0/0x8",
	"10.0.0.1/8",
	"10.0.0/8",
	"10/8",
	"256.0.0.0/8",
	"::/129",
	"::1/0",
	"fe80::1/10",
	"[::1]",
	"fe80::1%lo",
	"::ffff:0:0/33333333333333333333333333",
	"localhost",
	"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc",
};

START_TEST(a_malformed_block_is_refused)
{
	struct relay_policy *policy = relay_policy_new();

	ck_assert_int_eq(relay_policy_allow(policy, malformed[_i]), -EINVAL);
	ck_assert_int_eq(relay_policy_deny(policy, malformed[_i]), -EINVAL);
	check_address(policy, "10.0.0.0", true);
	check_address(policy, "127.0.0.1", false);
	relay_policy_free(policy);
}
END_TEST

static bool is_own(const uint8_t address[16])
{
	uint8_t v4[16], v6[16];

	parse("192.0.2.1", v4);
	parse("2001:db8::1", v6);
	return memcmp(address, v4, 16) == 0 || memcmp(address, v6, 16) == 0;
}

/* The machine has 192.0.2.1 and 2001:db8::1. */
static const struct {
	const char *allow;
	const char *address;
	bool want;
} own[] = {
	{ NULL, "192.0.2.1", false },
	{ NULL, "2002:c000:201::1", false },
	{ NULL, "64:ff9b::192.0.2.1", false },
	{ NULL, "192.0.2.2", true },
	{ NULL, "2001:db8::1", false },
	{ NULL, "2001:db8::2", true },
	{ "192.0.2.0/24", "192.0.2.1", true },
	{ "192.0.2.0/24", "2001:db8::1", false },
	{ "198.51.100.0/24", "192.0.2.1", false },
	{ "2001:db8::/32", "2001:db8::1", true },
};

START_TEST(what_this_machine_has_is_denied_at_every_port)
{
	struct relay_policy *policy = relay_policy_new();

	if (own[_i].allow)
		ck_assert_int_eq(relay_policy_allow(policy, own[_i].allow), 0);
	relay_policy_set_own(policy, is_own);
	check_address(policy, own[_i].address, own[_i].want);
	relay_policy_free(policy);
}
END_TEST

static const struct {
	const char *ranges[2];
	const char *address;
	uint16_t port;
	bool want;
} ports[] = {
	{ { NULL, NULL }, "192.0.2.1", 22, true },
	{ { "443", "1024-65535" }, "192.0.2.1", 22, false },
	{ { "443", "1024-65535" }, "192.0.2.1", 442, false },
	{ { "443", "1024-65535" }, "192.0.2.1", 443, true },
	{ { "443", "1024-65535" }, "192.0.2.1", 444, false },
	{ { "443", "1024-65535" }, "192.0.2.1", 1023, false },
	{ { "443", "1024-65535" }, "192.0.2.1", 1024, true },
	{ { "443", "1024-65535" }, "192.0.2.1", 65535, true },
	{ { "443", "1024-65535" }, "2002:c000:201::1", 22, false },
	{ { "2855-2856", NULL }, "192.0.2.1", 2856, true },
	{ { "2855-2856", NULL }, "192.0.2.1", 2857, false },
	/* The allow list overrides denied addresses, but not ports. */
	{ { "443", "1024-65535" }, "127.0.0.1", 22, false },
	{ { "443", "1024-65535" }, "127.0.0.1", 443, true },
	{ { "22", NULL }, "10.0.0.1", 22, false },
};

START_TEST(a_port_is_denied_at_every_address)
{
	struct relay_policy *policy = relay_policy_new();
	uint8_t address[16];

	ck_assert_int_eq(relay_policy_allow(policy, "127.0.0.0/8"), 0);
	ck_assert_int_eq(relay_policy_deny(policy, "10.0.0.0/8"), 0);
	for (size_t i = 0; i < 2 && ports[_i].ranges[i]; i++)
		ck_assert_int_eq(relay_policy_ports(policy, ports[_i].ranges[i]), 0);
	parse(ports[_i].address, address);
	ck_assert(relay_policy_check(policy, address, ports[_i].port) == ports[_i].want);
	relay_policy_free(policy);
}
END_TEST

static const char *const no_ports[] = {
	"",	 "0",	    "-",       "-443",	      "443-", "65536", "1-65536",
	"0-443", "444-443", "443,444", "443-444-445", " 443", "https",
};

START_TEST(what_is_no_port_is_refused)
{
	struct relay_policy *policy = relay_policy_new();

	ck_assert_int_eq(relay_policy_ports(policy, no_ports[_i]), -EINVAL);
	check_address(policy, "192.0.2.1", true);
	relay_policy_free(policy);
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("policy");
	TCase *tcase = tcase_create("policy");

	tcase_add_loop_test(tcase, built_in_ranges_end_where_they_should, 0, N_OF(ranges));
	tcase_add_loop_test(tcase, an_embedded_address_is_judged_too, 0, N_OF(embedded));
	tcase_add_loop_test(tcase, the_first_rule_that_fits_decides, 0, N_OF(rules));
	tcase_add_test(tcase, every_block_of_a_list_counts);
	tcase_add_loop_test(tcase, what_this_machine_has_is_denied_at_every_port, 0, N_OF(own));
	tcase_add_loop_test(tcase, a_port_is_denied_at_every_address, 0, N_OF(ports));
	tcase_add_loop_test(tcase, what_is_no_port_is_refused, 0, N_OF(no_ports));
	tcase_add_loop_test(tcase, a_malformed_block_is_refused, 0, N_OF(malformed));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
