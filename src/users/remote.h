/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Users kept by another service, a place, which is asked over a few connections. These block, so
 * libuv's threads use them. Databases and web services have this in common.
 */
#ifndef USERS_REMOTE_H
#define USERS_REMOTE_H

#include "users/remote_driver.h"

/*
 * While the place cannot be reached, look-ups fail quickly: the first ones after the time-out, all
 * others at once, except for one attempt a second. Nothing else is affected.
 */
struct users_remote_options {
	const struct remote_driver *driver;
	void *place;	      /* that driver's: freed with the users, or when they cannot be made */
	const uint8_t *seed;  /* random, SIPHASH_KEY_LEN bytes, for a hash */
	const char *name;     /* static: what BACK is told */
	unsigned connections; /* 1 to REMOTE_CONNECTIONS_MAX */
	unsigned timeout_s;   /* of an answer, and before it of the wait for a turn */

	/* Called on any thread, once each time the place is lost or comes back. */
	users_say_fn lost;
	users_say_fn back;
	void *arg;
};

/* Connects only when it is asked. 0 or -ENOMEM. */
int users_remote_new(const struct users_remote_options *options, struct users **ret_users);

#endif
