/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URIs and paths of the public API from the inside: the core's slices, and the same as C strings.
 */
#ifndef CLIENT_MESSAGE_URI_H
#define CLIENT_MESSAGE_URI_H

#include "base/slice.h"
#include "client/msrp/message.h"
#include "msrp/path.h"

/* A URI as the library's user sees it: the protocol core's parts, as strings that it owns. */
struct msrp_uri {
	struct msrp_uri_slices slices; /* of text */
	char *text;		       /* one block: the whole, then the parts, NUL-terminated */
	const char *user;
	const char *host;
	const char *session_id;
	const char *transport;
	struct msrp_parameter *parameter;
	size_t n_parameters;
};

/* A path likewise. */
struct msrp_path {
	struct msrp_path_slices slices; /* of text */
	char *text;
	struct msrp_uri *uri[MSRP_PATH_MAX];
	size_t n_uris; /* slices.n, once all of them exist */
};

/* Copies TEXT. Returns 0, -EINVAL if it is not a URI, or -ENOMEM. */
int client_uri_parse(struct slice text, struct msrp_uri **ret_uri);
int client_path_parse(struct slice text, struct msrp_path **ret_path);

#endif
