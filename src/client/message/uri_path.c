/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths of the public API; uri.c has the URIs that they own.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/list.h"
#include "client/message/uri.h"

static int parse_path_text(struct msrp_path *path, struct slice text)
{
	int err = 0;

	path->text = slice_dup(text);
	if (!path->text)
		return -ENOMEM;
	if (msrp_path_parse(slice_make(path->text, text.len), &path->slices) != 0)
		return -EINVAL;
	while (path->n_uris < path->slices.n) {
		err =
		    client_uri_parse(path->slices.uri[path->n_uris].text, &path->uri[path->n_uris]);
		if (err)
			break;
		path->n_uris++;
	}
	return err;
}

int client_path_parse(struct slice text, struct msrp_path **ret_path)
{
	struct msrp_path *path = calloc(1, sizeof(*path));
	int err;

	if (!path)
		return -ENOMEM;
	err = parse_path_text(path, text);
	if (err)
		msrp_path_free(path);
	else
		*ret_path = path;
	return err;
}

int msrp_path_from_text(const char *text, struct msrp_path **ret_path)
{
	if (!text || !ret_path)
		return -EINVAL;
	return client_path_parse(slice_from(text), ret_path);
}

/* True if none of them is NULL. */
static bool are_all(const struct msrp_uri *const *uris, size_t n)
{
	if (!uris)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!uris[i])
			return false;
	return true;
}

static int path_new(const struct msrp_uri *const *uris, size_t n, struct msrp_path **ret_path)
{
	struct buf text = { 0 };
	int err;

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_add_char(&text, ' ');
		buf_add_slice(&text, uris[i]->slices.text);
	}
	err = buf_failed(&text) ? -ENOMEM : client_path_parse(buf_slice(&text), ret_path);
	buf_done(&text);
	return err;
}

int msrp_path_new(const struct msrp_uri *const *uris, size_t n, struct msrp_path **ret_path)
{
	return !are_all(uris, n) || !ret_path ? -EINVAL : path_new(uris, n, ret_path);
}

struct msrp_path *msrp_path_free(struct msrp_path *path)
{
	if (!path)
		return NULL;
	for (size_t i = 0; i < path->n_uris; i++)
		msrp_uri_free(path->uri[i]);
	free(path->text);
	free(path);
	return NULL;
}

const char *msrp_path_text(const struct msrp_path *path)
{
	return path ? path->text : "";
}

size_t msrp_path_count(const struct msrp_path *path)
{
	return path ? path->n_uris : 0;
}

const struct msrp_uri *msrp_path_uri(const struct msrp_path *path, size_t i)
{
	return path && i < path->n_uris ? path->uri[i] : NULL;
}

bool msrp_path_equal(const struct msrp_path *a, const struct msrp_path *b)
{
	if (!a || !b)
		return false;
	if (a->n_uris != b->n_uris)
		return false;
	for (size_t i = 0; i < a->n_uris; i++) {
		if (!msrp_uri_equal(a->uri[i], b->uri[i]))
			return false;
	}
	return true;
}
