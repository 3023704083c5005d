/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * As much of HTTP/1.1 (RFC 9112) as it takes to answer a monitoring system:
 * requests without a body, one after the other. No I/O.
 */
#ifndef DAEMON_SERVE_HTTP_H
#define DAEMON_SERVE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "net/websocket/http_head.h"

struct http_request {
	bool head;	   /* HEAD: the answer has no body */
	bool keep;	   /* the client wants to ask more on this connection */
	bool openmetrics;  /* of the formats of metrics it wants that one most */
	struct slice path; /* without the query; in the head that was parsed */
};

/* HEAD is whole. NET_HTTP_OK, or the status that says what is wrong with it; then keep is false. */
enum net_http_status http_parse(struct slice head, struct http_request *ret_request);

/* An answer to REQUEST; "Connection: close" unless it is to be kept. */
void http_respond(const struct http_request *request, enum net_http_status status, const char *type,
		  struct slice body, struct buf *out);

#endif
