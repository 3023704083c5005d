/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of RFC 3720 appendix B.4, and the one that everybody has. */
#include "base/crc32c.h"

#include <string.h>

#include "support/run.h"

START_TEST(the_values_of_the_rfc)
{
	uint8_t data[32];

	memset(data, 0, sizeof(data));
	ck_assert_uint_eq(crc32c(0, data, sizeof(data)), 0x8a9136aa);
	memset(data, 0xff, sizeof(data));
	ck_assert_uint_eq(crc32c(0, data, sizeof(data)), 0x62a8ab43);
	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	ck_assert_uint_eq(crc32c(0, data, sizeof(data)), 0x46dd794e);
	ck_assert_uint_eq(crc32c(0, "123456789", 9), 0xe3069283);
}
END_TEST

START_TEST(it_may_be_made_in_parts)
{
	uint32_t crc = crc32c(0, "1234", 4);

	ck_assert_uint_eq(crc32c(crc, "56789", 5), 0xe3069283);
	ck_assert_uint_eq(crc32c(crc, "", 0), crc);
	ck_assert_uint_eq(crc32c(0, NULL, 0), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base/crc32c");
	TCase *tcase = tcase_create("crc32c");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, the_values_of_the_rfc);
	tcase_add_test(tcase, it_may_be_made_in_parts);
	return support_run(suite);
}
