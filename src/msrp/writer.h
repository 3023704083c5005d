/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages of our own: responses and heads of requests, line by line into a buffer.
 */
#ifndef MSRP_WRITER_H
#define MSRP_WRITER_H

#include "base/buf.h"
#include "base/slice.h"
#include "msrp/message.h"

/*
 * The one place that writes MSRP (RFC 4975 section 9). A message is a start line, To-Path,
 * From-Path, headers, perhaps a body, and an end-line, added to OUT in that order; check
 * buf_failed() once, after the end-line.
 */

void msrp_write_request(struct buf *out, struct slice id, struct slice method);

/* COMMENT may be empty. */
void msrp_write_response(struct buf *out, struct slice id, unsigned status, struct slice comment);

void msrp_write_header(struct buf *out, enum msrp_header_id id, struct slice value);

/* A header as received: "Name: value", without CRLF. */
void msrp_write_line(struct buf *out, struct slice line);

/* A path header with FIRST as its first URI, followed by REST; either may be empty. */
void msrp_write_path(struct buf *out, enum msrp_header_id id, struct slice first,
		     struct slice rest);

void msrp_write_range(struct buf *out, const struct msrp_range *range);

/* A Status header with a response code of RFC 4975; COMMENT may be empty. */
void msrp_write_status(struct buf *out, unsigned code, struct slice comment);

/* The blank line between headers and body. */
void msrp_write_body_start(struct buf *out);

/* The end-line. HAS_BODY: a body precedes it, which needs another CRLF. */
void msrp_write_end(struct buf *out, struct slice id, char flag, bool has_body);

#endif
