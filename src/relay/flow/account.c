/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts what requests under way occupy, for both of their ends, from when a request is forwarded
 * until it is answered or given up. Stops reading from peers that have too much under way.
 */
#include "relay/flow/account.h"

#include "relay/flow/wait.h"
#include "relay/peer.h"
#include "relay/watch/watch.h"

/* How many times the limit of one answering peer a source may have under way. */
static size_t share_of(const struct relay_peer *source)
{
	return source->hop ? RELAY_HOP_SHARE : RELAY_CLIENT_SHARE;
}

/* Stops reading SOURCE when it has its share under way. */
static void note_more(struct relay_peer *source)
{
	size_t share = share_of(source);

	/* A sibling charges what it sends us to its own peer. */
	if (!source->sibling && (source->sent.n >= share * RELAY_TRANSACTIONS_MAX ||
				 source->sent.bytes >= share * RELAY_KEPT_MAX))
		source->is_overdrawn = true;
}

/* Reads it again when half of that is done. */
static void note_less(struct relay_peer *source)
{
	size_t share = share_of(source);

	if (!source->is_overdrawn || source->sent.n > share * RELAY_TRANSACTIONS_LOW ||
	    source->sent.bytes > share * RELAY_KEPT_LOW)
		return;
	source->is_overdrawn = false;
	relay_watch_resumed(source);
	relay_peer_kick(source);
}

void relay_account_open(struct relay_entry *entry, struct relay_peer *source,
			struct relay_peer *dest, size_t bytes, bool end_to_end)
{
	entry->bytes = bytes;
	entry->at_dest = !end_to_end || !dest->hop;
	if (entry->at_dest) {
		dest->owes.n++;
		dest->owes.bytes += bytes;
	}
	source->sent.n++;
	source->sent.bytes += bytes;
	note_more(source);
}

void relay_account_close(struct relay_entry *entry, struct relay_peer *source,
			 struct relay_peer *dest)
{
	if (entry->at_dest) {
		dest->owes.n--;
		dest->owes.bytes -= entry->bytes;
	}
	if (source) {
		source->sent.n--;
		source->sent.bytes -= entry->bytes;
		note_less(source);
	}
	relay_peer_wake(dest);
}
