/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * To-Path, From-Path and Use-Path: lists of URIs, which move from one to the other as a request
 * passes a relay.
 */
#ifndef MSRP_PATH_H
#define MSRP_PATH_H

#include "base/slice.h"
#include "msrp/uri.h"

enum {
	MSRP_PATH_MAX = 64, /* more relays than any real chain has; bounds the work per head */
};

/* The value of To-Path, From-Path or Use-Path: at least one URI, without a space at the end. */
struct msrp_path_slices {
	struct slice text; /* the whole value, URIs separated by single spaces */
	size_t n;
	struct msrp_uri_slices uri[MSRP_PATH_MAX];
};

/*
 * Parses VALUE, whose bytes must outlive the path; ignores spaces at its end. Returns 0; MSRP_BAD,
 * and *ret_path is undefined; or MSRP_TOO_LONG, and it has the first MSRP_PATH_MAX URIs.
 */
int msrp_path_parse(struct slice value, struct msrp_path_slices *ret_path);

/* The text of the path without its first SKIP URIs; SKIP is at most path->n. */
struct slice msrp_path_from(const struct msrp_path_slices *path, size_t skip);

static inline const struct msrp_uri_slices *msrp_path_first(const struct msrp_path_slices *path)
{
	return &path->uri[0];
}

static inline const struct msrp_uri_slices *msrp_path_last(const struct msrp_path_slices *path)
{
	return &path->uri[path->n - 1];
}

#endif
