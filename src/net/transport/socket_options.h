/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options of a TCP socket: when the kernel gives up a silent peer, and how routers are to treat
 * its packets. They are set on sockets that connect, and on those that listen, whose connections
 * inherit them.
 */
#ifndef NET_SOCKET_OPTIONS_H
#define NET_SOCKET_OPTIONS_H

#include <stdbool.h>

/* Zeroed: the defaults of socket_options.c, which the library has. */
struct net_socket_options {
	unsigned keep_alive_s;	  /* silence after which a peer is asked; 0: see above */
	bool no_keep_alive;	  /* it never is */
	unsigned user_timeout_ms; /* how long it need not acknowledge anything; 0: the kernel's */
	unsigned dscp;		  /* RFC 2474: 0 to 63 */
};

/* Sets OPTIONS on a new socket, as far as the kernel has them. */
void net_socket_set(int fd, const struct net_socket_options *options);

/* Of FD, of which it may have been another: RFC 2474's field in both families. */
void net_socket_set_dscp(int fd, unsigned dscp);

/* The value called NAME, "EF" or "af41"; RFC 2474, 2597, 3246, 5865, 8622. -1: there is none. */
int net_dscp_find(const char *name);

#endif
