/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One SEND of a previous hop on its way to the next: a flow in a lane of the destination's conn,
 * and a transaction for each piece in which it leaves. It lives until the last response, and
 * what failed is reported to where it came from.
 */
#ifndef RELAY_CHUNK_H
#define RELAY_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/slice.h"
#include "msrp/flow.h"
#include "msrp/message.h"
#include "relay/account.h"
#include "relay/lists.h"
#include "relay/transaction.h"

struct relay;
struct relay_peer;
struct relay_route;

enum {
	/*
	 * Of these, for Failure-Report "partial", where silence is success: when so
	 * many later ones have gone to the same peer, one counts as received. Else who
	 * streams by that way would get no further than the bounds above in 30 s.
	 */
	RELAY_SILENT_MAX = 256,

	/* The block for a body that a chunk may keep while it waits for its response. */
	RELAY_WAITING_BLOCK = 512,

	/* Chunks kept for their next use, and how large a block each may keep. */
	RELAY_SPARE_CHUNKS = 256,
	RELAY_SPARE_BLOCK = 4096,
};

/* One SEND of a previous hop on its way to the next. */
struct relay_chunk {
	struct msrp_flow flow;
	struct relay_peer *source; /* NULL when it is gone */
	struct relay_peer *dest;
	LIST_ENTRY(relay_chunk) in_source;
	LIST_ENTRY(relay_chunk) in_dest;
	struct relay_entry entry;
	enum msrp_failure_report failure_report;
	bool in_conn; /* the flow is the conn's */
	bool coming;  /* its source is still sending it */
	struct relay_transaction_list transactions;
	struct relay_transaction first; /* most chunks need only this one */
	bool first_used;

	uint64_t failed_from; /* octets from here on have been reported as lost; UINT64_MAX: none */

	/*
	 * Parts of flow.head, for reports: the session URI of ours, the path back, the Message-ID.
	 */
	size_t own_at, own_len;
	size_t back_at, back_len;
	size_t message_id_at, message_id_len;
};

/*
 * A chunk that SOURCE begins to send along ROUTE: its new head is made, its
 * flow is open. NULL without memory.
 */
struct relay_chunk *relay_chunk_new(struct relay_peer *source, const struct msrp_message *m,
				    const struct relay_route *route);

/* More of its body has come. 0 or -ENOMEM. */
int relay_chunk_write(struct relay_chunk *chunk, const uint8_t *bytes, size_t len);

/* Its end has come. */
void relay_chunk_end(struct relay_chunk *chunk, char flag);

/* Its source was refused: the receiver sees '#', or nothing. */
void relay_chunk_abort(struct relay_chunk *chunk);

/* The next hop has answered one of its pieces. */
void relay_chunk_answered(struct relay_transaction *t, unsigned status, struct slice comment);

/* It has not, for 30 s (RFC 4976 6.4.1). */
void relay_chunk_timed_out(struct relay_transaction *t);

/*
 * No more will be done for PEER, which is still there: reports what has not reached
 * it, and cuts off what is on its way.
 */
void relay_chunk_give_up(struct relay_peer *peer, const char *why);

/* PEER is gone: reports what did not reach it, and forgets it as a source. */
void relay_chunk_forget(struct relay_peer *peer, const char *why);

/* Frees the chunks that were kept for their next use. */
void relay_chunk_free_spares(struct relay *relay);

#endif
