/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "msrp/path.h"
#include "msrp/uri.h"

/*
 * A URI that parses can be written again, and is then the same: equal by RFC 4975 6.1, and
 * literally the same the second time.
 */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void require(bool fact)
{
	if (!fact)
		abort();
}

static void check_again(const struct msrp_uri_slices *uri)
{
	struct msrp_uri_slices first, second;
	struct buf once = { 0 }, twice = { 0 };

	msrp_uri_format(uri, &once);
	require(msrp_uri_parse(buf_slice(&once), &first) == 0);
	require(msrp_uri_slices_equal(uri, &first) && msrp_uri_slices_equal(&first, uri));
	require(msrp_uri_same_authority(uri, &first));
	msrp_uri_format(&first, &twice);
	require(slice_equal(buf_slice(&once), buf_slice(&twice)));
	require(msrp_uri_parse(buf_slice(&twice), &second) == 0);
	buf_done(&once);
	buf_done(&twice);
}

/* Every URI of a path is valid by itself, and together they are the whole. */
static void check_path(const struct msrp_path_slices *path)
{
	require(path->n >= 1 && path->n <= MSRP_PATH_MAX);
	for (size_t i = 0; i < path->n; i++) {
		struct msrp_uri_slices alone;

		require(msrp_uri_parse(path->uri[i].text, &alone) == 0);
		require(msrp_uri_slices_equal(&alone, &path->uri[i]));
		require(msrp_path_from(path, i).p == path->uri[i].text.p);
		check_again(&path->uri[i]);
	}
	require(msrp_path_from(path, path->n).len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct msrp_uri_slices uri;
	struct msrp_path_slices path;

	if (msrp_uri_parse(slice_make(in, len), &uri) == 0) {
		require(slice_equal(uri.text, slice_make(in, len)));
		check_again(&uri);
	}
	if (msrp_path_parse(slice_make(in, len), &path) == 0)
		check_path(&path);
	return 0;
}
