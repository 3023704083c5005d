/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One SEND of a previous hop on its way to the next: a flow in a lane of the destination's conn,
 * and a transaction for each piece in which it leaves. It lives until the last response, and
 * failures are reported to its source.
 */
#ifndef RELAY_CHUNK_H
#define RELAY_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/list.h"
#include "msrp/flow.h"
#include "msrp/message.h"
#include "relay/flow/account.h"
#include "relay/lists.h"
#include "relay/transaction.h"

struct relay_peer;
struct relay_route;

/* One SEND of a previous hop on its way to the next. */
struct relay_chunk {
	struct msrp_flow flow;
	struct relay_peer *source; /* NULL once it is gone */
	struct relay_peer *dest;
	LIST_ENTRY(relay_chunk) in_source;
	LIST_ENTRY(relay_chunk) in_dest;
	struct relay_entry entry;
	enum msrp_failure_report failure_report;
	bool in_conn; /* the conn has the flow */
	bool coming;  /* its source is still sending it */
	struct relay_transaction_list transactions;
	struct relay_transaction first; /* most chunks need only this one */
	bool first_used;

	uint64_t failed_from; /* octets from here on have been reported as lost; UINT64_MAX: none */

	/*
	 * Parts of flow.head, for reports: the session URI of ours, the path back, the Message-ID.
	 * Between legs the head does not have the first two, and they are in BACK.
	 */
	struct buf back;
	size_t own_at, own_len;
	size_t back_at, back_len;
	size_t message_id_at, message_id_len;
};

/*
 * A chunk that SOURCE begins to send along ROUTE: makes its new head and opens its flow. NULL
 * without memory.
 */
struct relay_chunk *relay_chunk_new(struct relay_peer *source, const struct msrp_message *m,
				    const struct relay_route *route);

/* More of its body has come. Returns 0 or -ENOMEM. */
int relay_chunk_write(struct relay_chunk *chunk, const uint8_t *bytes, size_t len);

/* Its end has come. */
void relay_chunk_end(struct relay_chunk *chunk, char flag);

/* Its source was refused: the receiver sees '#', or nothing. */
void relay_chunk_abort(struct relay_chunk *chunk);

#endif
