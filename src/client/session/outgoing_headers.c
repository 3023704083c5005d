/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program's headers beside those of the session: which ones are allowed, and in what order all
 * of them are written.
 */
#include <errno.h>

#include "client/session/outgoing.h"
#include "client/message/header.h"
#include "msrp/writer.h"

/* The user's headers on messages that a session sends. */

enum {
	HEADERS_MAX =
	    MSRP_HEADERS_MAX - 6,      /* minus those of a session, including Content-Disposition */
	LINES_MAX = MSRP_HEAD_MAX / 2, /* paths and everything else take up the other half */
};

bool client_outgoing_is_own_header(const struct msrp_header *header)
{
	switch (header->slices.id) {
	case MSRP_H_TO_PATH:
	case MSRP_H_FROM_PATH:
	case MSRP_H_MESSAGE_ID:
	case MSRP_H_SUCCESS_REPORT:
	case MSRP_H_FAILURE_REPORT:
	case MSRP_H_BYTE_RANGE:
	case MSRP_H_CONTENT_TYPE:
		return true;
	default:
		return false;
	}
}

/* RFC 4975 section 9: those of MIME come last. */
static bool is_mime(const struct msrp_header *header)
{
	static const struct slice prefix = { "Content-", 8 };

	return header->slices.name.len > prefix.len &&
	       slice_equal_nocase(slice_first(header->slices.name, prefix.len), prefix);
}

static void add_header_lines(struct buf *lines, const struct msrp_header *const *headers, size_t n,
			     bool mime)
{
	for (size_t i = 0; i < n; i++)
		if (is_mime(headers[i]) == mime)
			msrp_write_line(lines, headers[i]->slices.line);
}

int client_outgoing_add_headers(struct buf *lines, const struct msrp_header *const *headers,
				size_t n)
{
	if (n > HEADERS_MAX)
		return -ENOBUFS;
	if (n > 0 && !headers)
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		if (!headers[i] || client_outgoing_is_own_header(headers[i]))
			return -EINVAL;
	add_header_lines(lines, headers, n, false);
	add_header_lines(lines, headers, n, true);
	if (buf_failed(lines))
		return -ENOMEM;
	return lines->len > LINES_MAX ? -ENOBUFS : 0;
}
