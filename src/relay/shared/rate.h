/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A token bucket: how far somebody who may use so many bytes a second is ahead of that. It belongs
 * to the host, which lets all relays of the process use the same one for a user.
 */
#ifndef RELAY_SHARED_RATE_H
#define RELAY_SHARED_RATE_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed, nothing has been used. */
struct relay_rate {
	uint64_t paid_ns;  /* when everything used so far is paid off */
	uint64_t second;   /* the second that BYTES is about */
	uint64_t bytes;	   /* used in it so far */
	uint64_t previous; /* used in the second before it */
};

/*
 * Uses BYTES at NOW_MS, of PER_SECOND, which is at least 1. Returns for how many milliseconds
 * nothing more may be used to be within the rate again.
 */
uint64_t relay_rate_use(struct relay_rate *rate, uint64_t per_second, size_t bytes,
			uint64_t now_ms);

/* Returns how many bytes were used in the last whole second. */
uint64_t relay_rate_now(const struct relay_rate *rate, uint64_t now_ms);

#endif
