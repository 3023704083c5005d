/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A forwarded request that awaits its response: a piece of a chunk, or a request of another method.
 * It is found by its transaction id, and times out after 30 s.
 */
#ifndef RELAY_TRANSACTION_H
#define RELAY_TRANSACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/list.h"
#include "msrp/flow.h"
#include "msrp/ident.h"
#include "msrp/transaction.h"
#include "relay/flow/account.h"

struct relay_chunk;
struct relay_peer;

struct relay_transaction {
	struct msrp_transaction wait;
	struct relay_peer *dest;

	/* For a SEND. */
	struct relay_chunk *chunk; /* NULL: another method */
	LIST_ENTRY(relay_transaction) in_chunk;
	TAILQ_ENTRY(relay_transaction) in_silent; /* of dest */
	struct msrp_piece piece;
	bool late;     /* and its dest was told so */
	bool written;  /* its last byte has left */
	bool answered; /* even before that */

	/* For another method: the peer to answer. */
	LIST_ENTRY(relay_transaction) in_dest;
	struct relay_peer *source; /* NULL once it is gone */
	LIST_ENTRY(relay_transaction) in_source;
	char source_id[MSRP_IDENT_MAX];
	size_t source_id_len;
	bool has_credentials; /* an AUTH whose refusal is a failure */
	bool is_knock;	      /* our own: see party/knock.h */
	struct buf reply;     /* the headers of our own answer, in case none comes */
	size_t paths_len;     /* paths are replaced by these first octets of it; 0: shifted */
	struct relay_entry entry;
};

#endif
