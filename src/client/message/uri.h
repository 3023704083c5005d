/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URIs and paths of the public API from the inside: the slices of the core, and the same as
 * strings of C.
 */
#ifndef CLIENT_MESSAGE_URI_H
#define CLIENT_MESSAGE_URI_H

#include "base/slice.h"
#include "client/msrp/message.h"
#include "msrp/path.h"

/* A URI as the library's user sees it: what the protocol core knows, as strings that are its own.
 */
struct msrp_uri {
	struct msrp_uri_slices slices; /* of text */
	char *text;		       /* one block: the whole, then the parts, each terminated */
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
	size_t n_uris; /* slices.n, once all of them are made */
};

/* 0, -EINVAL for what is none, or -ENOMEM. TEXT is copied. */
int client_uri_parse(struct slice text, struct msrp_uri **ret_uri);
int client_path_parse(struct slice text, struct msrp_path **ret_path);

#endif
