/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session-ids of all workers, to find out whether a From-Path uses one of another worker. Any
 * thread may look up and add; an AUTH adds once.
 */
#ifndef DAEMON_WORKER_ROLL_H
#define DAEMON_WORKER_ROLL_H

#include <pthread.h>

#include "relay/shared/roll.h"

struct roll {
	pthread_rwlock_t lock;
	struct relay_roll *sessions;
};

/* 0 or -ENOMEM. */
int roll_init(struct roll *roll);

/* All sessions must have ended. A zeroed one is fine. */
void roll_done(struct roll *roll);

/* Like those of relay/shared/roll.h. */
int roll_add(struct roll *roll, struct slice id, struct slice hop);
void roll_remove(struct roll *roll, struct slice id);
bool roll_is_anothers(struct roll *roll, struct slice id, struct slice hop);

#endif
