/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The octets of a message that have come, in whatever order: for incoming messages, and for reports
 * on outgoing ones.
 */
#ifndef CLIENT_SESSION_COVERAGE_H
#define CLIENT_SESSION_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* Spans of one message: chunks overtake each other now and then, not a thousand times. */
	CLIENT_COVERAGE_MAX = 1024,
};

struct client_span {
	uint64_t from;
	uint64_t to; /* the first octet after it */
};

/* A set of octets of one message. A zeroed struct is empty and owns nothing. */
struct client_coverage {
	struct client_span *span; /* in order, not touching each other */
	size_t n;
	size_t size;
	uint64_t covered; /* octets, each counted once */
};

/* Adds octets FROM up to TO, exclusive. Returns 0; -ENOMEM; or -E2BIG beyond the limit. */
int client_coverage_add(struct client_coverage *c, uint64_t from, uint64_t to);

/* Does it have octets 0 up to TOTAL, exclusive, and none beyond? */
bool client_coverage_is_whole(const struct client_coverage *c, uint64_t total);

void client_coverage_done(struct client_coverage *c);

#endif
