/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The memory for requests under way, of every method, in number and in bytes. Both ends are
 * charged. A peer that owes many answers gets no more requests, and those that send to it are not
 * read; the debts of another relay's clients do not count there, or one of them would hold up all
 * others behind it. A peer that has much of its own under way is not read either, wherever that
 * goes.
 */
#ifndef RELAY_FLOW_ACCOUNT_H
#define RELAY_FLOW_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

struct relay_peer;

enum {
	/*
	 * Requests sent to one peer and not answered yet; at 2048 octets for each chunk, 2
	 * MiB may be in flight, which fills a line of 160 Mbit/s and 100 ms.
	 */
	RELAY_TRANSACTIONS_MAX = 1024,
	RELAY_TRANSACTIONS_LOW = 512,

	/*
	 * The bytes that these may occupy: 1.3 KB for a usual chunk, and more the longer its head
	 * is.
	 */
	RELAY_KEPT_MAX = 1536 * 1024,
	RELAY_KEPT_LOW = RELAY_KEPT_MAX / 2,

	/*
	 * The multiple of this that one peer may have under way to all others together; more for
	 * another relay, which sends for many.
	 */
	RELAY_CLIENT_SHARE = 2,
	RELAY_HOP_SHARE = 16,
};

/* The requests under way, and what each occupies: see relay/flow/account.h. */
struct relay_account {
	size_t n;
	size_t bytes;
};

struct relay_entry {
	size_t bytes;
	bool at_dest; /* it counts there, too */
};

/*
 * A request that occupies BYTES is under way from SOURCE to DEST, which owes an answer to it;
 * END_TO_END: if it is a relay, only the clients behind it can answer.
 */
void relay_account_open(struct relay_entry *entry, struct relay_peer *source,
			struct relay_peer *dest, size_t bytes, bool end_to_end);

/* It is over; SOURCE may be NULL if that is gone. May wake peers that wait for DEST. */
void relay_account_close(struct relay_entry *entry, struct relay_peer *source,
			 struct relay_peer *dest);

#endif
