/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parses one HTTP request and writes the head of a response. serve/server.c brings the octets,
 * monitor/web.c answers.
 */
#include "daemon/serve/http.h"

#include "daemon/serve/http_accept.h"

static enum net_http_status parse_start(const struct net_http_head *head,
					struct http_request *request)
{
	request->keep = head->has_minor;
	if (head->target.p[0] != '/')
		return NET_HTTP_BAD_REQUEST;
	request->head = slice_equal(head->method, SLICE("HEAD"));
	request->path = slice_first(head->target, slice_find(head->target, '?'));
	return request->head || slice_equal(head->method, SLICE("GET")) ? NET_HTTP_OK
									: NET_HTTP_BAD_METHOD;
}

/* The body would be taken for the next request. */
static bool announces_body(struct slice name, struct slice value)
{
	return slice_equal_nocase(name, SLICE("Transfer-Encoding")) ||
	       (slice_equal_nocase(name, SLICE("Content-Length")) &&
		!slice_equal(value, SLICE("0")));
}

/*
 * Only if named: a client that accepts everything, such as curl, gets the format that everything
 * understands.
 */
static bool wants_openmetrics(struct slice accept)
{
	int wanted = http_accept_weight(accept, SLICE("application/openmetrics-text"), true);

	return wanted > 0 && wanted >= http_accept_weight(accept, SLICE("text/plain"), false);
}

static enum net_http_status take_field(const struct net_http_field *field,
				       struct http_request *request)
{
	if (announces_body(field->name, field->value))
		return NET_HTTP_BAD_REQUEST;
	if (slice_equal_nocase(field->name, SLICE("Accept")))
		request->openmetrics |= wants_openmetrics(field->value);
	if (slice_equal_nocase(field->name, SLICE("Connection")) &&
	    slice_equal_nocase(field->value, SLICE("close")))
		request->keep = false;
	return NET_HTTP_OK;
}

static enum net_http_status parse_fields(struct net_http_head *head, struct http_request *request)
{
	struct net_http_field field;
	enum net_http_status status;

	do {
		status = net_http_head_next(head, &field);
		if (status == NET_HTTP_OK)
			status = take_field(&field, request);
	} while (status == NET_HTTP_OK);
	return status == NET_HTTP_SWITCHING ? NET_HTTP_OK : status;
}

static enum net_http_status parse_request(struct slice whole, struct http_request *request)
{
	struct net_http_head head;
	enum net_http_status start = net_http_head_begin(&head, whole);
	enum net_http_status fields;

	if (start == NET_HTTP_OK)
		start = parse_start(&head, request);
	fields = parse_fields(&head, request);
	return fields == NET_HTTP_OK ? start : fields;
}

enum net_http_status http_parse(struct slice head, struct http_request *ret_request)
{
	enum net_http_status status;

	*ret_request = (struct http_request){ 0 };
	status = parse_request(head, ret_request);
	if (status != NET_HTTP_OK)
		ret_request->keep = false;
	return status;
}

void http_respond(const struct http_request *request, enum net_http_status status, const char *type,
		  struct slice body, struct buf *out)
{
	buf_add_slice(out, SLICE("HTTP/1.1 "));
	buf_add_u64(out, status);
	buf_add_char(out, ' ');
	buf_add_slice(out, slice_from(net_http_reason(status)));
	buf_add_slice(out, SLICE("\r\nContent-Type: "));
	buf_add_slice(out, slice_from(type));
	buf_add_slice(out, SLICE("\r\nContent-Length: "));
	buf_add_u64(out, body.len);
	buf_add_slice(out, SLICE("\r\nCache-Control: no-store\r\n"));
	if (status == NET_HTTP_BAD_METHOD)
		buf_add_slice(out, SLICE("Allow: GET, HEAD\r\n"));
	if (!request->keep)
		buf_add_slice(out, SLICE("Connection: close\r\n"));
	buf_add_slice(out, SLICE("\r\n"));
	if (!request->head)
		buf_add_slice(out, body);
}
