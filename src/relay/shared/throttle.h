/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts wrong passwords by origin, and pauses the AUTH requests of an origin that has too many. An
 * origin is an address; or, behind another relay, that relay and the user, so that one client of it
 * shuts out neither the others nor the same user elsewhere. It belongs to the host, so that several
 * relays are counted together; it has no lock of its own.
 */
#ifndef RELAY_SHARED_THROTTLE_H
#define RELAY_SHARED_THROTTLE_H

#include "base/siphash.h"
#include "relay/relay.h"

struct relay_throttle;

enum {
	/* Two megabytes, and more origins than guess passwords at a time. */
	RELAY_THROTTLE_ORIGINS = 16384,

	RELAY_THROTTLE_NAME = 96, /* bytes of an origin's name, including a NUL */

	/* The first pause; each further one is twice as long, up to the longest. */
	RELAY_THROTTLE_FIRST_MS = 60 * 1000,
	RELAY_THROTTLE_LONGEST_MS = 60 * 60 * 1000,

	/*
	 * The time in which as many wrong passwords as begin a pause are forgiven, one after the
	 * other.
	 */
	RELAY_THROTTLE_FORGIVE_MS = 60 * 60 * 1000,

	/* How long one admitted client makes a relay count as a relay. */
	RELAY_THROTTLE_VOUCHED_MS = 24 * 60 * 60 * 1000,
};

/*
 * For N_ORIGINS, a multiple of 8: RELAY_THROTTLE_ORIGINS where it guards anything. KEY is not to
 * be known to anybody else. NULL without memory.
 */
struct relay_throttle *relay_throttle_new(const uint8_t key[SIPHASH_KEY_LEN], size_t n_origins);
struct relay_throttle *relay_throttle_free(struct relay_throttle *throttle); /* returns NULL */

/* FAILURES wrong passwords begin a pause; 0: they are counted, but there are no pauses. */
void relay_throttle_configure(struct relay_throttle *throttle, uint64_t failures);

/* Like those of relay_host, with the address in ORIGIN. */
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
	    *name; /* the origin's: "192.0.2.1", "relay.example.net:2855/alice@example.com" */
	uint64_t ends_ms; /* until the end of the pause */
	uint64_t refused; /* during it */
};

/*
 * The next paused origin at or after *AT, which is 0 at first and moves on. False: there is none.
 */
bool relay_throttle_next(const struct relay_throttle *throttle, uint64_t now_ms, size_t *at,
			 struct relay_throttle_view *ret_view);

struct relay_throttle_counts {
	uint64_t paused;  /* origins paused at present */
	uint64_t refused; /* since the start */
};

void relay_throttle_count(const struct relay_throttle *throttle,
			  struct relay_throttle_counts *ret_counts);

/*
 * Ends the pause of the origin called NAME, or all pauses if that is empty, and forgets earlier
 * pauses. False: there was none.
 */
bool relay_throttle_lift(struct relay_throttle *throttle, struct slice name, uint64_t now_ms);

/*
 * The next pause, as for relay_throttle_next(), that is over and was not reported yet; until then
 * the same origin gets no other one.
 */
bool relay_throttle_end(struct relay_throttle *throttle, uint64_t now_ms, size_t *at,
			struct relay_throttle_view *ret_view);

#endif
