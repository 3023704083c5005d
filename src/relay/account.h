/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_ACCOUNT_H
#define RELAY_ACCOUNT_H

#include "relay/internal.h"

/*
 * What is kept for requests under way, of every method, in number and in bytes. It is charged
 * to both ends:
 *
 *   - whoever is to answer gets no more when it owes much, and those who send to it are
 *     not read; but for what the clients of a relay owe, which is not to hold up others
 *     behind the same relay;
 *   - whoever has sent is not read when much of it is under way, wherever it goes.
 */

/*
 * A request that keeps BYTES is on its way from SOURCE to DEST, which owes an answer to it;
 * END_TO_END: only who is behind it, if it is a relay, can answer.
 */
void relay_account_open(struct relay_entry *entry, struct relay_peer *source,
			struct relay_peer *dest, size_t bytes, bool end_to_end);

/* It is over; SOURCE may be NULL when that is gone. May wake those who wait. */
void relay_account_close(struct relay_entry *entry, struct relay_peer *source,
			 struct relay_peer *dest);

#endif
