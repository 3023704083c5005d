/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of addresses at their edges, and what is none. */
#include "base/block.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "support/run.h"

static void address_of(const char *text, uint8_t ret_address[16])
{
	static const uint8_t mapped[16] = BLOCK_MAPPED(0, 0, 0, 0);

	memcpy(ret_address, mapped, 16);
	if (inet_pton(AF_INET, text, ret_address + 12) != 1)
		ck_assert_int_eq(inet_pton(AF_INET6, text, ret_address), 1);
}

static const struct {
	const char *block;
	const char *address;
	bool fits;
} pairs[] = {
	{ "192.0.2.0/24", "192.0.2.0", true },
	{ "192.0.2.0/24", "192.0.2.255", true },
	{ "192.0.2.0/24", "192.0.3.0", false },
	{ "192.0.2.0/24", "::ffff:192.0.2.1", true },
	{ "192.0.2.0/24", "::192.0.2.1", false },
	{ "192.0.2.64/26", "192.0.2.127", true },
	{ "192.0.2.64/26", "192.0.2.128", false },
	{ "192.0.2.1", "192.0.2.1", true },
	{ "192.0.2.1", "192.0.2.2", false },
	{ "0.0.0.0/0", "203.0.113.9", true },
	{ "0.0.0.0/0", "2001:db8::1", false },
	{ "::/0", "2001:db8::1", true },
	{ "::/0", "203.0.113.9", false },
	{ "2001:db8::/33", "2001:db8:7fff::1", true },
	{ "2001:db8::/33", "2001:db8:8000::1", false },
	{ "::ffff:192.0.2.0/120", "192.0.2.7", true },
};

START_TEST(a_block_has_the_addresses_that_begin_like_it)
{
	struct block_list list = { 0 };
	uint8_t address[16];

	address_of(pairs[_i].address, address);
	ck_assert(!block_list_fits(&list, address));
	ck_assert_int_eq(block_list_add(&list, "198.51.100.7"), 0);
	ck_assert_int_eq(block_list_add(&list, pairs[_i].block), 0);
	ck_assert_msg(block_list_fits(&list, address) == pairs[_i].fits, "%s in %s",
		      pairs[_i].address, pairs[_i].block);
	block_list_done(&list);
}
END_TEST

static const char *const wrong[] = {
	"",
	"/",
	"192.0.2.1/",
	"192.0.2.1/33",
	"192.0.2.1/24",
	"192.0.2.0/+24",
	"192.0.2.0/24 ",
	"192.0.2",
	"192.0.2.0/-1",
	"2001:db8::/129",
	"2001:db8::1/64",
	"fe80::1%lo",
	"example.com",
	"192.0.2.0/24/24",
};

START_TEST(what_is_no_block_is_refused)
{
	struct block block = { .bits = 7 };

	ck_assert_msg(block_parse(wrong[_i], &block) == -EINVAL, "%s", wrong[_i]);
	ck_assert_uint_eq(block.bits, 7);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base/block");
	TCase *tcase = tcase_create("block");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, a_block_has_the_addresses_that_begin_like_it, 0,
			    sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_loop_test(tcase, what_is_no_block_is_refused, 0,
			    sizeof(wrong) / sizeof(wrong[0]));
	return support_run(suite);
}
