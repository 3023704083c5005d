/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/address/address.h"

#include <errno.h>
#include <string.h>

#include "support/run.h"

static const struct {
	const char *what;
	const char *host;
	const char *text; /* NULL: not an address */
	uint8_t bytes[16];
} addresses[] = {
	{ "IPv4", "192.0.2.1", "192.0.2.1:2855", { [10] = 255, 255, 192, 0, 2, 1 } },
	{ "IPv6", "2001:db8::1", "[2001:db8::1]:2855", { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
	{ "the unspecified address", "::", "[::]:2855", { 0 } },
	{ "IPv4 in IPv6", "::ffff:192.0.2.1", "192.0.2.1:2855", { [10] = 255, 255, 192, 0, 2, 1 } },
	{ "a zone", "fe80::1%lo", "[fe80::1%lo]:2855", { 0xfe, 0x80, [15] = 1 } },
	{ "a zone that is not there", "fe80::1%nowhere", NULL, { 0 } },
	{ "brackets", "[::1]", NULL, { 0 } },
	{ "a port", "192.0.2.1:80", NULL, { 0 } },
	{ "a name", "relay.example.com", NULL, { 0 } },
	{ "nothing", "", NULL, { 0 } },
	/* inet_aton() would accept these, and a reader of deny lists would miss them. */
	{ "a short form", "127.1", NULL, { 0 } },
	{ "one number", "2130706433", NULL, { 0 } },
	{ "an octal number", "0177.0.0.1", NULL, { 0 } },
	{ "far too long", "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", NULL, { 0 } },
};

START_TEST(a_numeric_address_is_parsed_and_written)
{
	struct net_address address = { .len = 7 };
	char text[NET_ADDRESS_TEXT_MAX];
	uint8_t bytes[16];
	int err = net_address_parse(addresses[_i].host, 2855, &address);

	if (!addresses[_i].text) {
		ck_assert_msg(err == -EINVAL, "%s was taken", addresses[_i].what);
		ck_assert_uint_eq(address.len, 7); /* untouched */
		return;
	}
	ck_assert_msg(err == 0, "%s was not taken", addresses[_i].what);
	ck_assert_uint_eq(net_address_port(&address), 2855);
	net_address_format(&address, text);
	ck_assert_str_eq(text, addresses[_i].text);
	net_address_bytes(&address, bytes);
	ck_assert_mem_eq(bytes, addresses[_i].bytes, 16);
}
END_TEST

static const struct {
	const char *name;
	const char *network;
} networks[] = {
	{ "192.0.2.1:2855", "192.0.2.1" },
	{ "[2001:db8:1:2:3:4:5:6]:2855", "2001:db8:1:2::/64" },
	{ "[2001:db8:1:2::]:1", "2001:db8:1:2::/64" },
	{ "[fe80::1%eth0]:2855", "fe80::/64" },
	{ "", "" },
	{ "relay.example.net:2855", "relay.example.net" },
};

START_TEST(a_customer_of_ipv6_has_64_bits)
{
	char text[NET_ADDRESS_TEXT_MAX];

	net_address_network(networks[_i].name, text);
	ck_assert_str_eq(text, networks[_i].network);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/address");
	TCase *tcase = tcase_create("address");

	tcase_add_loop_test(tcase, a_numeric_address_is_parsed_and_written, 0,
			    sizeof(addresses) / sizeof(addresses[0]));
	tcase_add_loop_test(tcase, a_customer_of_ipv6_has_64_bits, 0,
			    sizeof(networks) / sizeof(networks[0]));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
