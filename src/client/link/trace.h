/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two directions of a link as a logger sees them. Nothing is done where nobody listens.
 */
#ifndef CLIENT_LINK_TRACE_H
#define CLIENT_LINK_TRACE_H

#include "client/msrp/link.h"
#include "msrp/conn.h"

/* One direction of a connection: which functions are told of it, and what has a body now. */
struct client_trace {
	const struct msrp_logger *logger;
	const struct msrp_log_source *source;
	msrp_log_chunk_fn new_chunk;
	msrp_log_data_fn data;
	msrp_log_data_fn end;
	char id[MSRP_IDENT_MAX + 1];
};

void client_trace_init_received(struct client_trace *trace, const struct msrp_logger *logger,
				const struct msrp_log_source *source);
void client_trace_init_sent(struct client_trace *trace, const struct msrp_logger *logger,
			    const struct msrp_log_source *source);

/* Is anybody told? */
static inline bool client_trace_is_open(const struct client_trace *trace)
{
	return trace->new_chunk || trace->data || trace->end;
}

/* What has come or gone. Credentials are left out. */
void client_trace_head(struct client_trace *trace, const struct msrp_message *m);
void client_trace_body(struct client_trace *trace, const uint8_t *bytes, size_t len);
void client_trace_end(struct client_trace *trace, char flag);

/* Tells what goes out, in the order in which it goes: see msrp/tap.h. For a trace that is open. */
struct client_sent_trace;

/* On CONN, which outlives it. NULL without memory. */
struct client_sent_trace *client_sent_trace_new(const struct client_trace *trace,
						struct msrp_conn *conn);

/* To be called instead of msrp_conn_sent(). */
void client_sent_trace_sent(struct client_sent_trace *sent, size_t len);

/* NULL is fine. */
void client_sent_trace_free(struct client_sent_trace *sent);

#endif
