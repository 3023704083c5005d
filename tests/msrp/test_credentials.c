/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <errno.h>

#include "msrp/credentials.h"
#include "msrp/result.h"
#include "support/oom.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

static const struct {
	const char *text;
	const char *realm, *nonce, *opaque, *algorithm;
	bool stale, qop_auth;
} challenges[] = {
	/* RFC 4976 5.1 */
	{ "Digest realm=\"intra.example.com\", qop=\"auth\", "
	  "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
	  "intra.example.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "", "", false, true },
	{ "Digest realm=\"r\",nonce=\"n\",opaque=\"o\",algorithm=SHA-256,stale=true,qop=auth", "r",
	  "n", "o", "SHA-256", true, true },
	{ "dIGEST\tREALM =\t\"r\" ,\t NONCE= \"n\"  ,Stale=\"TRUE\", qop=\"auth-int , AUTH\" ", "r",
	  "n", "", "", true, true },
	{ "Digest realm=r, nonce=\"n\", stale=false, qop=\"auth-int,author\"", "r", "n", "", "",
	  false, false },
	{ "Digest realm=\"r\", nonce=bm9uY2U=/+, domain=\"msrps://x, y\", qop=\"\"", "r",
	  "bm9uY2U=/+", "", "", false, false },
	{ "Digest realm=\"a \\\"b\\\" \\\\c\\d\", nonce=\"\\n\"", "a \"b\" \\cd", "n", "", "",
	  false, false },
	{ "Digest ,, realm=\"r\",, nonce=\"n\", opaque=\"\" ,", "r", "n", "", "", false, false },
	{ "Digest realm=\"t\xc3\xa4st\", nonce=\"a\tb, c=d\"", "t\xc3\xa4st", "a\tb, c=d", "", "",
	  false, false },
	{ "Digest x=1, x=2, realm=\"r\", nonce=\"n\"", "r", "n", "", "", false, false },
};

START_TEST(a_challenge_is_taken_apart)
{
	size_t len = strlen(challenges[_i].text);
	uint8_t *guarded = support_guard_new(challenges[_i].text, len);
	struct msrp_challenge challenge;
	struct buf scratch = { 0 };

	ck_assert_int_eq(msrp_challenge_parse(slice_make(guarded, len), &scratch, &challenge), 0);
	expect_slice(challenge.realm, challenges[_i].realm);
	expect_slice(challenge.nonce, challenges[_i].nonce);
	expect_slice(challenge.opaque, challenges[_i].opaque);
	expect_slice(challenge.algorithm, challenges[_i].algorithm);
	ck_assert_int_eq(challenge.stale, challenges[_i].stale);
	ck_assert_int_eq(challenge.qop_auth, challenges[_i].qop_auth);
	buf_done(&scratch);
	support_guard_free(guarded, len);
}
END_TEST

static const char *const bad_challenges[] = {
	"",
	"Digest",
	"Digest ",
	"Digest ,",
	"Digestrealm=\"r\", nonce=\"n\"",
	"Basic realm=\"r\", nonce=\"n\"",
	"realm=\"r\", nonce=\"n\"",
	"Digest realm=\"r\"",
	"Digest nonce=\"n\"",
	"Digest realm=\"\", nonce=\"n\"",
	"Digest realm=\"r\", nonce=\"\"",
	"Digest realm=\"r\", nonce=\"n",
	"Digest realm=\"r\", nonce=\"n\\",
	"Digest realm=\"r\", nonce=\"n\\\"",
	"Digest realm=\"r\", nonce=\"",
	"Digest realm=\"r\", nonce=",
	"Digest realm=\"r\", nonce= ",
	"Digest realm=\"r\", nonce",
	"Digest realm=\"r\", nonce ",
	"Digest realm=\"r\", nonce=,",
	"Digest realm=\"r\" nonce=\"n\"",
	"Digest realm=\"r\"nonce=\"n\"",
	"Digest realm=r\"x\", nonce=\"n\"",
	"Digest realm=\"r\"x, nonce=\"n\"",
	"Digest realm=\"r\", nonce=\"n\", =x",
	"Digest realm=\"r\", nonce=\"n\", \"x\"=y",
	"Digest realm=\"r\", nonce=\"n\", x y=z",
	"Digest realm=\"r\", nonce=\"n\", REALM=\"r\"",
	"Digest realm=\"r\", nonce=\"n\", opaque=\"\", opaque=\"o\"",
	"Digest realm=\"r\", nonce=\"n\", unknown=\"",
	"Digest realm=\"r\r\", nonce=\"n\"",
	"Digest realm=\"r\\\n\", nonce=\"n\"",
	"Digest realm=\"r\x7f\", nonce=\"n\"",
	"Digest realm=r\x01, nonce=\"n\"",
};

START_TEST(a_bad_challenge_is_refused_and_leaves_the_result_alone)
{
	size_t len = strlen(bad_challenges[_i]);
	uint8_t *guarded = support_guard_new(bad_challenges[_i], len);
	struct msrp_challenge challenge = { .stale = true };
	struct buf scratch = { 0 };

	ck_assert_msg(msrp_challenge_parse(slice_make(guarded, len), &scratch, &challenge) ==
			  MSRP_BAD,
		      "\"%s\"", bad_challenges[_i]);
	ck_assert(challenge.stale);
	ck_assert_ptr_null(challenge.realm.p);
	buf_done(&scratch);
	support_guard_free(guarded, len);
}
END_TEST

START_TEST(a_challenge_is_written)
{
	struct msrp_challenge challenge = {
		.realm = SLICE("a \"b\" \\c"),
		.nonce = SLICE("n"),
		.opaque = SLICE("o"),
		.algorithm = SLICE("SHA-256"),
		.stale = true,
	};
	struct buf out = { 0 };

	msrp_challenge_format(&challenge, &out);
	expect_slice(buf_slice(&out),
		     "Digest realm=\"a \\\"b\\\" \\\\c\", qop=\"auth\", nonce=\"n\", opaque=\"o\", "
		     "stale=true, algorithm=SHA-256");
	buf_clear(&out);
	challenge = (struct msrp_challenge){ .realm = SLICE("r"), .nonce = SLICE("n") };
	msrp_challenge_format(&challenge, &out);
	expect_slice(buf_slice(&out), "Digest realm=\"r\", qop=\"auth\", nonce=\"n\"");
	buf_done(&out);
}
END_TEST

#define REST ", realm=\"r\", nonce=\"n\", cnonce=\"c\", response=\"0f\""

static const struct {
	const char *text;
	const char *username, *uri, *algorithm, *opaque;
	uint32_t nc_value;
} credentials[] = {
	{ "Digest username=\"Alice\", qop=auth, nc=00000001" REST, "Alice", "", "", "", 1 },
	/* As a client in the field writes it. */
	{ "Digest username=\"Alice\",uri=\"msrps://r.example.com:2855;tcp\",algorithm=\"MD5\","
	  "qop=\"auth\",nc=\"0000000a\",opaque=\"o\",realm=\"r\",nonce=\"n\",cnonce=\"c\","
	  "response=\"0f\"",
	  "Alice", "msrps://r.example.com:2855;tcp", "MD5", "o", 10 },
	{ "digest USERNAME=al@ice, uri=msrps://r.example.com;tcp;x=y, Algorithm=md5, QOP=Auth, "
	  "NC=fFfFfFfF" REST,
	  "al@ice", "msrps://r.example.com;tcp;x=y", "md5", "", UINT32_MAX },
	{ "Digest username=\"\\\"\\\\\", opaque=\"\\o\\p\", qop=auth, nc=00000000, "
	  "auth-param=whatever" REST,
	  "\"\\", "", "", "op", 0 },
};

START_TEST(credentials_are_taken_apart)
{
	size_t len = strlen(credentials[_i].text);
	uint8_t *guarded = support_guard_new(credentials[_i].text, len);
	struct msrp_credentials got;
	struct buf scratch = { 0 };

	ck_assert_int_eq(msrp_credentials_parse(slice_make(guarded, len), &scratch, &got), 0);
	expect_slice(got.username, credentials[_i].username);
	expect_slice(got.uri, credentials[_i].uri);
	expect_slice(got.algorithm, credentials[_i].algorithm);
	expect_slice(got.opaque, credentials[_i].opaque);
	ck_assert_uint_eq(got.nc_value, credentials[_i].nc_value);
	expect_slice(got.realm, "r");
	expect_slice(got.nonce, "n");
	expect_slice(got.cnonce, "c");
	expect_slice(got.response, "0f");
	buf_done(&scratch);
	support_guard_free(guarded, len);
}
END_TEST

/* The example of RFC 4976 5.1. */
START_TEST(the_rfc_s_own_credentials_are_taken_apart)
{
	struct msrp_credentials got;
	struct buf scratch = { 0 };

	ck_assert_int_eq(
	    msrp_credentials_parse(SLICE("Digest username=\"Alice\", realm=\"intra.example.com\", "
					 "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", qop=auth, "
					 "nc=00000001, cnonce=\"0a4f113b\", "
					 "response=\"6629fae49393a05397450978507c4ef1\""),
				   &scratch, &got),
	    0);
	expect_slice(got.realm, "intra.example.com");
	expect_slice(got.nonce, "dcd98b7102dd2f0e8b11d0f600bfb0c093");
	expect_slice(got.qop, "auth");
	expect_slice(got.nc, "00000001");
	expect_slice(got.cnonce, "0a4f113b");
	expect_slice(got.response, "6629fae49393a05397450978507c4ef1");
	ck_assert_ptr_null(scratch.block); /* nothing was escaped, nothing is copied */
}
END_TEST

static const char *const bad_credentials[] = {
	"Digest realm=\"r\", nonce=\"n\", cnonce=\"c\", response=\"0f\", qop=auth, nc=00000001",
	"Digest username=\"a\", nonce=\"n\", cnonce=\"c\", response=\"0f\", qop=auth, nc=00000001",
	"Digest username=\"a\", realm=\"r\", cnonce=\"c\", response=\"0f\", qop=auth, nc=00000001",
	"Digest username=\"a\", realm=\"r\", nonce=\"n\", response=\"0f\", qop=auth, nc=00000001",
	"Digest username=\"a\", realm=\"r\", nonce=\"n\", cnonce=\"c\", qop=auth, nc=00000001",
	"Digest username=\"a\", nc=00000001" REST,
	"Digest username=\"a\", qop=auth" REST,
	"Digest username=\"a\", qop=auth-int, nc=00000001" REST,
	"Digest username=\"a\", qop=\"auth,auth-int\", nc=00000001" REST,
	"Digest username=\"a\", qop=auth, nc=1" REST,
	"Digest username=\"a\", qop=auth, nc=0000000g" REST,
	"Digest username=\"a\", qop=auth, nc=000000001" REST,
	"Digest username=\"a\", qop=auth, nc=\"0000001 \"" REST,
	"Digest username=\"\", qop=auth, nc=00000001" REST,
	"Digest username=\"a\", username=\"b\", qop=auth, nc=00000001" REST,
	"Digest username=\"a\", qop=auth, nc=00000001, nc=00000001" REST,
	"Basic username=\"a\", qop=auth, nc=00000001" REST,
	"",
};

START_TEST(bad_credentials_are_refused_and_leave_the_result_alone)
{
	struct msrp_credentials got = { .nc_value = 4711 };
	struct buf scratch = { 0 };

	ck_assert_msg(msrp_credentials_parse(slice_from(bad_credentials[_i]), &scratch, &got) ==
			  MSRP_BAD,
		      "\"%s\"", bad_credentials[_i]);
	ck_assert_uint_eq(got.nc_value, 4711);
	ck_assert_ptr_null(got.username.p);
	buf_done(&scratch);
}
END_TEST

START_TEST(every_beginning_of_credentials_is_read_within_its_bounds)
{
	const char *text = credentials[_i].text;

	for (size_t len = 0; len < strlen(text); len++) {
		uint8_t *guarded = support_guard_new(text, len);
		struct msrp_credentials got = { 0 };
		struct buf scratch = { 0 };
		int err = msrp_credentials_parse(slice_make(guarded, len), &scratch, &got);

		ck_assert(err == 0 || err == MSRP_BAD);
		buf_done(&scratch);
		support_guard_free(guarded, len);
	}
}
END_TEST

START_TEST(credentials_are_written)
{
	struct msrp_credentials c = {
		.username = SLICE("a\"b"),
		.realm = SLICE("r"),
		.nonce = SLICE("n"),
		.uri = SLICE("msrps://r.example.com;tcp"),
		.response = SLICE("0f"),
		.algorithm = SLICE("MD5"),
		.cnonce = SLICE("c"),
		.opaque = SLICE("o"),
		.qop = SLICE("auth"),
		.nc = SLICE("0000000a"),
	};
	struct buf out = { 0 };

	msrp_credentials_format(&c, &out);
	expect_slice(buf_slice(&out),
		     "Digest username=\"a\\\"b\", realm=\"r\", nonce=\"n\", "
		     "uri=\"msrps://r.example.com;tcp\", response=\"0f\", algorithm=MD5, "
		     "cnonce=\"c\", opaque=\"o\", qop=auth, nc=0000000a");
	buf_done(&out);
}
END_TEST

/* Every character permitted in a string, and every one that is escaped. */
START_TEST(what_is_written_reads_back_the_same)
{
	struct msrp_credentials got;
	struct buf value = { 0 }, out = { 0 }, scratch = { 0 };

	for (unsigned c = ' '; c < 256; c++) {
		if (c != 0x7f)
			buf_add_char(&value, (char)c);
	}
	for (size_t len = 1; len <= value.len; len++) {
		struct slice text = slice_first(buf_slice(&value), len);
		const struct msrp_credentials c = {
			.username = text,
			.realm = text,
			.nonce = text,
			.uri = text,
			.response = text,
			.cnonce = text,
			.opaque = text,
			.qop = SLICE("auth"),
			.nc = SLICE("12345678"),
		};

		msrp_credentials_format(&c, &out);
		ck_assert_int_eq(msrp_credentials_parse(buf_slice(&out), &scratch, &got), 0);
		ck_assert(slice_equal(got.username, text) && slice_equal(got.realm, text) &&
			  slice_equal(got.nonce, text) && slice_equal(got.uri, text) &&
			  slice_equal(got.response, text) && slice_equal(got.cnonce, text) &&
			  slice_equal(got.opaque, text));
		ck_assert_uint_eq(got.nc_value, 0x12345678);
		buf_clear(&out);
		buf_done(&scratch);
	}
	buf_done(&value);
	buf_done(&out);
}
END_TEST

/* The example of RFC 4976 5.1, whose first comma has no space behind it. */
START_TEST(authentication_info_is_taken_apart)
{
	struct msrp_authentication_info info;
	struct buf scratch = { 0 };

	ck_assert_int_eq(
	    msrp_authentication_info_parse(SLICE("nextnonce=\"40f2e879449675f288476d772627370a\","
						 "rspauth=\"7327570c586207eca2afae94fc20903d\", "
						 "cnonce=\"0a4f113b\", nc=00000001, qop=auth"),
					   &scratch, &info),
	    0);
	expect_slice(info.nextnonce, "40f2e879449675f288476d772627370a");
	expect_slice(info.rspauth, "7327570c586207eca2afae94fc20903d");
	expect_slice(info.cnonce, "0a4f113b");
	expect_slice(info.nc, "00000001");
	expect_slice(info.qop, "auth");
	ck_assert_int_eq(msrp_authentication_info_parse(SLICE("qop=\"auth\""), &scratch, &info), 0);
	ck_assert_uint_eq(info.rspauth.len, 0);
	expect_slice(info.qop, "auth");
}
END_TEST

static const char *const bad_infos[] = {
	"", "Digest rspauth=\"0f\"", "rspauth=\"0f", "rspauth=\"0f\", rspauth=\"0f\"", "rspauth",
};

START_TEST(bad_authentication_info_is_refused)
{
	struct msrp_authentication_info info = { 0 };
	struct buf scratch = { 0 };

	ck_assert_int_eq(msrp_authentication_info_parse(slice_from(bad_infos[_i]), &scratch, &info),
			 MSRP_BAD);
	ck_assert_ptr_null(info.rspauth.p);
	buf_done(&scratch);
}
END_TEST

START_TEST(authentication_info_is_written)
{
	struct msrp_authentication_info info = {
		.nextnonce = SLICE("n"),
		.rspauth = SLICE("0f"),
		.cnonce = SLICE("c\\"),
		.nc = SLICE("00000001"),
		.qop = SLICE("auth"),
	};
	struct buf out = { 0 };

	msrp_authentication_info_format(&info, &out);
	expect_slice(buf_slice(&out), "nextnonce=\"n\", rspauth=\"0f\", cnonce=\"c\\\\\", "
				      "nc=00000001, qop=auth");
	buf_clear(&out);
	info.nextnonce = slice_from(NULL);
	msrp_authentication_info_format(&info, &out);
	expect_slice(buf_slice(&out), "rspauth=\"0f\", cnonce=\"c\\\\\", nc=00000001, qop=auth");
	buf_done(&out);
}
END_TEST

START_TEST(no_memory_for_escapes_is_no_fault_of_the_peer)
{
	struct buf scratch = { 0 };
	struct msrp_challenge challenge;
	int escaped, plain;

	support_oom_start(0, true);
	escaped =
	    msrp_challenge_parse(SLICE("Digest realm=\"\\r\", nonce=\"n\""), &scratch, &challenge);
	plain =
	    msrp_challenge_parse(SLICE("Digest realm=\"r\", nonce=\"n\""), &scratch, &challenge);
	support_oom_stop();
	ck_assert_int_eq(escaped, -ENOMEM);
	ck_assert_int_eq(plain, 0); /* nothing to undo, so no memory is asked for */
}
END_TEST

static void add_parsing(TCase *tcase)
{
	tcase_add_loop_test(tcase, a_challenge_is_taken_apart, 0, SUPPORT_COUNT(challenges));
	tcase_add_loop_test(tcase, a_bad_challenge_is_refused_and_leaves_the_result_alone, 0,
			    SUPPORT_COUNT(bad_challenges));
	tcase_add_loop_test(tcase, credentials_are_taken_apart, 0, SUPPORT_COUNT(credentials));
	tcase_add_test(tcase, the_rfc_s_own_credentials_are_taken_apart);
	tcase_add_loop_test(tcase, bad_credentials_are_refused_and_leave_the_result_alone, 0,
			    SUPPORT_COUNT(bad_credentials));
	tcase_add_loop_test(tcase, every_beginning_of_credentials_is_read_within_its_bounds, 0,
			    SUPPORT_COUNT(credentials));
	tcase_add_test(tcase, authentication_info_is_taken_apart);
	tcase_add_loop_test(tcase, bad_authentication_info_is_refused, 0, SUPPORT_COUNT(bad_infos));
	tcase_add_test(tcase, no_memory_for_escapes_is_no_fault_of_the_peer);
}

int main(void)
{
	Suite *suite = suite_create("credentials");
	TCase *tcase = tcase_create("credentials");

	add_parsing(tcase);
	tcase_add_test(tcase, a_challenge_is_written);
	tcase_add_test(tcase, credentials_are_written);
	tcase_add_test(tcase, authentication_info_is_written);
	tcase_add_test(tcase, what_is_written_reads_back_the_same);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
