/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A party's SDP for one section, kept: the path for requests to it, and what identifies its
 * connection.
 */
#include "relay/party/terms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/path.h"

void relay_terms_done(struct relay_terms *terms)
{
	free(terms->tag);
	free(terms->path);
	*terms = (struct relay_terms){ 0 };
}

/* The text was parsed before it was copied, so parsing it again cannot fail. */
static void point_into_path(struct relay_terms *terms)
{
	struct msrp_path_slices path;

	(void)msrp_path_parse(slice_from(terms->path), &path);
	terms->n_hops = path.n;
	terms->first = *msrp_path_first(&path);
	terms->last = *msrp_path_last(&path);
}

static int copy_terms(struct slice tag, struct slice path, struct relay_terms *terms)
{
	terms->tag = slice_dup(tag);
	terms->path = slice_dup(path);
	if (!terms->tag || !terms->path) {
		relay_terms_done(terms);
		return -ENOMEM;
	}
	point_into_path(terms);
	return 0;
}

/* With a NUL in it the copy would differ from the text that was parsed. */
static bool is_path(struct slice text)
{
	struct msrp_path_slices path;

	return text.len <= RELAY_ANCHOR_PATH_MAX && !memchr(text.p, '\0', text.len) &&
	       msrp_path_parse(text, &path) == 0;
}

int relay_terms_read(const struct sdp_message *media, struct slice tag,
		     struct relay_terms *ret_terms)
{
	struct relay_terms terms = {
		.secure = media->secure,
		.setup = media->setup,
		.fingerprinted = media->fingerprinted,
		.n_fingerprints = media->n_fingerprints,
	};
	int err;

	if (media->path.len == 0 || !is_path(media->path))
		return RELAY_ANCHOR_BAD;
	memcpy(terms.fingerprint, media->fingerprint, sizeof(terms.fingerprint));
	err = copy_terms(tag, slice_trim(media->path), &terms);
	if (!err)
		*ret_terms = terms;
	return err;
}

int relay_terms_copy(const struct relay_terms *terms, struct relay_terms *ret_terms)
{
	struct relay_terms copy = *terms;
	int err = copy_terms(slice_from(terms->tag), slice_from(terms->path), &copy);

	if (!err)
		*ret_terms = copy;
	return err;
}
