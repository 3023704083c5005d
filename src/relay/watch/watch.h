/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notes what shows whether a connection is stuck: a head or a chunk that does not continue, output
 * that nobody takes, or nothing to do at all. Each open peer has one place in a heap, for the time
 * of its next check. An event on a connection only notes the time; the heap is touched when
 * something is due before the next check, which happens once per time limit and not once per
 * packet.
 */
#ifndef RELAY_WATCH_WATCH_H
#define RELAY_WATCH_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/heap.h"

struct relay_peer;

enum {
	/*
	 * For a head from its first byte to its last. 16 KiB take two seconds on
	 * the slowest line; a peer that takes longer holds a connection for nothing.
	 */
	RELAY_HEAD_MS = 30 * 1000,

	/*
	 * Without a byte in the middle of a chunk, while we want to read: a phone between two
	 * networks is back sooner, and the receiver must not hold half a message for ever. Between
	 * chunks there is no such limit.
	 */
	RELAY_SILENCE_MS = 60 * 1000,
	RELAY_HOP_SILENCE_MS = 5 * 60 * 1000,

	/*
	 * Without a byte of its output being taken. TCP slows the sender down, for minutes if
	 * necessary (RFC 4975 7.1); but up to 256 KiB here and the connections of the senders wait
	 * for a receiver that may be gone.
	 */
	RELAY_STALL_MS = 5 * 60 * 1000,

	/* RFC 4976 6.5: a connection that was unused for this long may be closed. */
	RELAY_IDLE_MS = 60 * 60 * 1000,

	/*
	 * A connection that had calls, and has none any more: the client may use it for its next
	 * call (RFC 4975 5.4), and otherwise should close it, which not all of them do.
	 */
	RELAY_SERVED_MS = 60 * 1000,
};

/* Tells whether a connection is stuck. */
struct relay_watch {
	struct heap_node look; /* time of the next check; in no heap: none */
	uint64_t in_ms;	       /* when bytes last came, or reading resumed */
	uint64_t out_ms;       /* when bytes were last taken, or the first began to wait */
	uint64_t head_ms;      /* when the incomplete head began; 0: none */
	bool has_output;
};

/* PEER is open. Returns 0 or -ENOMEM. */
int relay_watch_start(struct relay_peer *peer);

/* Nothing ends it any more. May be called at any time. */
void relay_watch_stop(struct relay_peer *peer);

/* Bytes have come and were parsed. */
void relay_watch_heard(struct relay_peer *peer);

/* A head is complete. */
void relay_watch_head_done(struct relay_peer *peer);

/* We had stopped reading it for our own reasons, and have resumed: its time begins anew. */
void relay_watch_resumed(struct relay_peer *peer);

/* There may be output. */
void relay_watch_kicked(struct relay_peer *peer);

/* There is none left. */
void relay_watch_drained(struct relay_peer *peer);

/* Some of it was taken. */
void relay_watch_sent(struct relay_peer *peer);

/* No call uses it any more. */
void relay_watch_served(struct relay_peer *peer);

/* Is a chunk, or a head, incomplete? */
bool relay_watch_is_in_body(const struct relay_peer *peer);
bool relay_watch_is_in_head(const struct relay_peer *peer);

/* When more of a chunk has to come. */
uint64_t relay_watch_silence_ends(const struct relay_peer *peer);

/* When bytes last came or went. */
uint64_t relay_watch_last_ms(const struct relay_peer *peer);

#endif
