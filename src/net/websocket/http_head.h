/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads heads of HTTP/1.1 requests (RFC 9112), piece by piece, for those who answer such
 * requests: the server of the daemon, and the upgrade to a WebSocket. No I/O.
 */
#ifndef NET_WEBSOCKET_HTTP_HEAD_H
#define NET_WEBSOCKET_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum {
	NET_HTTP_HEAD_MAX = 8192, /* bytes; what a proxy adds fits in easily */
	NET_HTTP_FIELDS_MAX = 64,
};

enum net_http_status {
	NET_HTTP_SWITCHING = 101,
	NET_HTTP_OK = 200,
	NET_HTTP_BAD_REQUEST = 400,
	NET_HTTP_FORBIDDEN = 403,
	NET_HTTP_NOT_FOUND = 404,
	NET_HTTP_BAD_METHOD = 405,
	NET_HTTP_UPGRADE_REQUIRED = 426,
	NET_HTTP_HEAD_TOO_LARGE = 431,
	NET_HTTP_UNAVAILABLE = 503,
	NET_HTTP_BAD_VERSION = 505,
};

/* "Not Found" and so on. */
const char *net_http_reason(enum net_http_status status);

/* A head while it is read; all slices point into it. */
struct net_http_head {
	struct slice method; /* a token; like the next two, only if the start line is good */
	struct slice target;
	bool has_minor; /* the version is 1.1 or a later 1.x */
	struct slice rest;
	size_t n_fields;
};

struct net_http_field {
	struct slice name;
	struct slice value; /* trimmed */
};

/* The length of the head at the start of IN, including its empty line; 0: it is incomplete. */
size_t net_http_head_find_end(struct slice in);

/*
 * Begins with HEAD, which is complete. Returns NET_HTTP_OK, or the status for a bad start line; the
 * fields are readable all the same.
 */
enum net_http_status net_http_head_begin(struct net_http_head *head, struct slice whole);

/*
 * The next field. Returns NET_HTTP_OK; the status for a bad field; or, at the end,
 * NET_HTTP_SWITCHING.
 */
enum net_http_status net_http_head_next(struct net_http_head *head,
					struct net_http_field *ret_field);

/* RFC 9110 5.6.2 */
bool net_http_is_token(struct slice s);

/*
 * Takes the next element off LIST, trimmed, separated as in RFC 9110 5.6.1. False: there is none.
 * Skips empty ones.
 */
bool net_http_take_element(struct slice *list, struct slice *ret_element);

#endif
