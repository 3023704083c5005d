/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An SDP rewritten for an intermediary: all sections found name it, nothing else has changed, and
 * rewriting it again changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>

#include "sdp/line.h"
#include "sdp/rewrite.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

enum { SECTIONS_MAX = 8, PORT = 2855 };

static const char uri[] = "msrps://203.0.113.5:2855/token;tcp";
static const struct sdp_fingerprint ours = { .hash = SDP_SHA1, .digest = { 1, 2, 3 } };

static void require(bool fact)
{
	if (!fact)
		abort();
}

/* Appends SDP with everything found in it replaced. False: it is not SDP. */
static bool rewrite(struct slice sdp, bool secure, struct sdp_message *ret_message, size_t *ret_n,
		    struct buf *out)
{
	struct sdp_change section[SECTIONS_MAX];
	struct sdp_changes changes = {
		.section = section,
		.address = SLICE("203.0.113.5"),
		.fingerprint = &ours,
		.n_fingerprints = 1,
		.max_size = 1000,
		.replace_origin = true,
	};

	if (sdp_messages_read(sdp, ret_message, SECTIONS_MAX, ret_n))
		return false;
	for (size_t i = 0; i < *ret_n; i++)
		if (!ret_message[i].closed)
			section[changes.n_sections++] = (struct sdp_change){
				.index = ret_message[i].index,
				.secure = secure,
				.port = PORT,
				.setup = SDP_SETUP_PASSIVE,
				.uri = slice_from(uri),
			};
	sdp_rewrite(sdp, &changes, out);
	return true;
}

static void check_sections(const struct sdp_message *before, const struct sdp_message *after,
			   size_t n, bool secure)
{
	for (size_t i = 0; i < n; i++) {
		require(after[i].index == before[i].index);
		require(after[i].closed == before[i].closed);
		if (after[i].closed)
			continue;
		require(after[i].secure == secure);
		require(slice_equal(after[i].path, slice_from(uri)));
		require(after[i].setup == SDP_SETUP_PASSIVE);
		require(!secure || (after[i].n_fingerprints == 1 && after[i].fingerprinted));
	}
}

/* Of other sections no octet has changed. */
static void check_others(struct slice before, struct slice after, const struct sdp_message *ours_in,
			 size_t n)
{
	struct slice a, b;
	size_t i = 0;

	sdp_session_cut(&before);
	sdp_session_cut(&after);
	for (unsigned index = 0; sdp_media_next(&before, &a); index++) {
		require(sdp_media_next(&after, &b));
		if (i < n && ours_in[i].index == index && !ours_in[i++].closed)
			continue;
		require(slice_equal(a, b));
	}
	require(!sdp_media_next(&after, &b));
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct sdp_message first[SECTIONS_MAX], second[SECTIONS_MAX];
	struct buf once = { 0 };
	struct buf twice = { 0 };
	bool secure = len > 0 && (in[0] & 1);
	struct slice sdp = slice_make(in, len);
	size_t n, again;

	if (len < SDP_MAX / 2 && rewrite(sdp, secure, first, &n, &once)) {
		require(rewrite(buf_slice(&once), secure, second, &again, &twice));
		require(again == n);
		check_sections(first, second, n, secure);
		check_others(sdp, buf_slice(&once), first, n);
		require(slice_equal(buf_slice(&once), buf_slice(&twice)));
	}
	buf_done(&once);
	buf_done(&twice);
	return 0;
}
