/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/trace.h"

#include <stdlib.h>

#include "msrp/result.h"

static void add(struct support_trace *trace, const char *text)
{
	buf_add_slice(&trace->text, slice_from(text));
}

static void add_hex(struct support_trace *trace, uint8_t byte)
{
	static const char digits[] = "0123456789abcdef";

	buf_add_char(&trace->text, '\\');
	buf_add_char(&trace->text, digits[byte >> 4]);
	buf_add_char(&trace->text, digits[byte & 15]);
}

static void add_escaped(struct support_trace *trace, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\r')
			add(trace, "\\r");
		else if (bytes[i] == '\n')
			add(trace, "\\n");
		else if (bytes[i] < 0x20 || bytes[i] > 0x7e || bytes[i] == '\\')
			add_hex(trace, bytes[i]);
		else
			buf_add_char(&trace->text, (char)bytes[i]);
	}
}

static void add_line(struct support_trace *trace, const char *what, struct slice text)
{
	add(trace, what);
	add_escaped(trace, (const uint8_t *)text.p, text.len);
	add(trace, "\n");
}

static void add_start(struct support_trace *trace, const struct msrp_message *m)
{
	if (m->is_request) {
		buf_add_slice(&trace->text, m->method_name);
	} else {
		buf_add_u64(&trace->text, m->status);
		add(trace, m->comment.len > 0 ? " " : "");
		add_escaped(trace, (const uint8_t *)m->comment.p, m->comment.len);
	}
	add_line(trace, " ", m->id);
}

static int on_head(void *arg, const struct msrp_message *m)
{
	struct support_trace *trace = arg;

	add_start(trace, m);
	add_line(trace, "to ", m->to.text);
	add_line(trace, "from ", m->from.text);
	for (size_t i = 0; i < m->n_headers; i++)
		add_line(trace, "", m->header[i].line);
	if (m->problem)
		add_line(trace, "problem: ", slice_from(m->problem));
	if (m->has_body)
		add(trace, "body ");
	trace->in_body = m->has_body;
	return 0;
}

static int on_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct support_trace *trace = arg;

	if (!trace->in_body || len == 0)
		abort();
	add_escaped(trace, bytes, len);
	return 0;
}

static int on_end(void *arg, char flag)
{
	struct support_trace *trace = arg;

	add(trace, trace->in_body ? "\n" : "");
	trace->in_body = false;
	add_line(trace, "end ", slice_make(&flag, 1));
	return 0;
}

static int on_unreadable(void *arg, const char *problem)
{
	add_line(arg, "unreadable: ", slice_from(problem));
	return 0;
}

static const struct msrp_parser_user user = {
	.head = on_head,
	.body = on_body,
	.end = on_end,
	.unreadable = on_unreadable,
};

void support_trace_init(struct support_trace *trace)
{
	*trace = (struct support_trace){ 0 };
	msrp_parser_init(&trace->parser, &user, trace);
}

void support_trace_done(struct support_trace *trace)
{
	msrp_parser_done(&trace->parser);
	buf_done(&trace->text);
}

void support_trace_feed(struct support_trace *trace, const uint8_t *in, size_t len)
{
	if (trace->result == 0)
		trace->result = msrp_parser_feed(&trace->parser, in, len);
}

static void add_result(struct support_trace *trace)
{
	if (trace->in_body)
		add(trace, "\n");
	if (trace->result == 0) {
		add(trace, msrp_parser_is_idle(&trace->parser) ? "idle\n" : "unfinished\n");
	} else if (trace->result == MSRP_BAD || trace->result == MSRP_TOO_LONG) {
		add(trace, trace->result == MSRP_BAD ? "bad: " : "too long: ");
		add_line(trace, "", slice_from(trace->parser.problem));
	} else {
		add(trace, "error: ");
		buf_add_u64(&trace->text, (uint64_t)llabs(trace->result));
		add(trace, "\n");
	}
}

const char *support_trace_finish(struct support_trace *trace)
{
	add_result(trace);
	buf_add_char(&trace->text, '\0');
	if (buf_failed(&trace->text))
		abort();
	return (const char *)buf_data(&trace->text);
}
