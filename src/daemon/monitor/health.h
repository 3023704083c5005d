/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Do all workers respond? Each has a second to answer. However many clients ask meanwhile, a
 * hanging worker never has more than one such request in its mailbox.
 */
#ifndef DAEMON_MONITOR_HEALTH_H
#define DAEMON_MONITOR_HEALTH_H

#include <stdbool.h>

#include "daemon/app/app.h"

struct health;

enum {
	HEALTH_MS = 1000, /* load balancers check every few seconds, and wait as long */
};

typedef void (*health_fn)(void *arg, bool alive);

/* 0 or -ENOMEM. */
int health_new(struct app *app, struct health **ret_health);

/* Calls FN once, now or a second later at most. Returns 0 or -ENOMEM. */
int health_ask(struct health *health, health_fn fn, void *arg);

/*
 * Call when the workers are gone: clients that still wait are told that they are not alive. The
 * loop has to run once more. NULL is fine; returns NULL.
 */
struct health *health_free(struct health *health);

#endif
