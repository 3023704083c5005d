/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values of a chunk, by name: accessors of the public API, and the check that a program may run
 * before it trusts a chunk.
 */
#include <errno.h>
#include <stdio.h>

#include "client/message/chunk.h"
#include "client/message/header.h"

/* The values that a chunk states. */

const char *msrp_chunk_transaction_id(const struct msrp_chunk *c)
{
	return c ? c->id : "";
}

const char *msrp_chunk_method(const struct msrp_chunk *c)
{
	return c ? c->method : NULL;
}

unsigned msrp_chunk_code(const struct msrp_chunk *c)
{
	return c ? c->code : 0;
}

const char *msrp_chunk_comment(const struct msrp_chunk *c)
{
	return c ? c->comment : NULL;
}

const uint8_t *msrp_chunk_data(const struct msrp_chunk *c)
{
	return !c ? NULL : buf_data(&c->data);
}

size_t msrp_chunk_size(const struct msrp_chunk *c)
{
	return c ? c->data.len : 0;
}

char msrp_chunk_contflag(const struct msrp_chunk *c)
{
	return c ? c->contflag : 0;
}

unsigned msrp_chunk_segment(const struct msrp_chunk *c)
{
	return c ? c->segment : 0;
}

bool msrp_chunk_ends(const struct msrp_chunk *c)
{
	return c && !c->goes_on;
}

static const char *text_of(const struct msrp_chunk *c, const char *name)
{
	const struct msrp_value *value = client_chunk_value(c, name);

	return value ? value->text : "";
}

const char *msrp_chunk_content_type(const struct msrp_chunk *c)
{
	return text_of(c, "Content-Type");
}

const char *msrp_chunk_message_id(const struct msrp_chunk *c)
{
	return text_of(c, "Message-ID");
}

bool msrp_chunk_byte_range(const struct msrp_chunk *c, struct msrp_byte_range *ret_range)
{
	const struct msrp_value *value = client_chunk_value(c, "Byte-Range");

	if (!ret_range)
		return false;
	if (value)
		*ret_range = value->byte_range;
	return value != NULL;
}

bool msrp_chunk_status(const struct msrp_chunk *c, unsigned *ret_code, const char **ret_comment)
{
	const struct msrp_value *value = client_chunk_value(c, "Status");

	if (!value || !ret_code)
		return false;
	*ret_code = value->status.code;
	if (ret_comment)
		*ret_comment = value->status.comment;
	return true;
}

enum msrp_failures msrp_chunk_failure_report(const struct msrp_chunk *c)
{
	const char *wish = text_of(c, "Failure-Report");

	if (strcmp(wish, "no") == 0)
		return MSRP_FAILURES_NO;
	return strcmp(wish, "partial") == 0 ? MSRP_FAILURES_PARTIAL : MSRP_FAILURES_YES;
}

bool msrp_chunk_success_report(const struct msrp_chunk *c)
{
	return strcmp(text_of(c, "Success-Report"), "yes") == 0;
}

/* ---- verifying ---- */

static int say_problem(struct msrp_chunk *c, const char **ret_problem, const char *name,
		       const char *what)
{
	snprintf(c->problem, sizeof(c->problem), "%s%s", name, what);
	*ret_problem = c->problem;
	return -EINVAL;
}

/* Another of several challenges in one response, one per algorithm (RFC 8760). */
static bool is_second(const struct msrp_chunk *c, size_t at)
{
	const struct msrp_header *header = c->header[at];

	return header->slices.id != MSRP_H_UNKNOWN &&
	       header->slices.id != MSRP_H_WWW_AUTHENTICATE &&
	       msrp_chunk_header(c, msrp_header_name(header)) != header;
}

int msrp_chunk_verify_headers(struct msrp_chunk *c, const char **ret_problem)
{
	if (!c || !ret_problem)
		return -EINVAL;
	if (!msrp_chunk_header(c, "To-Path"))
		return say_problem(c, ret_problem, "To-Path", " is missing");
	if (!msrp_chunk_header(c, "From-Path"))
		return say_problem(c, ret_problem, "From-Path", " is missing");
	for (size_t i = 0; i < c->n_headers; i++) {
		const char *name = msrp_header_name(c->header[i]);

		if (!msrp_header_decoded(c->header[i]))
			return say_problem(c, ret_problem, name, " is malformed");
		if (is_second(c, i))
			return say_problem(c, ret_problem, name, " is given twice");
	}
	if (c->data.len > 0 && !msrp_chunk_header(c, "Content-Type"))
		return say_problem(c, ret_problem, "Content-Type", " is missing");
	if (c->head_problem)
		return say_problem(c, ret_problem, c->head_problem, "");
	return 0;
}
