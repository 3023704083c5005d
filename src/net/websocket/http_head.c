/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of heads: lines, the start line, fields, and lists in these. */
#include "net/websocket/http_head.h"

#include <string.h>

#include "base/ascii.h"

static const struct slice end_of_head = { .p = "\r\n\r\n", .len = 4 };

const char *net_http_reason(enum net_http_status status)
{
	switch (status) {
	case NET_HTTP_SWITCHING:
		return "Switching Protocols";
	case NET_HTTP_OK:
		return "OK";
	case NET_HTTP_BAD_REQUEST:
		return "Bad Request";
	case NET_HTTP_FORBIDDEN:
		return "Forbidden";
	case NET_HTTP_NOT_FOUND:
		return "Not Found";
	case NET_HTTP_BAD_METHOD:
		return "Method Not Allowed";
	case NET_HTTP_UPGRADE_REQUIRED:
		return "Upgrade Required";
	case NET_HTTP_HEAD_TOO_LARGE:
		return "Request Header Fields Too Large";
	case NET_HTTP_UNAVAILABLE:
		return "Service Unavailable";
	case NET_HTTP_BAD_VERSION:
		return "HTTP Version Not Supported";
	}
	return "";
}

size_t net_http_head_find_end(struct slice in)
{
	const char *end = NULL;

	if (in.len > 0) /* an empty slice may be NULL */
		end = memmem(in.p, in.len, end_of_head.p, end_of_head.len);

	return end ? (size_t)(end - (const char *)in.p) + end_of_head.len : 0;
}

/* Takes everything before the next SEPARATOR, and the separator, off REST. */
static struct slice take_before(struct slice *rest, char separator)
{
	size_t at = slice_find(*rest, separator);
	struct slice first = slice_first(*rest, at);

	*rest = slice_skip(*rest, at < rest->len ? at + 1 : at);
	return first;
}

bool net_http_is_token(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_is_alnum(s.p[i]) && !(s.p[i] && strchr("!#$%&'*+-.^_`|~", s.p[i])))
			return false;
	return s.len > 0;
}

/* Request smuggling begins with a bare CR, LF, NUL or another control character. */
static bool is_head_text(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return true;
}

/* Takes a line without its CRLF. False: it has none, or contains something that is not text. */
static bool take_head_line(struct slice *rest, struct slice *ret_line)
{
	struct slice line = take_before(rest, '\n');

	if (line.len == 0 || line.p[line.len - 1] != '\r')
		return false;
	line.len--;
	*ret_line = line;
	return is_head_text(line);
}

static enum net_http_status parse_version(struct slice version, bool *ret_has_minor)
{
	if (version.len != 8 || !slice_equal(slice_first(version, 5), SLICE("HTTP/")) ||
	    !ascii_is_digit(version.p[5]) || version.p[6] != '.' || !ascii_is_digit(version.p[7]))
		return NET_HTTP_BAD_REQUEST;
	if (version.p[5] != '1')
		return NET_HTTP_BAD_VERSION;
	*ret_has_minor = version.p[7] != '0';
	return NET_HTTP_OK;
}

enum net_http_status net_http_head_begin(struct net_http_head *head, struct slice whole)
{
	enum net_http_status status;
	struct slice line;

	*head = (struct net_http_head){ .rest = whole };
	if (!take_head_line(&head->rest, &line))
		return NET_HTTP_BAD_REQUEST;
	head->method = take_before(&line, ' ');
	head->target = take_before(&line, ' ');
	status = parse_version(line, &head->has_minor);
	if (status != NET_HTTP_OK)
		return status;
	return net_http_is_token(head->method) && head->target.len > 0 ? NET_HTTP_OK
								       : NET_HTTP_BAD_REQUEST;
}

enum net_http_status net_http_head_next(struct net_http_head *head,
					struct net_http_field *ret_field)
{
	struct slice line;
	bool has_colon;

	if (!take_head_line(&head->rest, &line))
		return NET_HTTP_BAD_REQUEST;
	if (line.len == 0)
		return head->rest.len == 0 ? NET_HTTP_SWITCHING : NET_HTTP_BAD_REQUEST;
	if (++head->n_fields > NET_HTTP_FIELDS_MAX)
		return NET_HTTP_HEAD_TOO_LARGE;
	has_colon = slice_find(line, ':') < line.len;
	ret_field->name = take_before(&line, ':');
	ret_field->value = slice_trim(line);
	return has_colon && net_http_is_token(ret_field->name) ? NET_HTTP_OK : NET_HTTP_BAD_REQUEST;
}

bool net_http_take_element(struct slice *list, struct slice *ret_element)
{
	while (list->len > 0) {
		struct slice element = slice_trim(take_before(list, ','));

		if (element.len > 0) {
			*ret_element = element;
			return true;
		}
	}
	return false;
}
