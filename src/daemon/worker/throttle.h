/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wrong passwords on all workers, by origin: relay/shared/throttle.h with a lock, a clock and a
 * key. Every function may be called from any thread, between init and done.
 */
#ifndef DAEMON_WORKER_THROTTLE_H
#define DAEMON_WORKER_THROTTLE_H

#include <pthread.h>

#include "relay/shared/throttle.h"

struct throttle {
	pthread_mutex_t lock; /* guards the fields below; taken a few times for each AUTH */
	struct relay_throttle *table;
	uint64_t failures; /* that begin a pause; 0: none */
};

/* 0 or a negative errno. */
int throttle_init(struct throttle *throttle);

/* A zeroed one is fine. */
void throttle_done(struct throttle *throttle);

/* 0 ends the current pauses. */
void throttle_configure(struct throttle *throttle, uint64_t failures);

/* Like those of relay_host, with the address in ORIGIN. */
bool throttle_may_try(struct throttle *throttle, const struct relay_origin *origin);
void throttle_wrong(struct throttle *throttle, const struct relay_origin *origin,
		    struct relay_pause *ret_pause);
uint64_t throttle_right(struct throttle *throttle, const struct relay_origin *origin);
bool throttle_is_vouched(struct throttle *throttle, const struct relay_origin *origin);

/* Valid during the call. */
typedef void (*throttle_fn)(const struct relay_throttle_view *view, void *arg);

/* Calls FN, which must not call back, for up to MOST pauses. */
void throttle_list(struct throttle *throttle, size_t most, throttle_fn fn, void *arg);

/* Likewise for all pauses that are over, once for each. */
void throttle_end(struct throttle *throttle, throttle_fn fn, void *arg);

void throttle_count(struct throttle *throttle, uint64_t *ret_failures,
		    struct relay_throttle_counts *ret_counts);

/* Like relay_throttle_lift(). */
bool throttle_lift(struct throttle *throttle, struct slice name);

#endif
