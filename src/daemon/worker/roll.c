/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts a readers-writer lock around relay/shared/roll.c, whose table all workers share.
 */
#include "daemon/worker/roll.h"

#include <errno.h>

#include "daemon/seed.h"

int roll_init(struct roll *roll)
{
	uint8_t seed[SIPHASH_KEY_LEN];

	*roll = (struct roll){ .lock = PTHREAD_RWLOCK_INITIALIZER };
	if (seed_make(seed) != 0)
		return -EIO;
	roll->sessions = relay_roll_new(seed);
	return roll->sessions ? 0 : -ENOMEM;
}

void roll_done(struct roll *roll)
{
	roll->sessions = relay_roll_free(roll->sessions);
}

int roll_add(struct roll *roll, struct slice id, struct slice hop)
{
	int err;

	pthread_rwlock_wrlock(&roll->lock);
	err = relay_roll_add(roll->sessions, id, hop);
	pthread_rwlock_unlock(&roll->lock);
	return err;
}

void roll_remove(struct roll *roll, struct slice id)
{
	pthread_rwlock_wrlock(&roll->lock);
	relay_roll_remove(roll->sessions, id);
	pthread_rwlock_unlock(&roll->lock);
}

bool roll_is_anothers(struct roll *roll, struct slice id, struct slice hop)
{
	bool is;

	pthread_rwlock_rdlock(&roll->lock);
	is = relay_roll_is_anothers(roll->sessions, id, hop);
	pthread_rwlock_unlock(&roll->lock);
	return is;
}
