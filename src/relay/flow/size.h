/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The limit of a message's size covers the bytes that actually come, over all chunks of the
 * message, because Byte-Range is only a claim; and it covers the claim, because the receiver relies
 * on it to assemble the message.
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
	 * Messages of one sender that are coming in several chunks, for the limit of their size:
	 * 1.5 KiB, and 24 KiB for another relay, which sends those of all its clients.
	 */
	RELAY_SIZES = 64,
	RELAY_HOP_SIZES = 1024,

	/* A message without a chunk for this long counts as abandoned, and is forgotten first. */
	RELAY_SIZE_IDLE_MS = 5 * 60 * 1000,
};

/* How much of one message has come; bytes is 0 in an unused entry. */
struct relay_size {
	uint64_t message; /* hash of its session and Message-ID */
	uint64_t bytes;
	uint64_t last_ms; /* when a chunk of it last came */
};

/* The count of M's message so far; NULL if sizes are not limited, or without memory. */
struct relay_size *relay_size_find(struct relay_peer *peer, const struct msrp_message *m);

/* PEER has sent LEN more bytes. False: that is too much. */
bool relay_size_add(struct relay_peer *peer, size_t len);

/* The message is complete. NULL is fine. */
void relay_size_remove(struct relay_size *size);

#endif
