/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SRV records in the order in which to try their servers (RFC 2782).
 */
#ifndef NET_ADDRESS_SRV_H
#define NET_ADDRESS_SRV_H

#include <stddef.h>
#include <stdint.h>

enum {
	NET_SRV_MAX = 16,	/* more servers for one name help nobody */
	NET_SRV_HOST_MAX = 256, /* RFC 1035 2.3.4, and a NUL */
};

/* A server that offers a service (RFC 2782). */
struct net_srv {
	char host[NET_SRV_HOST_MAX];
	uint16_t port;
	uint16_t priority;
	uint16_t weight;
};

/* A number from 0 to MAX, both included. */
typedef uint32_t (*net_random_fn)(void *arg, uint32_t max);

/* Sorts RECORDS into the order in which to try them. */
void net_srv_sort(struct net_srv *records, size_t n, net_random_fn random, void *arg);

#endif
