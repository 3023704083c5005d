/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes paths from the relay's part and our own, and tells whether a request is for us and from the
 * expected side.
 */
#include "client/link/paths.h"

#include <errno.h>
#include <string.h>

/* Turns the text in B into a string; frees B. */
static int take_path(struct buf *b, char **ret_string)
{
	char *string = buf_failed(b) ? NULL : slice_dup(buf_slice(b));

	buf_done(b);
	if (!string)
		return -ENOMEM;
	*ret_string = string;
	return 0;
}

int client_uri_make(struct msrp_random *random, const struct client_local *local, bool secure,
		    const struct net_address *address, char **ret_uri)
{
	const char *session_id = local->session_id;
	char made[MSRP_SESSION_LEN + 1];
	char authority[NET_ADDRESS_TEXT_MAX];
	struct buf text = { 0 };

	if (!session_id) {
		msrp_session_id_make(random, made);
		session_id = made;
	}
	net_address_format(address, authority);
	buf_add_slice(&text, secure ? SLICE("msrps://") : SLICE("msrp://"));
	if (local->user) {
		buf_add_slice(&text, slice_from(local->user));
		buf_add_char(&text, '@');
	}
	buf_add_slice(&text, slice_from(authority));
	buf_add_char(&text, '/');
	buf_add_slice(&text, slice_from(session_id));
	buf_add_slice(&text, SLICE(";tcp"));
	buf_add_slice(&text, slice_from(local->parameters));
	return take_path(&text, ret_uri);
}

int client_relay_uri_make(bool secure, const char *domain, uint16_t port, char **ret_uri)
{
	struct buf text = { 0 };

	msrp_uri_format(
	    &(struct msrp_uri_slices){
		.secure = secure,
		.host = slice_from(domain),
		.host_is_ipv6 = strchr(domain, ':') != NULL,
		.port = port,
		.transport = SLICE("tcp"),
	    },
	    &text);
	return take_path(&text, ret_uri);
}

int client_local_path_make(const char *use_path, const char *own, char **ret_path)
{
	struct msrp_path_slices path;
	struct buf text = { 0 };

	if (use_path) {
		if (msrp_path_parse(slice_from(use_path), &path) != 0)
			return -EINVAL;
		for (size_t i = path.n; i > 0; i--) {
			buf_add_slice(&text, path.uri[i - 1].text);
			buf_add_char(&text, ' ');
		}
	}
	buf_add_slice(&text, slice_from(own));
	return take_path(&text, ret_path);
}

int client_path_join(const char *first, const char *rest, char **ret_path)
{
	struct buf text = { 0 };

	if (first) {
		buf_add_slice(&text, slice_from(first));
		buf_add_char(&text, ' ');
	}
	buf_add_slice(&text, slice_from(rest));
	return take_path(&text, ret_path);
}

bool client_path_ends_with(const struct msrp_path_slices *path, const struct msrp_path_slices *tail)
{
	if (path->n < tail->n)
		return false;
	for (size_t i = 0; i < tail->n; i++)
		if (!msrp_uri_slices_equal(&path->uri[path->n - tail->n + i], &tail->uri[i]))
			return false;
	return true;
}

static bool same_session_id(const struct msrp_uri_slices *a, const struct msrp_uri_slices *b)
{
	return slice_equal(a->session_id, b->session_id);
}

bool client_paths_to_us(const struct msrp_path_slices *to, const struct msrp_uri_slices *own,
			bool sessmatch)
{
	const struct msrp_uri_slices *first = msrp_path_first(to);

	if (to->n != 1)
		return false;
	return sessmatch ? same_session_id(first, own) : msrp_uri_slices_equal(first, own);
}

bool client_paths_from(const struct msrp_path_slices *from, const struct msrp_path_slices *remote,
		       bool sessmatch)
{
	if (sessmatch)
		return same_session_id(msrp_path_last(from), msrp_path_last(remote));
	return client_path_ends_with(from, remote);
}
