/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * As much of HTTP/1.1 (RFC 9112) as a monitoring system needs: requests without a body, one after
 * the other. No I/O.
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
	bool keep;	   /* the client will send more requests on this connection */
	bool openmetrics;  /* the client prefers this format of metrics */
	struct slice path; /* without the query; points into the head */
};

/*
 * HEAD is complete. Returns NET_HTTP_OK, or the status that says what is wrong; then keep is false.
 */
enum net_http_status http_parse(struct slice head, struct http_request *ret_request);

/* Writes an answer to REQUEST, with "Connection: close" unless the connection is to be kept. */
void http_respond(const struct http_request *request, enum net_http_status status, const char *type,
		  struct slice body, struct buf *out);

#endif
