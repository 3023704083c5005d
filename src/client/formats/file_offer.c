/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answer to an offer of a file (RFC 5547), by the rules alone: the engines of src/client/media
 * add the files.
 */
#include <errno.h>
#include <string.h>

#include "client/msrp/formats.h"
#include "msrp/media_type.h"

/* ---- selectors ---- */

/* Parameters do not count: the two sides write them differently (RFC 5547 section 6). */
static bool same_type(const char *a, const char *b)
{
	return slice_equal_nocase(msrp_media_type(slice_from(a)), msrp_media_type(slice_from(b)));
}

static bool same_hash(const uint8_t *a, bool has_a, const uint8_t *b, bool has_b, size_t len)
{
	return !has_a || !has_b || memcmp(a, b, len) == 0;
}

bool msrp_file_selector_matches(const struct msrp_file_selector *wanted,
				const struct msrp_file_selector *found)
{
	if (!wanted || !found)
		return false;
	if (wanted->name && found->name && strcmp(wanted->name, found->name) != 0)
		return false;
	if (wanted->type && found->type && !same_type(wanted->type, found->type))
		return false;
	if (wanted->has_size && found->has_size && wanted->size != found->size)
		return false;
	return same_hash(wanted->sha1, wanted->has_sha1, found->sha1, found->has_sha1,
			 sizeof(found->sha1)) &&
	       same_hash(wanted->sha256, wanted->has_sha256, found->sha256, found->has_sha256,
			 sizeof(found->sha256));
}

/* ---- answers ---- */

static void mirror(const struct msrp_sdp_media *offer, struct msrp_sdp_media *answer)
{
	answer->has_file = true;
	answer->file = offer->file;
	answer->file_transfer_id = offer->file_transfer_id;
	answer->file_start = offer->file_start;
	answer->file_stop = offer->file_stop;
}

int msrp_file_accept(const struct msrp_sdp_media *offer, uint64_t have,
		     struct msrp_sdp_media *answer)
{
	if (!offer || !answer)
		return -EINVAL;
	if (!offer->has_file || offer->direction == MSRP_RECVONLY)
		return -EINVAL;
	if (offer->file.has_size && have > offer->file.size)
		return -ERANGE;
	/* The whole file may be offered as a range, too; then any part of it can be requested. */
	if (offer->file_start > 1 && offer->file_start != have + 1)
		return -ERANGE;
	mirror(offer, answer);
	answer->direction = MSRP_RECVONLY;
	if (have > 0 && offer->file_start <= 1) {
		answer->file_start = have + 1;
		if (offer->file_start == 0)
			answer->file_stop = MSRP_TOTAL_UNKNOWN;
	}
	return 0;
}

void msrp_file_refuse(const struct msrp_sdp_media *offer, struct msrp_sdp_media *answer)
{
	if (!offer || !answer)
		return;
	mirror(offer, answer);
	answer->port = 0;
	answer->use_tls = offer->use_tls;
	answer->direction = offer->direction == MSRP_RECVONLY ? MSRP_SENDONLY : MSRP_RECVONLY;
}
