/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/serve/http.h"

#include <string.h>

#include "base/ascii.h"
#include "daemon/serve/http_accept.h"

static const struct slice end_of_head = { .p = "\r\n\r\n", .len = 4 };

size_t http_find_end(struct slice in)
{
	const char *end = NULL;

	if (in.len > 0) /* an empty slice may be NULL */
		end = memmem(in.p, in.len, end_of_head.p, end_of_head.len);

	return end ? (size_t)(end - (const char *)in.p) + end_of_head.len : 0;
}

/* What stands before the next SEPARATOR, which is taken off REST, too. */
static struct slice take(struct slice *rest, char separator)
{
	size_t at = slice_find(*rest, separator);
	struct slice first = slice_first(*rest, at);

	*rest = slice_skip(*rest, at < rest->len ? at + 1 : at);
	return first;
}

/* RFC 9110 5.6.2 */
static bool is_token(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_is_alnum(s.p[i]) && !(s.p[i] && strchr("!#$%&'*+-.^_`|~", s.p[i])))
			return false;
	return s.len > 0;
}

/* Bare CR, LF, NUL and other controls are where the smuggling of requests begins. */
static bool is_text(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return true;
}

/* A line without its CRLF. False: it has none, or something in it that is no text. */
static bool take_line(struct slice *rest, struct slice *ret_line)
{
	struct slice line = take(rest, '\n');

	if (line.len == 0 || line.p[line.len - 1] != '\r')
		return false;
	line.len--;
	*ret_line = line;
	return is_text(line);
}

static struct slice trim(struct slice s)
{
	while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = slice_skip(s, 1);
	while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static enum http_status parse_version(struct slice version, bool *ret_keep)
{
	if (version.len != 8 || !slice_equal(slice_first(version, 5), SLICE("HTTP/")) ||
	    !is_digit(version.p[5]) || version.p[6] != '.' || !is_digit(version.p[7]))
		return HTTP_BAD_REQUEST;
	if (version.p[5] != '1')
		return HTTP_BAD_VERSION;
	*ret_keep = version.p[7] != '0';
	return HTTP_OK;
}

static enum http_status parse_start(struct slice line, struct http_request *request)
{
	struct slice method = take(&line, ' ');
	struct slice target = take(&line, ' ');
	enum http_status status = parse_version(line, &request->keep);

	if (status != HTTP_OK)
		return status;
	if (!is_token(method) || target.len == 0 || target.p[0] != '/')
		return HTTP_BAD_REQUEST;
	request->head = slice_equal(method, SLICE("HEAD"));
	request->path = slice_first(target, slice_find(target, '?'));
	return request->head || slice_equal(method, SLICE("GET")) ? HTTP_OK : HTTP_BAD_METHOD;
}

/* A body would be taken for the next request. */
static bool announces_body(struct slice name, struct slice value)
{
	return slice_equal_nocase(name, SLICE("Transfer-Encoding")) ||
	       (slice_equal_nocase(name, SLICE("Content-Length")) &&
		!slice_equal(value, SLICE("0")));
}

/* It has to be named: who takes everything, as curl does, gets what everything understands. */
static bool wants_openmetrics(struct slice accept)
{
	int wanted = http_accept_weight(accept, SLICE("application/openmetrics-text"), true);

	return wanted > 0 && wanted >= http_accept_weight(accept, SLICE("text/plain"), false);
}

static enum http_status parse_field(struct slice line, struct http_request *request)
{
	bool has_colon = slice_find(line, ':') < line.len;
	struct slice name = take(&line, ':');
	struct slice value = trim(line);

	if (!has_colon || !is_token(name) || announces_body(name, value))
		return HTTP_BAD_REQUEST;
	if (slice_equal_nocase(name, SLICE("Accept")))
		request->openmetrics |= wants_openmetrics(value);
	if (slice_equal_nocase(name, SLICE("Connection")) &&
	    slice_equal_nocase(value, SLICE("close")))
		request->keep = false;
	return HTTP_OK;
}

static enum http_status parse(struct slice head, struct http_request *request)
{
	struct slice line;
	enum http_status status, field = HTTP_OK;
	size_t n = 0;

	if (!take_line(&head, &line))
		return HTTP_BAD_REQUEST;
	status = parse_start(line, request);
	while (field == HTTP_OK && take_line(&head, &line) && line.len > 0) {
		if (++n > HTTP_FIELDS_MAX)
			return HTTP_HEAD_TOO_LARGE;
		field = parse_field(line, request);
	}
	if (field != HTTP_OK || head.len > 0)
		return HTTP_BAD_REQUEST;
	return status;
}

enum http_status http_parse(struct slice head, struct http_request *ret_request)
{
	enum http_status status;

	*ret_request = (struct http_request){ 0 };
	status = parse(head, ret_request);
	if (status != HTTP_OK)
		ret_request->keep = false;
	return status;
}

static const char *reason(enum http_status status)
{
	switch (status) {
	case HTTP_OK:
		return "OK";
	case HTTP_BAD_REQUEST:
		return "Bad Request";
	case HTTP_NOT_FOUND:
		return "Not Found";
	case HTTP_BAD_METHOD:
		return "Method Not Allowed";
	case HTTP_HEAD_TOO_LARGE:
		return "Request Header Fields Too Large";
	case HTTP_UNAVAILABLE:
		return "Service Unavailable";
	case HTTP_BAD_VERSION:
		return "HTTP Version Not Supported";
	}
	return "";
}

void http_respond(const struct http_request *request, enum http_status status, const char *type,
		  struct slice body, struct buf *out)
{
	buf_add_slice(out, SLICE("HTTP/1.1 "));
	buf_add_u64(out, status);
	buf_add_char(out, ' ');
	buf_add_slice(out, slice_from(reason(status)));
	buf_add_slice(out, SLICE("\r\nContent-Type: "));
	buf_add_slice(out, slice_from(type));
	buf_add_slice(out, SLICE("\r\nContent-Length: "));
	buf_add_u64(out, body.len);
	buf_add_slice(out, SLICE("\r\nCache-Control: no-store\r\n"));
	if (status == HTTP_BAD_METHOD)
		buf_add_slice(out, SLICE("Allow: GET, HEAD\r\n"));
	if (!request->keep)
		buf_add_slice(out, SLICE("Connection: close\r\n"));
	buf_add_slice(out, SLICE("\r\n"));
	if (!request->head)
		buf_add_slice(out, body);
}
