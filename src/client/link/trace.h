/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two directions of a link as a logger sees them. Does nothing without a logger.
 */
#ifndef CLIENT_LINK_TRACE_H
#define CLIENT_LINK_TRACE_H

#include "client/msrp/link.h"
#include "msrp/conn.h"

/* One direction of a connection: the functions to call, and the message whose body is passing. */
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

/* Does anybody listen? */
static inline bool client_trace_is_open(const struct client_trace *trace)
{
	return trace->new_chunk || trace->data || trace->end;
}

/* A head that was received or sent. Credentials are left out. */
void client_trace_head(struct client_trace *trace, const struct msrp_message *m);
void client_trace_body(struct client_trace *trace, const uint8_t *bytes, size_t len);
void client_trace_end(struct client_trace *trace, char flag);

/* Reports output in the order in which it is sent: see msrp/tap.h. Only for an open trace. */
struct client_sent_trace;

/* CONN outlives it. NULL without memory. */
struct client_sent_trace *client_sent_trace_new(const struct client_trace *trace,
						struct msrp_conn *conn);

/* Call instead of msrp_conn_sent(). */
void client_sent_trace_sent(struct client_sent_trace *sent, size_t len);

/* NULL is fine. */
void client_sent_trace_free(struct client_sent_trace *sent);

#endif
