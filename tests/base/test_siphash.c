/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/siphash.h"

#include "support/run.h"

/* Of the reference implementation: the key 00 01 .. 0f, the text 00 01 .. of that length. */
static const struct {
	size_t len;
	uint64_t hash;
} hashes[] = {
	{ 0, 0x726fdb47dd0e0e31 }, { 1, 0x74f839c593dc67fd },  { 7, 0xab0200f58b01d137 },
	{ 8, 0x93f5f5799a932462 }, { 15, 0xa129ca6149be45e5 },
};

START_TEST(it_is_what_the_reference_says)
{
	uint8_t key[SIPHASH_KEY_LEN], text[16];

	for (size_t i = 0; i < sizeof(text); i++)
		key[i] = text[i] = (uint8_t)i;
	ck_assert_uint_eq(siphash(key, text, hashes[_i].len), hashes[_i].hash);
	key[0] ^= 1;
	ck_assert_uint_ne(siphash(key, text, hashes[_i].len), hashes[_i].hash);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("siphash");
	TCase *tcase = tcase_create("siphash");

	tcase_add_loop_test(tcase, it_is_what_the_reference_says, 0,
			    (int)(sizeof(hashes) / sizeof(hashes[0])));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
