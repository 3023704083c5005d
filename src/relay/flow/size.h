/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The limit of a message's size counts the bytes that really come, over all chunks of the message,
 * because Byte-Range is only a claim; and it holds for the claim, because the receiver puts the
 * message together by that.
 */
#ifndef RELAY_FLOW_SIZE_H
#define RELAY_FLOW_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct msrp_message;
struct relay_peer;

enum {
	/*
	 * Messages of one sender that are on their way in pieces, for the limit of their
	 * size: 1.5 KiB, and 24 KiB for another relay, which sends those of all its clients.
	 */
	RELAY_SIZES = 64,
	RELAY_HOP_SIZES = 1024,

	/* One of which no piece came for so long is taken for given up, and forgotten first. */
	RELAY_SIZE_IDLE_MS = 5 * 60 * 1000,
};

/* How much of one message has come; bytes is 0 where none is remembered. */
struct relay_size {
	uint64_t message; /* hash of its session and Message-ID */
	uint64_t bytes;
	uint64_t last_ms; /* when a piece of it came last */
};

/* What has come of the message of M so far; NULL when sizes are not limited, or without memory. */
struct relay_size *relay_size_find(struct relay_peer *peer, const struct msrp_message *m);

/* LEN bytes more of what PEER sends. False: that is too much. */
bool relay_size_add(struct relay_peer *peer, size_t len);

/* The message is complete. NULL is fine. */
void relay_size_remove(struct relay_size *size);

#endif
