/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base/ascii.h"
#include "msrp/credentials.h"

/*
 * The three headers of digest authentication: a header that parses can be written, and parses to
 * the same again.
 */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void require(bool fact)
{
	if (!fact)
		abort();
}

/* A value written without quotes parses again only if it needs none; ours never do. */
static bool is_plain(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	}
	return true;
}

static void check_credentials(struct slice value)
{
	struct msrp_credentials first, second;
	struct buf scratch = { 0 }, again = { 0 }, written = { 0 };

	if (msrp_credentials_parse(value, &scratch, &first) == 0 && is_plain(first.algorithm)) {
		msrp_credentials_format(&first, &written);
		require(msrp_credentials_parse(buf_slice(&written), &again, &second) == 0);
		require(slice_equal(first.username, second.username));
		require(slice_equal(first.realm, second.realm));
		require(slice_equal(first.nonce, second.nonce));
		require(slice_equal(first.uri, second.uri));
		require(slice_equal(first.cnonce, second.cnonce));
		require(slice_equal(first.response, second.response));
		require(first.nc_value == second.nc_value);
	}
	buf_done(&scratch);
	buf_done(&again);
	buf_done(&written);
}

static void check_challenge(struct slice value)
{
	struct msrp_challenge first, second;
	struct buf scratch = { 0 }, again = { 0 }, written = { 0 };

	if (msrp_challenge_parse(value, &scratch, &first) == 0 && is_plain(first.algorithm)) {
		msrp_challenge_format(&first, &written);
		require(msrp_challenge_parse(buf_slice(&written), &again, &second) == 0);
		require(slice_equal(first.realm, second.realm));
		require(slice_equal(first.nonce, second.nonce));
		require(slice_equal(first.opaque, second.opaque));
		require(first.stale == second.stale);
	}
	buf_done(&scratch);
	buf_done(&again);
	buf_done(&written);
}

static void check_info(struct slice value)
{
	struct msrp_authentication_info first, second;
	struct buf scratch = { 0 }, again = { 0 }, written = { 0 };

	if (msrp_authentication_info_parse(value, &scratch, &first) == 0 && is_plain(first.qop) &&
	    is_plain(first.nc)) {
		msrp_authentication_info_format(&first, &written);
		if (written.len > 0)
			require(msrp_authentication_info_parse(buf_slice(&written), &again,
							       &second) == 0);
	}
	buf_done(&scratch);
	buf_done(&again);
	buf_done(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct slice value = slice_make(in, len);

	check_credentials(value);
	check_challenge(value);
	check_info(value);
	return 0;
}
