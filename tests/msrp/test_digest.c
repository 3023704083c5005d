/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "msrp/digest.h"
#include "support/expect.h"
#include "support/run.h"

static const struct {
	const char *name;
	bool known;
	enum msrp_digest_algorithm algorithm;
} names[] = {
	{ "MD5", true, MSRP_DIGEST_MD5 },
	{ "md5", true, MSRP_DIGEST_MD5 },
	{ "", true, MSRP_DIGEST_MD5 },
	{ "SHA-256", true, MSRP_DIGEST_SHA256 },
	{ "sha-256", true, MSRP_DIGEST_SHA256 },
	{ "MD5-sess", false, 0 },
	{ "SHA-256-sess", false, 0 },
	{ "SHA256", false, 0 },
	{ "SHA-512-256", false, 0 },
	{ "MD", false, 0 },
	{ "MD5 ", false, 0 },
};

START_TEST(an_algorithm_is_found_by_its_name)
{
	enum msrp_digest_algorithm algorithm = MSRP_DIGEST_COUNT;

	ck_assert_int_eq(msrp_digest_find(slice_from(names[_i].name), &algorithm), names[_i].known);
	ck_assert_int_eq(algorithm, names[_i].known ? names[_i].algorithm : MSRP_DIGEST_COUNT);
}
END_TEST

START_TEST(an_algorithm_has_the_name_of_the_rfc)
{
	ck_assert_str_eq(msrp_digest_name(MSRP_DIGEST_MD5), "MD5");
	ck_assert_str_eq(msrp_digest_name(MSRP_DIGEST_SHA256), "SHA-256");
}
END_TEST

/* The examples of RFC 2617 3.5 and RFC 7616 3.9.1, then some computed with another program. */
static const struct {
	enum msrp_digest_algorithm algorithm;
	const char *username, *realm, *password;
	const char *nonce, *nc, *cnonce, *method, *uri;
	const char *ha1, *response;
} vectors[] = {
	{ MSRP_DIGEST_MD5, "Mufasa", "testrealm@host.com", "Circle Of Life",
	  "dcd98b7102dd2f0e8b11d0f600bfb0c093", "00000001", "0a4f113b", "GET", "/dir/index.html",
	  "939e7578ed9e3c518a452acee763bce9", "6629fae49393a05397450978507c4ef1" },
	{ MSRP_DIGEST_MD5, "Mufasa", "http-auth@example.org", "Circle of Life",
	  "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
	  "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "GET", "/dir/index.html",
	  "3d78807defe7de2157e2b0b6573a855f", "8ca523f5e9506fed4657c9700eebdbec" },
	{ MSRP_DIGEST_SHA256, "Mufasa", "http-auth@example.org", "Circle of Life",
	  "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
	  "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "GET", "/dir/index.html",
	  "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232",
	  "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1" },
	{ MSRP_DIGEST_MD5, "alice", "example.com", "secret", "abc", "0000000a", "xyz", "AUTH",
	  "msrps://relay.example.com;tcp", "b1726872c344b6dc8365b774f8fd6412",
	  "3ff7e1a30b9bad9b63744357831aed8c" },
	{ MSRP_DIGEST_MD5, "alice", "example.com", "secret", "abc", "0000000a", "xyz", "",
	  "msrps://relay.example.com;tcp", "b1726872c344b6dc8365b774f8fd6412",
	  "90cd391eeb1406c732c226412edd39f0" },
	{ MSRP_DIGEST_SHA256, "alice", "example.com", "secret", "abc", "0000000a", "xyz", "AUTH",
	  "msrps://relay.example.com;tcp",
	  "ed8925b20f9a77b8f8f8d5f8e4467fe32b866f7208ab9e4b20595e9821a0fdee",
	  "850b8c4664b19016ed55948561f65c78c9c587144474ce004973a965f8929bc8" },
	{ MSRP_DIGEST_SHA256, "alice", "example.com", "secret", "abc", "0000000a", "xyz", "",
	  "msrps://relay.example.com;tcp",
	  "ed8925b20f9a77b8f8f8d5f8e4467fe32b866f7208ab9e4b20595e9821a0fdee",
	  "ee298c969e8008fbc83bb12b92432384db8be90d20dfaadc02dd0818b9afacc5" },
};

START_TEST(responses_are_those_of_the_rfcs)
{
	struct msrp_digest_hex ha1, response;
	struct msrp_digest_input input = {
		.algorithm = vectors[_i].algorithm,
		.nonce = slice_from(vectors[_i].nonce),
		.nc = slice_from(vectors[_i].nc),
		.cnonce = slice_from(vectors[_i].cnonce),
		.method = slice_from(vectors[_i].method),
		.uri = slice_from(vectors[_i].uri),
	};

	ck_assert_int_eq(msrp_digest_ha1(vectors[_i].algorithm, slice_from(vectors[_i].username),
					 slice_from(vectors[_i].realm),
					 slice_from(vectors[_i].password), &ha1),
			 0);
	ck_assert_str_eq(ha1.text, vectors[_i].ha1);
	ck_assert_uint_eq(ha1.len, strlen(vectors[_i].ha1));
	input.ha1 = slice_make(ha1.text, ha1.len);
	ck_assert_int_eq(msrp_digest_response(&input, &response), 0);
	ck_assert_str_eq(response.text, vectors[_i].response);
	ck_assert_uint_eq(response.len, strlen(vectors[_i].response));
}
END_TEST

/* MD5 of "::", computed with another program. */
START_TEST(empty_parts_are_hashed_as_such)
{
	struct msrp_digest_hex ha1;

	ck_assert_int_eq(msrp_digest_ha1(MSRP_DIGEST_MD5, slice_from(NULL), slice_from(""),
					 slice_from(NULL), &ha1),
			 0);
	ck_assert_str_eq(ha1.text, "4501c091b0366d76ea3218b6cfdd8097");
}
END_TEST

/* As in FIPS mode. OpenSSL's error must not be left for the next TLS call to find. */
START_TEST(an_algorithm_that_openssl_does_not_offer_is_no_fault_of_the_peer)
{
	struct msrp_digest_hex ha1 = { .len = 4711 };
	struct msrp_digest_input input = { .algorithm = MSRP_DIGEST_MD5 };

	ck_assert_int_eq(EVP_set_default_properties(NULL, "fips=yes"), 1);
	ck_assert_int_eq(msrp_digest_ha1(MSRP_DIGEST_MD5, SLICE("a"), SLICE("b"), SLICE("c"), &ha1),
			 -ENOTSUP);
	ck_assert_int_eq(msrp_digest_response(&input, &ha1), -ENOTSUP);
	ck_assert_uint_eq(ha1.len, 4711);
	ck_assert_uint_eq(ERR_peek_error(), 0);
	ck_assert_int_eq(EVP_set_default_properties(NULL, ""), 1);
}
END_TEST

START_TEST(every_single_difference_counts_but_that_of_case)
{
	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 256; b++) {
			char text_a[] = { 'f', (char)a, '0' };
			char text_b[] = { 'F', (char)b, '0' };
			struct slice slice_a = slice_make(text_a, sizeof(text_a));
			struct slice slice_b = slice_make(text_b, sizeof(text_b));

			ck_assert_int_eq(msrp_digest_equal(slice_a, slice_b),
					 slice_equal_nocase(slice_a, slice_b));
		}
	}
}
END_TEST

START_TEST(texts_of_different_length_are_never_equal)
{
	ck_assert(!msrp_digest_equal(SLICE("abc"), SLICE("abcd")));
	ck_assert(!msrp_digest_equal(SLICE("abcd"), SLICE("abc")));
	ck_assert(!msrp_digest_equal(SLICE("a"), slice_from(NULL)));
	ck_assert(msrp_digest_equal(slice_from(NULL), slice_from("")));
}
END_TEST

/* RFC 4231, test cases 2 and 6. */
START_TEST(macs_are_those_of_rfc_4231)
{
	static const uint8_t jefe[] = { 0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e,
					0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
					0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
					0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43 };
	static const uint8_t large[] = { 0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0, 0xb6, 0x7f,
					 0x0d, 0x8a, 0x26, 0xaa, 0xcb, 0xf5, 0xb7, 0x7f,
					 0x8e, 0x0b, 0xc6, 0x21, 0x37, 0x28, 0xc5, 0x14,
					 0x05, 0x46, 0x04, 0x0f, 0x0e, 0xe3, 0x7f, 0x54 };
	const struct slice data = SLICE("what do ya want for nothing?");
	const struct slice large_data =
	    SLICE("Test Using Larger Than Block-Size Key - Hash Key First");
	uint8_t key[131];
	uint8_t mac[MSRP_MAC_LEN];

	ck_assert_int_eq(msrp_digest_mac((const uint8_t *)"Jefe", 4, data.p, data.len, mac), 0);
	ck_assert_mem_eq(mac, jefe, sizeof(mac));
	memset(key, 0xaa, sizeof(key));
	ck_assert_int_eq(msrp_digest_mac(key, sizeof(key), large_data.p, large_data.len, mac), 0);
	ck_assert_mem_eq(mac, large, sizeof(mac));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("digest");
	TCase *tcase = tcase_create("digest");

	tcase_add_loop_test(tcase, an_algorithm_is_found_by_its_name, 0, SUPPORT_COUNT(names));
	tcase_add_test(tcase, an_algorithm_has_the_name_of_the_rfc);
	tcase_add_loop_test(tcase, responses_are_those_of_the_rfcs, 0, SUPPORT_COUNT(vectors));
	tcase_add_test(tcase, empty_parts_are_hashed_as_such);
	tcase_add_test(tcase, an_algorithm_that_openssl_does_not_offer_is_no_fault_of_the_peer);
	tcase_add_test(tcase, every_single_difference_counts_but_that_of_case);
	tcase_add_test(tcase, texts_of_different_length_are_never_equal);
	tcase_add_test(tcase, macs_are_those_of_rfc_4231);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
