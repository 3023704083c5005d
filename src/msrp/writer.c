/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each line ends in CRLF, and no value can end one early: values have been parsed or checked
 * before.
 */
#include "msrp/writer.h"

#include <assert.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Adds a line at once: asks the buffer for room once, not once per part. */
static void add_parts(struct buf *out, const struct slice *part, size_t n_parts)
{
	size_t len = 0;
	uint8_t *to;

	for (size_t i = 0; i < n_parts; i++)
		len += part[i].len;
	to = buf_reserve(out, len);
	if (!to)
		return;
	for (size_t i = 0; i < n_parts; i++) {
		if (part[i].len > 0)
			memcpy(to, part[i].p, part[i].len);
		to += part[i].len;
	}
	buf_commit(out, len);
}

struct code_text {
	char digits[3];
};

static struct code_text code_text(unsigned code)
{
	assert(code < 1000);
	return (struct code_text){ { (char)('0' + code / 100), (char)('0' + code / 10 % 10),
				     (char)('0' + code % 10) } };
}

void msrp_write_request(struct buf *out, struct slice id, struct slice method)
{
	const struct slice part[] = { SLICE("MSRP "), id, SLICE(" "), method, SLICE("\r\n") };

	add_parts(out, part, COUNT(part));
}

/* A space before a comment; nothing if there is none. */
static struct slice space_before(struct slice comment)
{
	return comment.len > 0 ? SLICE(" ") : SLICE("");
}

void msrp_write_response(struct buf *out, struct slice id, unsigned status, struct slice comment)
{
	const struct code_text code = code_text(status);
	const struct slice part[] = {
		SLICE("MSRP "),
		id,
		SLICE(" "),
		slice_make(code.digits, sizeof(code.digits)),
		space_before(comment),
		comment,
		SLICE("\r\n"),
	};

	add_parts(out, part, COUNT(part));
}

void msrp_write_header(struct buf *out, enum msrp_header_id id, struct slice value)
{
	const struct slice part[] = { slice_from(msrp_header_id_name(id)), SLICE(": "), value,
				      SLICE("\r\n") };

	add_parts(out, part, COUNT(part));
}

void msrp_write_line(struct buf *out, struct slice line)
{
	const struct slice part[] = { line, SLICE("\r\n") };

	add_parts(out, part, COUNT(part));
}

void msrp_write_path(struct buf *out, enum msrp_header_id id, struct slice first, struct slice rest)
{
	const struct slice part[] = {
		slice_from(msrp_header_id_name(id)),
		SLICE(": "),
		first,
		first.len > 0 && rest.len > 0 ? SLICE(" ") : SLICE(""),
		rest,
		SLICE("\r\n"),
	};

	add_parts(out, part, COUNT(part));
}

void msrp_write_range(struct buf *out, const struct msrp_range *range)
{
	buf_add_slice(out, SLICE("Byte-Range: "));
	msrp_range_format(range, out);
	buf_add_slice(out, SLICE("\r\n"));
}

void msrp_write_status(struct buf *out, unsigned code, struct slice comment)
{
	const struct code_text text = code_text(code);
	const struct slice part[] = {
		SLICE("Status: 000 "), slice_make(text.digits, sizeof(text.digits)),
		space_before(comment), comment,
		SLICE("\r\n"),
	};

	add_parts(out, part, COUNT(part));
}

void msrp_write_body_start(struct buf *out)
{
	buf_add_slice(out, SLICE("\r\n"));
}

void msrp_write_end(struct buf *out, struct slice id, char flag, bool has_body)
{
	const struct slice part[] = {
		has_body ? SLICE("\r\n-------") : SLICE("-------"),
		id,
		slice_make(&flag, 1),
		SLICE("\r\n"),
	};

	add_parts(out, part, COUNT(part));
}
