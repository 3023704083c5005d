/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/trace.h"

#include "msrp/writer.h"

static bool is_secret(enum msrp_header_id id)
{
	return id == MSRP_H_AUTHORIZATION || id == MSRP_H_WWW_AUTHENTICATE ||
	       id == MSRP_H_AUTHENTICATION_INFO;
}

/* What comes from the other side must not be able to command a terminal. */
static void add_clean(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		buf_add_char(out, c < 0x20 || c == 0x7f ? '?' : (char)c);
	}
}

static void add_line(struct buf *out, struct slice line)
{
	size_t colon = slice_find(line, ':');
	bool secret = is_secret(msrp_header_find_id(slice_first(line, colon)));

	if (out->len > 0)
		buf_add_char(out, '\n');
	if (secret) {
		add_clean(out, slice_first(line, colon));
		buf_add_slice(out, SLICE(": ..."));
	} else {
		add_clean(out, line);
	}
}

static void tell(const struct client_link *link, enum msrp_log_kind kind, struct buf *text)
{
	buf_add_char(text, '\0');
	if (!buf_failed(text))
		link->context->options.log(link->context->options.log_arg, kind, link->peer,
					   (const char *)buf_data(text));
	buf_done(text);
}

/* The lines of a head up to the blank one or the end-line. */
static void add_lines(struct buf *text, struct slice head)
{
	while (head.len > 0) {
		const char *cr = memmem(head.p, head.len, "\r\n", 2);
		size_t len = cr ? (size_t)(cr - head.p) : head.len;

		if (len == 0 || slice_starts_with(head, SLICE("-------")))
			break;
		add_line(text, slice_first(head, len));
		head = slice_skip(head, cr ? len + 2 : len);
	}
}

void client_trace_received(const struct client_link *link, const struct msrp_message *m)
{
	struct buf head = { 0 };
	struct buf text = { 0 };

	if (!link->context->options.log)
		return;
	if (m->is_request)
		msrp_write_request(&head, m->id, m->method_name);
	else
		msrp_write_response(&head, m->id, m->status, m->comment);
	msrp_write_header(&head, MSRP_H_TO_PATH, m->to.text);
	msrp_write_header(&head, MSRP_H_FROM_PATH, m->from.text);
	for (size_t i = 0; i < m->n_headers; i++)
		msrp_write_line(&head, m->header[i].line);
	if (!buf_failed(&head))
		add_lines(&text, buf_slice(&head));
	buf_done(&head);
	tell(link, MSRP_LOG_RECEIVED, &text);
}

void client_trace_sent(const struct client_link *link, struct slice message)
{
	struct buf text = { 0 };

	if (!link->context->options.log)
		return;
	add_lines(&text, message);
	tell(link, MSRP_LOG_SENT, &text);
}

void client_trace_flow(const struct client_link *link, const struct msrp_flow *flow, const char *id)
{
	struct buf head = { 0 };
	struct buf text = { 0 };

	if (!link->context->options.log)
		return;
	msrp_write_request(&head, slice_from(id), SLICE("SEND"));
	buf_add_slice(&head, buf_slice(&flow->head));
	if (!buf_failed(&head))
		add_lines(&text, buf_slice(&head));
	buf_done(&head);
	tell(link, MSRP_LOG_SENT, &text);
}
