/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_TRACE_H
#define CLIENT_TRACE_H

#include "client/link.h"

/* Tell the logger, when there is one, of heads that come and go. Credentials are left out. */
void client_trace_received(const struct client_link *link, const struct msrp_message *m);

/* MESSAGE is whole and has no body. */
void client_trace_sent(const struct client_link *link, struct slice message);

/* A piece of a flow begins. */
void client_trace_flow(const struct client_link *link, const struct msrp_flow *flow,
		       const char *id);

#endif
