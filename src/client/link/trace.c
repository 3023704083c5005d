/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The traffic of a link, for the logger of a program: heads without credentials, bodies in pieces,
 * and output only once it has been sent.
 */
#include "client/link/trace.h"

#include <stdio.h>
#include <stdlib.h>

#include "client/message/chunk.h"
#include "msrp/tap.h"
#include "msrp/writer.h"

/* ---- heads ---- */

/* A log must not teach its readers how to authenticate. */
static void hide_credentials(struct msrp_message *m)
{
	static const char *const hidden[MSRP_H_COUNT] = {
		[MSRP_H_AUTHORIZATION] = "Authorization: ...",
		[MSRP_H_WWW_AUTHENTICATE] = "WWW-Authenticate: ...",
		[MSRP_H_AUTHENTICATION_INFO] = "Authentication-Info: ...",
	};

	for (size_t i = 0; i < m->n_headers; i++)
		if (msrp_header_is_credential(m->header[i].id))
			m->header[i].line = slice_from(hidden[m->header[i].id]);
}

static void write_traced_head(const struct msrp_message *m, struct buf *out)
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
static void log_traced_head(struct client_trace *trace, const struct msrp_message *m)
{
	struct msrp_message shown = *m;
	struct msrp_chunk *chunk = NULL;
	struct buf head = { 0 };

	hide_credentials(&shown);
	write_traced_head(&shown, &head);
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
		log_traced_head(trace, m);
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
	struct msrp_tap tap;
};

static int on_traced_head(void *arg, const struct msrp_message *m)
{
	struct client_sent_trace *sent = arg;

	client_trace_head(&sent->trace, m);
	return 0;
}

static int on_traced_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct client_sent_trace *sent = arg;

	client_trace_body(&sent->trace, bytes, len);
	return 0;
}

static int on_traced_end(void *arg, char flag)
{
	struct client_sent_trace *sent = arg;

	client_trace_end(&sent->trace, flag);
	return 0;
}

static const struct msrp_parser_user parser_user = {
	.head = on_traced_head,
	.body = on_traced_body,
	.end = on_traced_end,
};

struct client_sent_trace *client_sent_trace_new(const struct client_trace *trace,
						struct msrp_conn *conn)
{
	struct client_sent_trace *sent = calloc(1, sizeof(*sent));

	if (!sent)
		return NULL;
	sent->trace = *trace;
	msrp_tap_init(&sent->tap, conn, &parser_user, sent);
	return sent;
}

void client_sent_trace_sent(struct client_sent_trace *sent, size_t len)
{
	msrp_tap_sent(&sent->tap, len);
}

void client_sent_trace_free(struct client_sent_trace *sent)
{
	if (sent)
		msrp_tap_done(&sent->tap);
	free(sent);
}
