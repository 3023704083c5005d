/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parses all URIs of a path at once, because one malformed URI spoils the whole.
 */
#include "msrp/path.h"

#include "msrp/result.h"

int msrp_path_parse(struct slice value, struct msrp_path_slices *ret_path)
{
	struct slice rest;

	while (value.len > 0 && value.p[value.len - 1] == ' ')
		value.len--;
	rest = value;
	ret_path->text = value;
	for (ret_path->n = 0; ret_path->n < MSRP_PATH_MAX; ret_path->n++) {
		size_t len = slice_find(rest, ' ');
		int err = msrp_uri_parse(slice_first(rest, len), &ret_path->uri[ret_path->n]);

		if (err)
			return err;
		if (len == rest.len) {
			ret_path->n++;
			return 0;
		}
		rest = slice_skip(rest, len + 1);
	}
	return MSRP_TOO_LONG;
}

struct slice msrp_path_from(const struct msrp_path_slices *path, size_t skip)
{
	size_t at = path->text.len;

	if (skip < path->n)
		at = (size_t)(path->uri[skip].text.p - path->text.p);
	return slice_skip(path->text, at);
}
