/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The address that we announce, if the program leaves it to us.
 */
#ifndef CLIENT_LINK_LOCAL_ADDRESS_H
#define CLIENT_LINK_LOCAL_ADDRESS_H

#include "net/address/address.h"

/*
 * HOST (numeric) with PORT; NULL: an address of this machine that others may reach, or the loopback
 * address if there is none. Returns 0 or a negative errno.
 */
int client_local_address(const char *host, uint16_t port, struct net_address *ret_address);

/*
 * The address to announce for ADDRESS, at which we listen: 0.0.0.0 and ::, which nobody can call,
 * are replaced by an address of this machine. Returns 0 or a negative errno.
 */
int client_local_reachable(const struct net_address *address, struct net_address *ret_address);

#endif
