/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RFC 4975 section 9 for the start line and the headers that framing, routing and reports depend
 * on. All other headers pass unparsed.
 */
#include "msrp/head.h"

#include <assert.h>

#include "base/ascii.h"
#include "msrp/ident.h"
#include "msrp/result.h"

static struct slice trim_end(struct slice text)
{
	while (text.len > 0 && text.p[text.len - 1] == ' ')
		text.len--;
	return text;
}

static bool is_method(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!ascii_is_upper(text.p[i]))
			return false;
	}
	return text.len > 0;
}

static enum msrp_method find_method(struct slice name)
{
	if (slice_equal(name, SLICE("SEND")))
		return MSRP_SEND;
	if (slice_equal(name, SLICE("REPORT")))
		return MSRP_REPORT;
	return slice_equal(name, SLICE("AUTH")) ? MSRP_AUTH : MSRP_OTHER;
}

/*
 * status-code [SP comment]. 000 is not a status: some would take it for "no error" and others for
 * "a request".
 */
static bool parse_status(struct slice text, struct msrp_message *m)
{
	uint64_t code;

	if (text.len < 3 || !slice_to_u64(slice_first(text, 3), &code) || code == 0)
		return false;
	if (text.len > 3 && text.p[3] != ' ')
		return false;
	m->status = (unsigned)code;
	m->comment = slice_skip(text, text.len > 3 ? 4 : 3);
	return true;
}

bool msrp_head_find_id(struct slice start_line, struct slice *ret_id)
{
	struct slice rest;
	size_t space;

	if (!slice_starts_with(start_line, SLICE("MSRP ")))
		return false;
	rest = slice_skip(start_line, 5);
	space = slice_find(rest, ' ');
	*ret_id = slice_first(rest, space);
	return space < rest.len && space > 0 && space <= MSRP_FRAME_ID_MAX &&
	       !msrp_has_control(*ret_id);
}

int msrp_head_parse_start(struct slice line, struct msrp_message *m, const char **ret_problem)
{
	struct slice rest;

	*ret_problem = "the start line is not one";
	if (!msrp_head_find_id(line, &m->id))
		return MSRP_BAD;
	*ret_problem = "the transaction id is malformed";
	if (!msrp_ident_valid(m->id))
		return MSRP_BAD;
	rest = slice_skip(line, 5 + m->id.len + 1);

	*ret_problem = "the start line has neither a method nor a status";
	m->is_request = is_method(trim_end(rest));
	if (m->is_request)
		rest = trim_end(rest);
	m->method_name = m->is_request ? rest : slice_first(rest, 0);
	m->method = find_method(m->method_name);
	m->status = 0;
	m->comment = slice_first(rest, 0);
	if (!m->is_request && !parse_status(rest, m))
		return MSRP_BAD;

	m->n_headers = 0;
	m->message_id = slice_from(NULL);
	m->content_type = slice_from(NULL);
	m->failure_report = MSRP_FAILURE_YES;
	m->success_report = false;
	m->has_range = false;
	m->range = (struct msrp_range){ 1, MSRP_RANGE_UNKNOWN, MSRP_RANGE_UNKNOWN };
	m->problem = msrp_has_control(m->comment) ? "the comment has a control character" : NULL;
	return 0;
}

/* The complaints about a path. */
struct path_words {
	const char *name;
	const char *missing;
	const char *malformed;
	const char *too_long;
};

static const struct path_words to_words = {
	"To-Path",
	"To-Path is not the second line",
	"To-Path has a malformed URI",
	"To-Path has more than 64 URIs",
};
static const struct path_words from_words = {
	"From-Path",
	"From-Path is not the third line",
	"From-Path has a malformed URI",
	"From-Path has more than 64 URIs",
};
static_assert(MSRP_PATH_MAX == 64, "the words above say so");

/* The first URIs are enough to answer one that is too long. */
static int parse_path(struct slice line, const struct path_words *words, struct msrp_message *m,
		      struct msrp_path_slices *ret_path, const char **ret_problem)
{
	struct msrp_header_slices h;
	int err;

	*ret_problem = words->missing;
	if (!msrp_header_split(line, &h) || !slice_equal_nocase(h.name, slice_from(words->name)))
		return MSRP_BAD;
	*ret_problem = words->malformed;
	err = msrp_path_parse(h.value, ret_path);
	if (err == MSRP_TOO_LONG)
		m->problem = words->too_long;
	return err == MSRP_BAD ? err : 0;
}

int msrp_head_parse_paths(struct slice to_line, struct slice from_line, struct msrp_message *m,
			  const char **ret_problem)
{
	int err = parse_path(to_line, &to_words, m, &m->to, ret_problem);

	if (!err)
		err = parse_path(from_line, &from_words, m, &m->from, ret_problem);
	return err;
}

static void read_message_id(struct msrp_message *m, struct slice value)
{
	if (value.len == 0 || slice_find(value, ' ') != value.len)
		m->problem = "Message-ID is malformed";
	else
		m->message_id = value;
}

static void read_success_report(struct msrp_message *m, struct slice value)
{
	m->success_report = slice_equal_nocase(value, SLICE("yes"));
	if (!m->success_report && !slice_equal_nocase(value, SLICE("no")))
		m->problem = "Success-Report is neither yes nor no";
}

static void read_failure_report(struct msrp_message *m, struct slice value)
{
	if (slice_equal_nocase(value, SLICE("no")))
		m->failure_report = MSRP_FAILURE_NO;
	else if (slice_equal_nocase(value, SLICE("partial")))
		m->failure_report = MSRP_FAILURE_PARTIAL;
	else if (!slice_equal_nocase(value, SLICE("yes")))
		m->problem = "Failure-Report is neither yes, no nor partial";
}

static void read_range(struct msrp_message *m, struct slice value)
{
	m->has_range = msrp_range_parse(value, &m->range) == 0;
	if (!m->has_range)
		m->problem = "Byte-Range is malformed";
}

static void read_value(struct msrp_message *m, const struct msrp_header_slices *h)
{
	switch (h->id) {
	case MSRP_H_MESSAGE_ID:
		read_message_id(m, h->value);
		break;
	case MSRP_H_SUCCESS_REPORT:
		read_success_report(m, h->value);
		break;
	case MSRP_H_FAILURE_REPORT:
		read_failure_report(m, h->value);
		break;
	case MSRP_H_BYTE_RANGE:
		read_range(m, h->value);
		break;
	case MSRP_H_CONTENT_TYPE:
		m->content_type = h->value;
		break;
	default:
		break;
	}
}

/* If one of these had two values, two hops could act on different ones. */
static bool must_be_single(enum msrp_header_id id)
{
	return id != MSRP_H_UNKNOWN && id != MSRP_H_WWW_AUTHENTICATE;
}

void msrp_head_add_header(struct msrp_message *m, struct slice line)
{
	struct msrp_header_slices *h = &m->header[m->n_headers];

	if (!msrp_header_split(line, h)) {
		m->problem = "a header line is malformed";
		return;
	}
	if (msrp_has_control(h->value)) {
		m->problem = "a header has a control character";
		return;
	}
	if (h->id == MSRP_H_TO_PATH || h->id == MSRP_H_FROM_PATH ||
	    (must_be_single(h->id) && msrp_message_find(m, h->id))) {
		m->problem = "a header is given twice";
		return;
	}
	read_value(m, h);
	m->n_headers++;
}

void msrp_head_finish(struct msrp_message *m)
{
	if (m->is_request && m->method == MSRP_SEND && m->message_id.len == 0 && !m->problem)
		m->problem = "SEND without Message-ID";
	if (m->is_request && m->method == MSRP_REPORT && !m->problem) {
		if (!msrp_message_find(m, MSRP_H_STATUS))
			m->problem = "REPORT without Status";
	}
}
