/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a relay counts: what it has at present, and what has happened since it began.
 */
#ifndef RELAY_COUNTERS_H
#define RELAY_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "msrp/message.h"

struct relay;

struct relay_totals {
	size_t peers;
	size_t sessions;
	size_t calls;
	size_t legs;
	size_t transactions;
	size_t chunks; /* on their way, or waiting for an answer */
};

void relay_count(const struct relay *relay, struct relay_totals *ret_totals);

enum {
	RELAY_METHODS = MSRP_OTHER + 1,
	RELAY_CLASSES = 6, /* of responses: by their first digit, or 0 for a strange one */
};

/* What has happened since the relay began. Nothing but numbers of 64 bits. */
struct relay_counters {
	uint64_t bytes_received; /* on all connections */
	uint64_t bytes_sent;
	uint64_t body_bytes; /* of SEND requests that were taken */
	uint64_t requests[RELAY_METHODS];
	uint64_t chunks_sent;	 /* SEND requests to next hops */
	uint64_t reports_sent;	 /* of our own */
	uint64_t calls;		 /* that the anchor has begun */
	uint64_t anchored_bytes; /* of body_bytes, those between the parties of calls */
	uint64_t responses_received[RELAY_CLASSES];
	uint64_t responses_sent[RELAY_CLASSES];
};

const struct relay_counters *relay_counters(const struct relay *relay);

#endif
