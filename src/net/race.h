/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_RACE_H
#define NET_RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/list.h"
#include "net/address.h"
#include "net/connection.h"
#include "net/resolver.h"

/*
 * Tries the addresses of one host in turn (RFC 8305): the next one starts when
 * one fails, or when there was no answer for a quarter of a second. A zeroed
 * struct is idle.
 */
struct net_race {
	uv_loop_t *loop;
	net_allow_fn allow; /* may be NULL */
	void *allow_arg;
	/* FD is connected and the receiver's. Nothing else is called after it. */
	void (*won)(struct net_race *race, int fd, const struct net_address *address);
	/* ADDRESS failed with ERR. */
	void (*failed)(struct net_race *race, const struct net_address *address, int err);
	/* None is left. Nothing else is called after it. */
	void (*lost)(struct net_race *race);
	uv_timer_t *stagger; /* initialised by the owner, whose it is */
	struct net_address address[NET_ADDRESSES_MAX];
	size_t n_addresses;
	size_t next; /* the first address not yet tried */
	LIST_HEAD(, net_attempt) attempts;
};

/* May call back at once. */
void net_race_start(struct net_race *race, const struct net_address *address, size_t n);

/* Ends all attempts without a word. */
void net_race_stop(struct net_race *race);

#endif
