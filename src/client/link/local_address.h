/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which address we announce, where the program leaves it to us.
 */
#ifndef CLIENT_LINK_LOCAL_ADDRESS_H
#define CLIENT_LINK_LOCAL_ADDRESS_H

#include "net/address/address.h"

/*
 * HOST (numeric) with PORT; NULL: an address of this machine that others may
 * reach, or the loopback address when there is none. 0 or a negative errno.
 */
int client_local_address(const char *host, uint16_t port, struct net_address *ret_address);

/*
 * What to tell others of the ADDRESS that we listen at: for all addresses of this machine
 * (0.0.0.0, ::), which nobody can call, one of them. 0 or a negative errno.
 */
int client_local_reachable(const struct net_address *address, struct net_address *ret_address);

#endif
