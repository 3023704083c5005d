/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/link/trace.h"

#include <stdio.h>
#include <stdlib.h>

#include "client/message/chunk.h"
#include "msrp/writer.h"

/* ---- heads ---- */

/* Whoever reads a log must not learn from it how to authenticate. */
static void hide_credentials(struct msrp_message *m)
{
	for (size_t i = 0; i < m->n_headers; i++) {
		struct slice *line = &m->header[i].line;

		switch (m->header[i].id) {
		case MSRP_H_AUTHORIZATION:
			*line = SLICE("Authorization: ...");
			break;
		case MSRP_H_WWW_AUTHENTICATE:
			*line = SLICE("WWW-Authenticate: ...");
			break;
		case MSRP_H_AUTHENTICATION_INFO:
			*line = SLICE("Authentication-Info: ...");
			break;
		default:
			break;
		}
	}
}

static void write_head(const struct msrp_message *m, struct buf *out)
{
	if (m->is_request)
		msrp_write_request(out, m->id, m->method_name);
	else
		msrp_write_response(out, m->id, m->status, m->comment);
	msrp_write_header(out, MSRP_H_TO_PATH, m->to.text);
	msrp_write_header(out, MSRP_H_FROM_PATH, m->from.text);
	for (size_t i = 0; i < m->n_headers; i++)
		msrp_write_line(out, m->header[i].line);
	if (m->has_body)
		msrp_write_body_start(out);
}

/* Without memory the log has a gap. */
static void tell_head(struct client_trace *trace, const struct msrp_message *m)
{
	struct msrp_message shown = *m;
	struct msrp_chunk *chunk = NULL;
	struct buf head = { 0 };

	hide_credentials(&shown);
	write_head(&shown, &head);
	if (!buf_failed(&head) && client_chunk_from_head(&shown, &chunk) == 0)
		trace->new_chunk(trace->logger->arg, trace->source, chunk, buf_data(&head),
				 head.len);
	msrp_chunk_free(chunk);
	buf_done(&head);
}

/* ---- a direction ---- */

void client_trace_init_received(struct client_trace *trace, const struct msrp_logger *logger,
				const struct msrp_log_source *source)
{
	*trace = (struct client_trace){
		.logger = logger,
		.source = source,
		.new_chunk = logger->received_new_chunk,
		.data = logger->received_chunk_data,
		.end = logger->received_chunk_end,
	};
}

void client_trace_init_sent(struct client_trace *trace, const struct msrp_logger *logger,
			    const struct msrp_log_source *source)
{
	*trace = (struct client_trace){
		.logger = logger,
		.source = source,
		.new_chunk = logger->sent_new_chunk,
		.data = logger->sent_chunk_data,
		.end = logger->sent_chunk_end,
	};
}

void client_trace_head(struct client_trace *trace, const struct msrp_message *m)
{
	if (!client_trace_is_open(trace))
		return;
	memcpy(trace->id, m->id.p, m->id.len);
	trace->id[m->id.len] = '\0';
	if (trace->new_chunk)
		tell_head(trace, m);
}

void client_trace_body(struct client_trace *trace, const uint8_t *bytes, size_t len)
{
	if (trace->data)
		trace->data(trace->logger->arg, trace->source, trace->id, bytes, len);
}

void client_trace_end(struct client_trace *trace, char flag)
{
	char line[MSRP_END_LINE_MAX + 1];
	int len;

	if (!trace->end)
		return;
	len = snprintf(line, sizeof(line), "-------%s%c\r\n", trace->id, flag);
	trace->end(trace->logger->arg, trace->source, trace->id, (const uint8_t *)line,
		   (size_t)len);
}

/* ---- what is sent ---- */

struct client_sent_trace {
	struct client_trace trace;
	struct msrp_parser parser;
};

static int on_head(void *arg, const struct msrp_message *m)
{
	struct client_sent_trace *sent = arg;

	client_trace_head(&sent->trace, m);
	return 0;
}

static int on_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct client_sent_trace *sent = arg;

	client_trace_body(&sent->trace, bytes, len);
	return 0;
}

static int on_end(void *arg, char flag)
{
	struct client_sent_trace *sent = arg;

	client_trace_end(&sent->trace, flag);
	return 0;
}

static const struct msrp_parser_user parser_user = {
	.head = on_head,
	.body = on_body,
	.end = on_end,
};

struct client_sent_trace *client_sent_trace_new(const struct client_trace *trace)
{
	struct client_sent_trace *sent = calloc(1, sizeof(*sent));

	if (!sent)
		return NULL;
	sent->trace = *trace;
	msrp_parser_init(&sent->parser, &parser_user, sent);
	return sent;
}

/* Who writes what is no MSRP has no log of it, from there on: the parser is dead then. */
void client_sent_trace_feed(struct client_sent_trace *sent, const uint8_t *bytes, size_t len)
{
	msrp_parser_feed(&sent->parser, bytes, len);
}

void client_sent_trace_free(struct client_sent_trace *sent)
{
	if (sent)
		msrp_parser_done(&sent->parser);
	free(sent);
}
