/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts wrong passwords by where they come from, and says when that is to be
 * heard no more for a while. An origin is an address; or, behind another relay,
 * that relay and the user, so that one client of it shuts out neither the others
 * nor the same user elsewhere. It belongs to the host, so that several relays can
 * be counted together; it has no lock of its own.
 */
#ifndef RELAY_SHARED_THROTTLE_H
#define RELAY_SHARED_THROTTLE_H

#include "base/siphash.h"
#include "relay/relay.h"

struct relay_throttle;

enum {
	/* Two megabytes, and more origins than try at passwords at a time. */
	RELAY_THROTTLE_ORIGINS = 16384,

	RELAY_THROTTLE_NAME = 96, /* bytes of an origin's name, the end included */

	/* The first pause; each one after it is twice as long, up to the last. */
	RELAY_THROTTLE_FIRST_MS = 60 * 1000,
	RELAY_THROTTLE_LONGEST_MS = 60 * 60 * 1000,

	/* In which as many wrong ones as begin a pause are forgiven, one after the other. */
	RELAY_THROTTLE_FORGIVE_MS = 60 * 60 * 1000,

	/* A relay through which somebody has come in is taken for one for so long. */
	RELAY_THROTTLE_VOUCHED_MS = 24 * 60 * 60 * 1000,
};

/*
 * For N_ORIGINS, a multiple of 8: RELAY_THROTTLE_ORIGINS where it guards anything. KEY is not to
 * be known to anybody else. NULL without memory.
 */
struct relay_throttle *relay_throttle_new(const uint8_t key[SIPHASH_KEY_LEN], size_t n_origins);
struct relay_throttle *relay_throttle_free(struct relay_throttle *throttle); /* returns NULL */

/* So many wrong ones begin a pause; 0: they are counted, and none begins. */
void relay_throttle_configure(struct relay_throttle *throttle, uint64_t failures);

/* As those of relay_host, with the address in ORIGIN. */
bool relay_throttle_may_try(struct relay_throttle *throttle, const struct relay_origin *origin,
			    uint64_t now_ms);
void relay_throttle_wrong(struct relay_throttle *throttle, const struct relay_origin *origin,
			  uint64_t now_ms, struct relay_pause *ret_pause);
uint64_t relay_throttle_right(struct relay_throttle *throttle, const struct relay_origin *origin,
			      uint64_t now_ms);
bool relay_throttle_is_vouched(struct relay_throttle *throttle, const struct relay_origin *origin,
			       uint64_t now_ms);

struct relay_throttle_view {
	const char
	    *name; /* of the origin: "192.0.2.1", "relay.example.net:2855/alice@example.com" */
	uint64_t ends_ms; /* of the pause, from now */
	uint64_t refused; /* in it */
};

/*
 * The next origin at or behind *AT, which is 0 at first and moves on, that has a pause. False:
 * there is none.
 */
bool relay_throttle_next(const struct relay_throttle *throttle, uint64_t now_ms, size_t *at,
			 struct relay_throttle_view *ret_view);

struct relay_throttle_counts {
	uint64_t paused;  /* origins that are, at present */
	uint64_t refused; /* ever */
};

void relay_throttle_count(const struct relay_throttle *throttle,
			  struct relay_throttle_counts *ret_counts);

/*
 * Ends the pause of the origin called NAME, or all when that is empty, and forgets
 * that there were others before. False: there was none.
 */
bool relay_throttle_lift(struct relay_throttle *throttle, struct slice name, uint64_t now_ms);

/*
 * The next pause, as for relay_throttle_next(), that is over and was not told yet; no other one
 * of the same origin begins before it is.
 */
bool relay_throttle_end(struct relay_throttle *throttle, uint64_t now_ms, size_t *at,
			struct relay_throttle_view *ret_view);

#endif
