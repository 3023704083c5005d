/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_QUOTA_H
#define RELAY_QUOTA_H

#include "base/slice.h"

/*
 * Who holds how many sessions, whatever connections they are on. It belongs to
 * the host, so that several relays can be counted together; it has no lock of
 * its own.
 */
struct relay_quota;
struct relay_share; /* what one user holds */

struct relay_quota *relay_quota_new(void); /* NULL without memory */

/* All must have been given back. NULL is fine; returns NULL. */
struct relay_quota *relay_quota_free(struct relay_quota *quota);

/* One session more for USER of REALM, who may hold MAX. 0, -EDQUOT, or -ENOMEM. */
int relay_quota_take(struct relay_quota *quota, struct slice user, struct slice realm, size_t max,
		     struct relay_share **ret_share);

/* One session less. */
void relay_quota_give_back(struct relay_quota *quota, struct relay_share *share);

#endif
