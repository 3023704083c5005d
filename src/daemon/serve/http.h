/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_SERVE_HTTP_H
#define DAEMON_SERVE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

/*
 * As much of HTTP/1.1 (RFC 9112) as it takes to answer a monitoring system:
 * requests without a body, one after the other. No I/O.
 */
enum {
	HTTP_HEAD_MAX = 8192, /* bytes; what a proxy adds fits in easily */
	HTTP_FIELDS_MAX = 64,
};

enum http_status {
	HTTP_OK = 200,
	HTTP_BAD_REQUEST = 400,
	HTTP_NOT_FOUND = 404,
	HTTP_BAD_METHOD = 405,
	HTTP_HEAD_TOO_LARGE = 431,
	HTTP_UNAVAILABLE = 503,
	HTTP_BAD_VERSION = 505,
};

struct http_request {
	bool head;	   /* HEAD: the answer has no body */
	bool keep;	   /* the client wants to ask more on this connection */
	bool openmetrics;  /* of the formats of metrics it wants that one most */
	struct slice path; /* without the query; in the head that was parsed */
};

/* The length of the head at the start of IN, its empty line included; 0: it is not whole. */
size_t http_find_end(struct slice in);

/* HEAD is whole. HTTP_OK, or the status that says what is wrong with it; then keep is false. */
enum http_status http_parse(struct slice head, struct http_request *ret_request);

/* An answer to REQUEST; "Connection: close" unless it is to be kept. */
void http_respond(const struct http_request *request, enum http_status status, const char *type,
		  struct slice body, struct buf *out);

#endif
